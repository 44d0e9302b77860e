"""Submissions on their way in: sources, batches, checks, review."""
