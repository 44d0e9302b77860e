"""Figures about the quality of linkage, each with the source of its formula."""
