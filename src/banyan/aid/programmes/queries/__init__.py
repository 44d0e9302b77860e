"""What is read of programmes, by subject."""
