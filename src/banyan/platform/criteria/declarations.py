"""What other rooms tell the criteria room: which records may be selected, by which fields, and what they are related to.

A room with records to select keeps a module `selectable.py` with a tuple `SUBJECTS` of `Subject`. They are found by
autodiscovery, so that criteria, which stands on the lowest floor, never names a room. Everything written into SQL comes
from these declarations or is a bound parameter; nothing that a user types ever becomes SQL.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from uuid import UUID

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from banyan.platform.kernel.privacy import Privacy

if TYPE_CHECKING:
    from banyan.platform.access.viewers import Viewer

Kind = Literal["boolean", "integer", "decimal", "text", "code", "date", "day"]
"""The shapes of values: `date` is a partial date in a text column, `day` an exact date."""

KINDS: Final = frozenset(get_args(Kind))
RESERVED: Final = frozenset(
    {
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import"),
        *("let", "loop", "package", "namespace", "return", "var", "void", "while"),
        *("today", "param", "extras"),
    }
)
"""Words of the language that no field, relation or variable may be called."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_FIELD_NAME: Final = re.compile(r"(?:extras\.)?[a-z_][a-zA-Z0-9_]{0,99}", re.ASCII)
_PLACE: Final = re.compile(r"\{(\w*)\}")


class SubjectDeclarationError(Exception):
    """A mistake of the programmer in declaring subjects; never shown to users."""


@dataclass(frozen=True)
class Field:
    """One thing known about a record, by which it may be selected.

    `sql` gives the value of one row, over the place {t} for the row's alias ("{t}.sex"): a column, or an expression of
    columns that always answers alike; where it depends on the day for which it is asked, {day} stands for that.
    `derived="age"` makes a whole number of the date that `sql` gives: completed years on the day of use. `empty` says how
    "not known" stands in the column: as null, or also as blank text. `data_kind` is a code of the kinds of data that an
    operation may forbid.
    """

    name: str
    kind: Kind
    label: str | Promise = field(compare=False)
    sql: str
    unit: str = ""
    code_list: str = ""
    privacy: Privacy = Privacy.PERSONAL
    data_kind: str = ""
    empty: Literal["null", "blank"] = "null"
    derived: Literal["", "age"] = ""


@dataclass(frozen=True)
class Relation:
    """How the records of one subject reach those of another.

    `join` is an SQL condition over the aliases {here} and {there}; {there} is a row of the subject reached.
    `many` says that there may be more than one.
    """

    name: str
    label: str | Promise = field(compare=False)
    subject: str
    many: bool
    join: str


@dataclass(frozen=True)
class Subject:
    """A kind of record that criteria select.

    `source` stands in FROM without alias: a table, or a query in parentheses. `id`, `scope` and `operation` are columns
    of it; `operation` is "" where there is none. `active` is SQL over {t} that live rows meet: it always applies, also
    to related records. `view` is the permission that opens the rows, `sensitive` the one for fields of class sensitive.
    `title` is the field by whose value a record is called, `url` its page: "/registry/people/{id}/". `distinct` says that an id
    stands in one row of the source only, so that rows may be read a second time beside what is related to them.
    """

    key: str
    label: str | Promise = field(compare=False)
    source: str
    id: str = "id"
    scope: str = "scope_id"
    operation: str = ""
    active: str = ""
    view: str = ""
    sensitive: str = ""
    title: str = ""
    url: str = ""
    distinct: bool = False
    fields: tuple[Field, ...] = ()
    relations: tuple[Relation, ...] = ()

    def field_named(self, name: str) -> Field | None:
        """The field of that name, if the subject has it."""
        return next((one for one in self.fields if one.name == name), None)

    def relation_named(self, name: str) -> Relation | None:
        """The relation of that name, if the subject has it."""
        return next((one for one in self.relations if one.name == name), None)


@dataclass(frozen=True)
class Usage:
    """A room that uses saved criteria. `uses` is the dotted path of a function (criterion_ids, *, seen_by) that gives
    (criterion id, label, address) for each use; it is imported when somebody asks.
    """

    room: str
    label: str | Promise
    uses: str


def gather(declared: Iterable[Subject]) -> dict[str, Subject]:
    """The subjects by key, in the order declared. Raises SubjectDeclarationError when one contradicts itself or others."""
    found: dict[str, Subject] = {}
    for subject in declared:
        if subject.key in found:
            raise SubjectDeclarationError(f"{subject.key!r} is declared twice")
        found[subject.key] = subject
    for subject in found.values():
        for words in _faults(subject, found):
            raise SubjectDeclarationError(f"{subject.key!r}: {words}")
    return found


@cache
def subjects() -> dict[str, Subject]:
    """Every subject by key, collected once from the rooms' `selectable.SUBJECTS`."""
    return gather(subject for module in _selectable() for subject in getattr(module, "SUBJECTS", ()))


@cache
def usages() -> tuple[Usage, ...]:
    """Who uses saved criteria, from the rooms' `selectable.USAGES`."""
    return tuple(usage for module in _selectable() for usage in getattr(module, "USAGES", ()))


def code_choices(lists: Collection[str], *, seen_by: "Viewer") -> dict[str, dict[str, str]]:
    """{list: {code: label}} of code lists, in the reader's language; a list that no room knows has no codes.

    A room that keeps code lists names, in `selectable.CHOICES`, the dotted path of a function (lists, *, seen_by) that
    gives them.
    """
    found: dict[str, dict[str, str]] = {name: {} for name in lists}
    for ask in _named("CHOICES"):
        for name, labels in ask(lists, seen_by=seen_by).items():
            found[name] |= labels
    return found


def further_fields(operation: UUID | None, *, seen_by: "Viewer") -> dict[str, tuple[Field, ...]]:
    """Fields that an operation adds to those of the program, by key of their subject, named "extras.<key>".

    A room that keeps them names, in `selectable.FURTHER`, the dotted path of a function (operation, *, seen_by) that
    gives them. Their SQL is the room's own: it never holds what a user typed, but quotes the key as a literal.
    """
    found: dict[str, tuple[Field, ...]] = {}
    for ask in _named("FURTHER"):
        for subject, fields in ask(operation, seen_by=seen_by).items():
            found[subject] = (*found.get(subject, ()), *fields)
    return found


def forbidden_kinds(operation: UUID | None, *, seen_by: "Viewer") -> frozenset[str]:
    """Kinds of data that an operation does not allow to be used, from the functions rooms name in `selectable.FORBIDDEN`."""
    return frozenset(kind for ask in _named("FORBIDDEN") for kind in ask(operation, seen_by=seen_by))


def _named(name: str) -> list[Callable[..., Any]]:
    """Functions that rooms name by dotted path: they read, so they are imported only when somebody asks."""
    paths = [getattr(module, name, "") for module in _selectable()]
    return [import_string(path) for path in paths if path]


def _selectable() -> list[ModuleType]:
    names = [f"{app.name}.selectable" for app in apps.get_app_configs() if app.name.startswith("banyan.")]
    return [import_module(name) for name in names if find_spec(name) is not None]


def _faults(subject: Subject, known: dict[str, Subject]) -> Iterable[str]:
    if not _NAME.fullmatch(subject.key):
        yield "a key is a small word"
    if not subject.source.strip():
        yield "has no source"
    for column in (subject.id, subject.scope, subject.operation):
        if column and not _NAME.fullmatch(column):
            yield f"{column!r} is not a column"
    if _places(subject.active) - {"t"}:
        yield "active stands over {t} only"
    names = [one.name for one in subject.fields] + [one.name for one in subject.relations]
    for name in names:
        if names.count(name) > 1:
            yield f"{name!r} is declared twice"
        if not _FIELD_NAME.fullmatch(name) or name in RESERVED:
            yield f"{name!r} cannot be a name"
    for one in subject.fields:
        yield from _field_faults(one)
    for relation in subject.relations:
        if relation.subject not in known:
            yield f"{relation.name!r} reaches {relation.subject!r}, which nobody declares"
        if _places(relation.join) != {"here", "there"}:
            yield f"the join of {relation.name!r} stands over {{here}} and {{there}}"


def _field_faults(one: Field) -> Iterable[str]:
    if one.kind not in KINDS:
        yield f"{one.name!r}: no kind of value is called {one.kind!r}"
    if _places(one.sql) - {"day"} != {"t"}:
        yield f"the SQL of {one.name!r} stands over {{t}}"
    if bool(one.code_list) != (one.kind == "code"):
        yield f"{one.name!r}: codes, and only codes, name their list"
    if one.derived and one.kind != "integer":
        yield f"{one.name!r}: an age is a whole number"
    if one.empty == "blank" and one.kind not in ("text", "code", "date") and not one.derived:
        yield f"{one.name!r}: only text can be blank"


def _places(sql: str) -> set[str]:
    return set(_PLACE.findall(sql))
