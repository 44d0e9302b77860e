"""Background work of programmes, by subject."""

from banyan.aid.programmes.jobs import targeting

__all__ = [
    "targeting",
]
