"""Background work of programmes, by subject."""

from banyan.aid.programmes.jobs import enrolling, entitling, targeting

__all__ = ["enrolling", "entitling", "targeting"]
