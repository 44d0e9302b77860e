"""What payments does in the background. One file for each subject."""

from banyan.aid.payments.jobs import lines, statements, verifying

__all__ = ["lines", "statements", "verifying"]
