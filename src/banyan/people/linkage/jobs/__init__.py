"""What linkage does in the background. One file for each subject."""

from banyan.people.linkage.jobs import screening

__all__ = ["screening"]
