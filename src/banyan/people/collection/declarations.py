"""What rooms above tell collection about people on their way in: how far they were compared, and whom they look like.

A room that compares keeps a module `arrivals.py` with a tuple `COMPARERS` of `Comparer`. They are found by autodiscovery, so
that collection names no room above it. When a batch was checked, collection announces `BatchChecked`; the room compares in
a job of its own and answers from what it kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final, Literal
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise

Likeness = Literal["known", "twice"]
"""Whom a row looks like: somebody registered, or another row of its batch."""

LIKENESSES: Final = ("known", "twice")


@dataclass(frozen=True)
class Comparison:
    """How far the comparison of a batch is, and how many of the submissions that wait hold somebody who was recognised.

    `asked` is the number of the latest request that was answered, 0 for none. `failed` says why the last attempt came to
    nothing. `notes` are sentences about what was left out, never personal.
    """

    asked: int = 0
    people: int = 0
    known: int = 0
    twice: int = 0
    at: datetime | None = None
    failed: str = ""
    notes: tuple[str | Promise, ...] = ()


@dataclass(frozen=True)
class Match:
    """Whom a staged row may be. For somebody the viewer may not see, label, reference, address and reasons are empty.

    zone: "probable" or "possible"; zone_label says it in words. url: the person in the register, or the other submission.
    person_id: whom the log of reads names when the match is shown.
    """

    row_id: UUID
    likeness: Likeness
    zone: str
    zone_label: str | Promise
    label: str = ""
    reference: str = ""
    url: str = ""
    why: tuple[str | Promise, ...] = ()
    person_id: UUID | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether it is somebody whom the viewer may not see."""
        return not self.url


@dataclass(frozen=True)
class Comparer:
    """A room that compares people who arrive.

    comparison(batch_id, *, seen_by) -> Comparison. matches(submission_id, *, seen_by) -> the matches of its rows, the likest
    first. holding(batch_id, likeness, *, seen_by) -> ids of submissions with such a row, as a list or a query of one column.
    """

    comparison: Callable[..., Comparison]
    matches: Callable[..., Sequence[Match]]
    holding: Callable[..., Any]


def gather(modules: Iterable[ModuleType]) -> tuple[Comparer, ...]:
    """The comparers that `arrivals` modules declare, lower rooms first."""
    return tuple(comparer for module in modules for comparer in getattr(module, "COMPARERS", ()))


@cache
def comparers() -> tuple[Comparer, ...]:
    """Every comparer of the installed rooms."""
    names = [f"{app.name}.arrivals" for app in apps.get_app_configs() if app.name.startswith("banyan.")]
    return gather(import_module(name) for name in names if find_spec(name) is not None)


__all__ = ["LIKENESSES", "Comparer", "Comparison", "Likeness", "Match", "comparers", "gather"]
