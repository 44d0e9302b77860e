"""What linkage does in the background. One file for each subject."""

from banyan.people.linkage.jobs import clearing, incoming, matching, models, screening

__all__ = ["clearing", "incoming", "matching", "models", "screening"]
