"""The register of people and households, its changes and its search."""
