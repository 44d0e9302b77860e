"""Background work of programmes, by subject."""
