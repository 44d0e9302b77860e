"""What other rooms tell the quality room: their checks, by what scores are broken down, and how records are shown.

A room with records to check keeps a module `checks.py` with tuples `CHECKS` of `Check`, `BREAKDOWNS` of `Breakdown` and
`RECORDS` of `Records`. They are found by autodiscovery, so that this room, the lowest of the rooms about people, names none.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final, Literal, get_args
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Dimension = Literal["completeness", "validity", "consistency", "uniqueness", "timeliness", "accuracy"]
Score = Literal["share", "age_quality"]
ParamKind = Literal["integer", "decimal", "text", "boolean"]
ParamValue = int | Decimal | str | bool

DIMENSIONS: Final[dict[str, str | Promise]] = {
    "completeness": _("Completeness"),
    "validity": _("Validity"),
    "consistency": _("Consistency"),
    "uniqueness": _("Uniqueness"),
    "timeliness": _("Timeliness"),
    "accuracy": _("Accuracy"),
}
"""The six dimensions of data quality, in the order of pages. The codes are stored; never rename one."""

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_TYPES: Final[dict[str, type]] = {"integer": int, "decimal": Decimal, "text": str, "boolean": bool}


class CheckDeclarationError(Exception):
    """A mistake of the programmer in declaring checks; never shown to users."""


@dataclass(frozen=True)
class Param:
    """A number or word in a check that an operation may set, written `param.name` in its CEL."""

    name: str
    kind: ParamKind
    default: ParamValue
    label: str | Promise
    unit: str | Promise = ""


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong with a record: one predicate, from which score, list, form check and gate all come.

    eligible, failed: CEL over the subject (platform.criteria); an empty `eligible` means every active record. A record
    fails only when both are certainly true. mandatory: the predicate is made from the fields that an operation made
    mandatory, so `failed` stays empty. protects: who is found is itself sensitive, so the findings need
    quality.view_sensitive. about: what it says and how to mend it.
    """

    key: str
    number: int
    label: str | Promise
    about: str | Promise
    dimension: Dimension
    subject: str
    failed: str = ""
    eligible: str = ""
    target: Decimal = Decimal(95)
    weight: Decimal = Decimal(1)
    gate: bool = False
    version: int = 1
    protects: bool = False
    score: Score = "share"
    params: tuple[Param, ...] = ()
    mandatory: bool = False


@dataclass(frozen=True)
class Breakdown:
    """By what the scores of a subject are broken down: SQL over {t}, the row of the subject, never of a user's making.

    joins: LEFT JOINs that the expressions need, each adding at most one row. place is a uuid, the others are text;
    birth_date is a partial date, for the age quality of a group; told_on the day on which it was told: people round their age
    of that day, so that is where heaping shows.
    """

    subject: str
    joins: str = ""
    place: str = "NULL"
    site: str = "''"
    interviewer: str = "''"
    source: str = "''"
    birth_date: str = ""
    told_on: str = ""


@dataclass(frozen=True)
class Card:
    """A record as lists show it to a viewer who may see it: values of few words, and where it opens."""

    reference: str
    label: str
    url: str
    place: str = ""
    change_url: str = ""


@dataclass(frozen=True)
class Mended:
    """What became of mending in place: done at once, or proposed for somebody else to decide, with where that is seen."""

    done: bool
    url: str = ""


@dataclass(frozen=True)
class Records:
    """How this room shows, mends and widens records of a subject, without knowing the room that owns them.

    permission: what a viewer needs to see such a record; findings are shown only where both reach. read_subject: under what
    the log of reads enters names that were shown ("room.model").
    cards(ids, *, seen_by) gives those that the viewer may see. related(ids, *, seen_by) gives, by subject, every record
    whose checks a change of these may move, these included. mendable: {check key: field} that mend(record_id, field,
    value, *, by, reason) can write, or propose; choices(field, *, seen_by) gives code and label for fields of few values.
    """

    subject: str
    permission: str
    read_subject: str
    cards: Callable[..., Mapping[UUID, Card]]
    related: Callable[..., Mapping[str, Collection[UUID]]] | None = None
    mendable: Mapping[str, str] = field(default_factory=dict)
    mend: Callable[..., Mended] | None = None
    choices: Callable[..., list[tuple[str, str]]] | None = None


@dataclass(frozen=True)
class Declared:
    """Everything declared, by key and by subject."""

    checks: Mapping[str, Check]
    breakdowns: Mapping[str, Breakdown]
    records: Mapping[str, Records]


def gather(modules: Iterable[ModuleType]) -> Declared:
    """Put together what `checks` modules declare. Raises CheckDeclarationError for what contradicts itself."""
    checks: dict[str, Check] = {}
    breakdowns: dict[str, Breakdown] = {}
    records: dict[str, Records] = {}
    for module in modules:
        for check in getattr(module, "CHECKS", ()):
            _examine(check)
            if check.key in checks:
                raise CheckDeclarationError(f"{check.key!r} is declared twice")
            checks[check.key] = check
        for breakdown in getattr(module, "BREAKDOWNS", ()):
            if breakdown.subject in breakdowns:
                raise CheckDeclarationError(f"the breakdown of {breakdown.subject!r} is declared twice")
            breakdowns[breakdown.subject] = breakdown
        for record in getattr(module, "RECORDS", ()):
            if record.subject in records:
                raise CheckDeclarationError(f"the records of {record.subject!r} are declared twice")
            records[record.subject] = record
    numbers = [check.number for check in checks.values() if check.number]
    if twice := {number for number in numbers if numbers.count(number) > 1}:
        raise CheckDeclarationError(f"two checks have the number {min(twice)}")
    return Declared(checks, breakdowns, records)


def _examine(check: Check) -> None:
    if not _KEY.fullmatch(check.key):
        raise CheckDeclarationError(f"{check.key!r}: a key is of small letters, digits and _")
    if check.dimension not in get_args(Dimension) or check.score not in get_args(Score):
        raise CheckDeclarationError(f"{check.key!r}: unknown dimension or way to score")
    if bool(check.failed) == check.mandatory:
        raise CheckDeclarationError(f"{check.key!r}: a check has a predicate, or takes it from mandatory fields")
    if check.version < 1 or check.weight <= 0 or not 0 < check.target <= 100:
        raise CheckDeclarationError(f"{check.key!r}: version, weight and target are above 0, the target is at most 100")
    for param in check.params:
        if type(param.default) is not _TYPES.get(param.kind):
            raise CheckDeclarationError(f"{check.key!r}: the default of {param.name!r} is not of the kind {param.kind}")


@cache
def declared() -> Declared:
    """Everything that the installed rooms declare in their `checks` modules, lower rooms first."""
    return gather(_modules())


def _modules() -> list[ModuleType]:
    names = [f"{app.name}.checks" for app in apps.get_app_configs() if app.name.startswith("banyan.")]
    return [import_module(name) for name in names if find_spec(name) is not None]


def value_of(param: Param, stored: object) -> ParamValue:
    """What an operation stored for a parameter (JSON), as its kind; the default when there is nothing usable."""
    if param.kind == "boolean":
        return stored if isinstance(stored, bool) else param.default
    if stored is None or isinstance(stored, bool):
        return param.default
    try:
        return _TYPES[param.kind](stored)
    except (ValueError, ArithmeticError, TypeError):
        return param.default


__all__ = [
    "DIMENSIONS",
    "Breakdown",
    "Card",
    "Check",
    "CheckDeclarationError",
    "Declared",
    "Dimension",
    "Mended",
    "Param",
    "ParamKind",
    "ParamValue",
    "Records",
    "Score",
    "declared",
    "gather",
    "value_of",
]
