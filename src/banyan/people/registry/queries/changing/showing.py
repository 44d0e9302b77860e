"""Lines of a change as a person reads them: grouped by record, in words, masked where the viewer may not see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.people.registry.models import Household, Person, Status
from banyan.people.registry.queries.changing.loading import LISTS, MODELS, is_id
from banyan.people.registry.queries.changing.requests import is_sensitive, may_see_sensitive
from banyan.people.registry.queries.labels import Labels, labels
from banyan.people.registry.rules.changing.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS
from banyan.people.registry.rules.changing.merging import Moved
from banyan.people.registry.rules.changing.records import HOUSEHOLD, MEMBERSHIP, PERSON, Line, empty
from banyan.people.registry.rules.masking import masked_email, masked_number, masked_text
from banyan.platform.access.viewers import Viewer
from banyan.reference.places import queries as places

CODED = {
    **{(PERSON, each.name): each.codes for each in PERSON_FIELDS.values() if each.codes},
    **{(HOUSEHOLD, each.name): each.codes for each in HOUSEHOLD_FIELDS.values() if each.codes},
    (MEMBERSHIP, "relationship"): "relationship",
    (MEMBERSHIP, "reason"): "inactive-reasons",
    (PERSON, "status_reason"): "inactive-reasons",
    (HOUSEHOLD, "status_reason"): "inactive-reasons",
    ("document", "type"): "document-types",
    ("need", "code"): "specific-needs",
}
# Reasons that the rules themselves give.
ENDINGS: dict[str, str | Promise] = {
    "left": gettext_lazy("left the household"),
    "transferred": gettext_lazy("moved to another household"),
    "split": gettext_lazy("the household split"),
    "merged": gettext_lazy("households merged"),
    "no member left": gettext_lazy("nobody is left"),
}
# Not shown: they say what the heading of the group says already, or nothing that a person asks about.
_SILENT = frozenset({"number_key", "raw", "position"})


@dataclass(frozen=True)
class ShownLine:
    """One value in words. `drift` tells how the register has moved away from it, `now` what it says today."""

    name: str
    label: str
    before: str
    after: str
    kind: str
    hidden: bool = False
    drift: str = ""
    now: str = ""
    shared: bool = False  # another open request touches it too
    key: str = ""


@dataclass
class ShownRecord:
    """A record that a change touches, or would make, with its lines."""

    table: str
    label: str
    url: str = ""
    note: str = ""
    lines: list[ShownLine] = field(default_factory=list)


@dataclass(frozen=True)
class Words:
    """Names for ids and codes, gathered once for all lines."""

    labels: Labels
    people: Mapping[str, str]
    households: Mapping[str, str]
    places: Mapping[str, str]


def words_for(lines: Sequence[Line], *, seen_by: Viewer, more: Iterable[str] = ()) -> Words:
    """What is needed to put these lines into words; at most four queries. more: further ids of places."""
    people = {line.person for line in lines if line.person}
    households = {line.household for line in lines if line.household}
    spots = {str(value) for line in lines if line.field == "place" for value in (line.before, line.after) if value}
    spots |= {value for value in more if is_id(value)}
    named = {
        str(key): f"{name} · {reference}"
        for key, name, reference in Person.objects.filter(pk__in=people).values_list("pk", "full_name", "reference")
    }
    homes = {
        str(key): reference
        for key, reference in Household.objects.filter(pk__in=households).values_list("pk", "reference")
    }
    for line in lines:
        if line.table == PERSON and line.kind == "add" and line.field == "full_name":
            named.setdefault(line.id, str(line.after))
    found: dict[str, str] = {}
    if spots and seen_by.may("places.view_place"):
        rows = places.places(seen_by=seen_by).filter(pk__in=spots)
        found = {str(key): f"{name} ({code})" for key, name, code in rows.values_list("pk", "name", "pcode")}
    return Words(labels(LISTS, seen_by=seen_by), named, homes, found)


def shown(
    lines: Sequence[Line], words: Words, *, seen_by: Viewer, scope_id: int, moved: Sequence[Moved] = (),
    shared: Iterable[str] = (),
) -> list[ShownRecord]:  # fmt: skip
    """Lines grouped by the record they touch, in the order in which records come up.

    Sensitive values are masked for who may not see them where the record lies that all is about (`scope_id`).
    """
    drifts = {each.line.key: each for each in moved}
    shared = set(shared)
    may = may_see_sensitive(seen_by, scope_id)
    groups: dict[tuple[str, str], ShownRecord] = {}
    for line in [*lines, *(each.line for each in moved if each.drift == "wider")]:
        if line.field in _SILENT or (line.table == MEMBERSHIP and line.kind == "add" and line.field == "person"):
            continue
        record = groups.setdefault((line.table, line.id), _record(line, words))
        drift = drifts.get(line.key)
        hidden = not may and is_sensitive(line.table, line.field)
        record.lines.append(
            ShownLine(
                name=line.field,
                label=label_of(line.table, line.field),
                before=_masked(line, line.before) if hidden else _said(line, line.before, words),
                after=_masked(line, line.after) if hidden else _said(line, line.after, words),
                kind=line.kind,
                hidden=hidden,
                drift=drift.drift if drift else "",
                now="" if drift is None else _masked(line, drift.now) if hidden else _said(line, drift.now, words),
                shared=line.topic in shared,
                key=":".join(line.key),
            )
        )
    return list(groups.values())


def _masked(line: Line, value: Any) -> str:
    """Enough to recognise a number or an address, nothing of anything else."""
    if empty(value):
        return ""
    if line.field == "email":
        return masked_email(str(value))
    return masked_number(str(value)) if line.field in ("number", "phone") else masked_text(str(value))


def _record(line: Line, words: Words) -> ShownRecord:
    about = words.people.get(line.person) or words.households.get(line.household, "")
    if line.table == PERSON:
        label = words.people.get(line.id, _("a person out of your sight"))
        url = reverse("registry:person", args=[line.id]) if line.kind != "add" and line.id in words.people else ""
        return ShownRecord(line.table, label, url, _("new person") if line.kind == "add" else "")
    if line.table == HOUSEHOLD:
        label = words.households.get(line.id, _("new household") if line.kind == "add" else "–")
        url = reverse("registry:household", args=[line.id]) if line.id in words.households else ""
        return ShownRecord(line.table, label, url)
    thing = capfirst(str(MODELS[line.table]._meta.verbose_name))
    note = {"add": _("new"), "remove": _("taken out"), "change": ""}[line.kind]
    if line.table == MEMBERSHIP:
        home = words.households.get(line.household, _("new household"))
        return ShownRecord(
            line.table, _("%(person)s in %(household)s") % {"person": about, "household": home}, "", note
        )
    return ShownRecord(line.table, f"{thing}: {about}", "", note)


def label_of(table: str, name: str) -> str:
    """The words for a column."""
    found = MODELS[table]._meta.get_field(name)
    return capfirst(str(getattr(found, "verbose_name", name)))


def _said(line: Line, value: Any, words: Words) -> str:
    return said(line.table, line.field, value, words)


def said(table: str, name: str, value: Any, words: Words) -> str:
    """A plain value as a person reads it."""
    if empty(value):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "place":
        return words.places.get(str(value), _("a place out of your sight"))
    if name == "household":
        return words.households.get(str(value), _("new household"))
    if name == "status":
        return str(dict(Status.choices).get(value, value))
    if (table, name) in CODED:
        code_list = CODED[table, name]
        return str(ENDINGS.get(str(value)) or words.labels.of(code_list, str(value)))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plainly(each)}" for key, each in sorted(value.items()))
    if isinstance(value, str) and len(value) == 10 and (day := _day(value)):
        return day
    return str(value)


def _plainly(value: Any) -> str:
    return (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)


def _day(text: str) -> str:
    try:
        found = parse_date(text)
    except ValueError:
        return ""
    return date_format(found) if found else ""


def record_url(table: str, key: UUID | str) -> str:
    """The page of a person or a household."""
    return reverse("registry:person" if table == PERSON else "registry:household", args=[key])
