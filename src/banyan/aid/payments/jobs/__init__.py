"""What payments does in the background. One file for each subject."""
