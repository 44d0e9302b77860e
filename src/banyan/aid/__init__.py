"""What is done for people: programmes with their benefits, and the payments and distributions by which these arrive."""
