"""What is done with programmes, by subject."""
