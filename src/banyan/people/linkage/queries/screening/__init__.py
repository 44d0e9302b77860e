"""Reading the screening: lists, hits, runs. Nothing of it is told to anybody without the permission to view it."""
