"""Criteria: the one language in which Banyan selects and judges records. Text, typed tree, SQL."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = ("actions", "building", "declarations", "facts", "queries", "rules", "vocabulary")
