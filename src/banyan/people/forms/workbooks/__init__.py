"""Workbooks as files: read from bytes, examined as a whole, written again. What is true of a form stands in `rules`."""
