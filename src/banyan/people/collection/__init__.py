"""Submissions on their way in: sources, batches, checks, review."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = ("declarations",)
