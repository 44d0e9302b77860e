"""Every problem of collection: about batches (900–919), files and columns (920–949), rows (9500–9599)."""

from banyan.people.collection.problems import rows
from banyan.people.collection.problems.batches import PROBLEMS
from banyan.people.collection.problems.files import PROBLEMS as FILE_PROBLEMS

__all__ = ["FILE_PROBLEMS", "PROBLEMS", "rows"]
