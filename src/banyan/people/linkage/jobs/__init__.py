"""What linkage does in the background. One file for each subject."""

from banyan.people.linkage.jobs import incoming, matching, models, screening

__all__ = ["incoming", "matching", "models", "screening"]
