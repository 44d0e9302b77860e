"""What rooms above tell the register about people at the desk: who is registered and looks like them.

A room that recognises people keeps a module `arrivals.py` with a tuple `RECOGNISERS` of `Recogniser`. They are found by
autodiscovery, so that the register names no room above it; without any, search alone says who looks the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise


@dataclass(frozen=True)
class Lookalike:
    """Somebody registered who looks like the person on row `row` of a form; the likeness is a probability."""

    row: int
    person_id: UUID
    probability: float
    why: tuple[str | Promise, ...] = ()


@dataclass(frozen=True)
class Recogniser:
    """A room that knows people again.

    lookalikes(records, *, operation_id, seen_by) -> Sequence[Lookalike], the likest first: `records` is a frame as
    `queries.linkage_rows` gives them, whose `person` is the number of the row on the form, as text. Only people within
    the viewer's reach are told.
    """

    lookalikes: Callable[..., "list[Lookalike]"]


def gather(modules: Iterable[ModuleType]) -> tuple[Recogniser, ...]:
    """The recognisers that `arrivals` modules declare, lower rooms first."""
    return tuple(recogniser for module in modules for recogniser in getattr(module, "RECOGNISERS", ()))


@cache
def recognisers() -> tuple[Recogniser, ...]:
    """Every recogniser of the installed rooms."""
    names = [f"{app.name}.arrivals" for app in apps.get_app_configs() if app.name.startswith("banyan.")]
    return gather(import_module(name) for name in names if find_spec(name) is not None)


__all__ = ["Lookalike", "Recogniser", "gather", "recognisers"]
