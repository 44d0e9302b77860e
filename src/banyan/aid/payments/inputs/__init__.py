"""Forms of the pages of payments."""
