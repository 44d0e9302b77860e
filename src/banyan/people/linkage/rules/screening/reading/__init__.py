"""Sanctions lists as they are published, read into entries of one shape."""

from banyan.people.linkage.rules.screening.reading.lists import MOST_BYTES, SOURCES, read_list

__all__ = ["MOST_BYTES", "SOURCES", "read_list"]
