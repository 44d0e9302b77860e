"""Pages of the screening. Nothing leads here from pages that others may see."""
