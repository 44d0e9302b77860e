"""Pages of the access room."""
