"""The register of people and households, its changes and its search."""

# The modules other rooms may import; the guard in tests/architecture reads this.
DOORS = ("declarations", "photos")
