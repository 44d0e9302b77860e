"""Organisations: codes, names in several languages and scripts, external ids, contacts."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = ("actions", "facts", "queries")
