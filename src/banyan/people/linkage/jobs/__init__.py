"""What linkage does in the background. One file for each subject."""

from banyan.people.linkage.jobs import models, screening

__all__ = ["models", "screening"]
