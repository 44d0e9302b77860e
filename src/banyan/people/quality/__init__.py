"""Data quality: checks that rooms declare, what they found record by record, scores over time, gates."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = ("declarations", "testing")
