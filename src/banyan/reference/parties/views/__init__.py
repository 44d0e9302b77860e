"""Pages of organisations, contacts and imports."""
