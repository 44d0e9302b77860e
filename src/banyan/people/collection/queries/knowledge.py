"""What the check of rows must know, fetched in a constant number of queries: places, code lists, the form, the policy.

Reference data is read as the system: it is the same for everybody, and a clerk of one area may hold a code of another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from string import ascii_uppercase, digits
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.collection.models import Batch
from banyan.people.collection.rules.checking import codes_in
from banyan.people.collection.rules.shapes import EXTRA, Canonical, KnownPlace, ListedCode, Lookups
from banyan.people.forms import queries as forms
from banyan.people.forms.declarations import RegisterField, register_fields
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.reference.codes import queries as codes
from banyan.reference.places import queries as places
from banyan.reference.places.queries import PlaceCode

_COUNTRIES = "iso-3166-1"
_SYSTEM = system_viewer("collection")
_MOST_UNKNOWN = 200
"""Unknown codes for which near ones are looked for: more than that is another code list, not a slip of the pen."""


@dataclass(frozen=True)
class FormKnowledge:
    """What is known of a batch's form: its questions, what they feed, its own logic."""

    schema: Any = None
    binding: tuple[Any, ...] = ()
    form_id: UUID | None = None
    checker: Any = field(default=None, compare=False)


def form_knowledge(batch: Batch, *, seen_by: Viewer) -> FormKnowledge:
    """The form of a batch; empty for a batch without one. Needs nothing but the sight of the batch."""
    seen_by.require("collection.view_batch")
    version_id = batch.form_version_id
    if version_id is None:
        return FormKnowledge()
    with viewing(_SYSTEM):
        schema = forms.schema(version_id, seen_by=_SYSTEM)
        binding = forms.binding(version_id, seen_by=_SYSTEM)
        form_id = forms.version(version_id, seen_by=_SYSTEM).form_id
    return FormKnowledge(schema, tuple(binding), form_id, forms.evaluation.checker(schema))


def lookups(batch: Batch, canonical: Canonical, known: FormKnowledge, *, seen_by: Viewer) -> Lookups:
    """Everything the check of these rows needs besides the rows."""
    seen_by.require("collection.view_batch")
    fields = register_fields()
    present = {*canonical.households.columns, *canonical.people.columns}
    used = {name: fields[name] for name in present if name in fields}
    with viewing(_SYSTEM):
        country = batch.operation.country
        forbidden = forms.policy(batch.operation_id, seen_by=_SYSTEM)
        words = codes.vocabulary(_lists(used.values()), seen_by=_SYSTEM)
        texts = _texts(canonical, [name for name, each in used.items() if each.kind == "place"])
        found = places.coded({code for text in texts for code in codes_in(text)}, country, seen_by=_SYSTEM)
        strangers = [text for text in texts if not any(code in found for code in codes_in(text))]
        named = places.named(strangers, country, seen_by=_SYSTEM)
        closed = _outside(batch, [*found.values(), *(each for many in named.values() for each in many)])
    return Lookups(
        country=country,
        places={code: _known(place) for code, place in found.items()},
        near=partial(_near, country),
        codes={name: tuple(ListedCode(code, many) for code, many in known.items()) for name, known in words.items()},
        forbidden=forbidden,
        fields=fields,
        choices=_choices(canonical, known.schema),
        checker=known.checker,
        today=timezone.localdate().isoformat(),
        named={text: tuple(_known(place) for place in many) for text, many in named.items()},
        outside=closed,
        evidence=batch.columns.get("evidence", {}),
        kinds=_kinds(present, canonical, known.schema) if forbidden else {},
    )


def _lists(used: Iterable[RegisterField]) -> list[str]:
    return sorted({each.code_list for each in used if each.code_list} | {_COUNTRIES})


def _texts(canonical: Canonical, names: list[str]) -> list[str]:
    """The different texts that stand where places should."""
    found: set[str] = set()
    for frame in (canonical.households, canonical.people):
        for name in names:
            if name in frame.columns:
                found |= set(frame[name].drop_nulls().unique().to_list())
    return sorted(found)


def _known(place: PlaceCode) -> KnownPlace:
    names = tuple(dict.fromkeys([place.name, *place.names.values()]))
    return KnownPlace(place.pcode, str(place.id), place.name, names, place.level, place.status)


def _outside(batch: Batch, found: list[PlaceCode]) -> frozenset[str]:
    """Codes of places that lie outside of the area of the batch; none for a batch of the whole operation."""
    inside = access.scopes_below(batch.scope_id, seen_by=_SYSTEM)
    if inside is None:
        return frozenset()
    own = access.operation_scopes(batch.operation_id, seen_by=_SYSTEM)
    return frozenset(place.pcode for place in found if own.get(place.scope_id) not in inside)


def _near(country: str, unknown: list[str]) -> dict[str, tuple[KnownPlace, ...]]:
    """Existing places one slip of the pen (a letter wrong, missing, too many, or two swapped) from each unknown code."""
    if len(unknown) > _MOST_UNKNOWN:
        return {}
    slips = {code: _slips(code) for code in unknown if len(code) <= 20}
    with viewing(_SYSTEM):
        found = places.coded(set().union(*slips.values()), country, seen_by=_SYSTEM)
    return {code: tuple(_known(found[slip]) for slip in sorted(many & found.keys())) for code, many in slips.items()}


def _slips(code: str) -> set[str]:
    letters = digits if code[-1:].isdigit() else digits + ascii_uppercase
    spots = range(len(code))
    changed = {code[:at] + letter + code[at + 1 :] for at in spots for letter in letters}
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)}
    dropped = {code[:at] + code[at + 1 :] for at in spots}
    added = {code[:at] + letter + code[at:] for at in range(len(code) + 1) for letter in letters}
    return (changed | swapped | dropped | added) - {code}


def _choices(canonical: Canonical, schema: Any) -> dict[str, tuple[ListedCode, ...]]:
    """The form's own answers for the columns that its questions became."""
    if schema is None:
        return {}
    lists = {
        name: tuple(
            ListedCode(choice.name, tuple(dict.fromkeys(filter(None, choice.labels.values())))) for choice in choices
        )
        for name, choices in schema.choices.items()
    }
    asked = {question.path: question.list_name for question in schema.questions if question.list_name in lists}
    return {column: lists[asked[path]] for path, column in canonical.paths.items() if path in asked}


def _kinds(present: set[str], canonical: Canonical, schema: Any) -> dict[str, frozenset[str]]:
    """Kinds of data that further attributes hold by their heading or by what the form asks."""
    questions = {question.path: question for question in schema.questions} if schema is not None else {}
    paths = {column: path for path, column in canonical.paths.items()}
    found = {}
    for name in present:
        if not name.startswith(EXTRA):
            continue
        kinds = set(forms.kinds_of(name.removeprefix(EXTRA)))
        if question := questions.get(paths.get(name, "")):
            kinds |= forms.kinds_of(question, choices=schema.choices.get(question.list_name, ()))
        if kinds:
            found[name] = frozenset(kinds)
    return found
