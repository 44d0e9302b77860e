"""Every problem of collection: about batches (900–919), files and columns (920–949), rows (950–989)."""

from banyan.people.collection.problems.batches import PROBLEMS

__all__ = ["PROBLEMS"]
