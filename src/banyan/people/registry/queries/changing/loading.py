"""Rows of the register as the rules of changes see them: plain values, everything a change could touch, few queries."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from babel.core import get_global
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from banyan.people.registry.models import Document, Household, Membership, Need, Notice, Person, Phone
from banyan.people.registry.rules.changing import records as plain
from banyan.people.registry.rules.changing.fields import Known
from banyan.people.registry.rules.changing.records import Records
from banyan.platform.access.queries import operations
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.ids import id_from
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import queries as codes
from banyan.reference.places import queries as places

MODELS: dict[str, type[Model]] = {
    plain.HOUSEHOLD: Household,
    plain.PERSON: Person,
    plain.MEMBERSHIP: Membership,
    plain.DOCUMENT: Document,
    plain.PHONE: Phone,
    plain.NEED: Need,
    plain.NOTICE: Notice,
}
LISTS = (
    "sex", "relationship", "marital-status", "legal-status", "education", "contact-preference", "document-types",
    "specific-needs", "inactive-reasons", "residence-status", "iso-3166-1", "biometric-status",
)  # fmt: skip


def plain_value(value: Any) -> Any:
    """A column's value as JSON has it."""
    if isinstance(value, PartialDate | UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def plain_rows(rows: "QuerySet[Any]") -> dict[str, dict[str, Any]]:
    """{id: {column: plain value}}; foreign keys under the name of their field. One query."""
    columns = {field.attname: field.name for field in rows.model._meta.concrete_fields if not field.primary_key}
    return {
        str(row.pop("id")): {columns[name]: plain_value(value) for name, value in row.items()}
        for row in rows.values("id", *columns)
    }


def _load(
    *, people: Iterable[str], households: Iterable[str], parts: Collection[str], locked: bool, whole: bool
) -> Records:
    """These people and households, the households of those people and (if `whole`) everybody in all of them.

    `locked` keeps others from changing the same records until the transaction ends: households first, then people, both
    in the order of their ids, so that two changes never wait for each other. Every membership of a household is changed
    under the lock of that household.
    """
    wanted, homes = set(people), set(households)
    if whole:
        homes |= _homes(wanted)
    if locked:
        _lock(Household, homes)
        if whole:  # somebody may have been moved while we waited
            more = _homes(wanted) - homes
            _lock(Household, more)
            homes |= more
    held = plain_rows(_open_memberships(wanted, homes if whole else set())) if whole or wanted else {}
    everybody = wanted | {row["person"] for row in held.values()} if whole else wanted
    if locked:
        _lock(Person, everybody)
    rows: dict[str, dict[str, dict[str, Any]]] = {
        plain.MEMBERSHIP: held,
        plain.HOUSEHOLD: plain_rows(Household.objects.filter(pk__in=homes)) if homes else {},
        plain.PERSON: plain_rows(Person.objects.filter(pk__in=everybody)) if everybody else {},
    }
    for table in parts:
        about = Q(person__in=wanted)
        if table == plain.NOTICE:
            about |= Q(household__in=homes)
        rows[table] = plain_rows(MODELS[table].objects.filter(about))  # type: ignore[attr-defined]  # a class of ours
    return Records(rows)


def _open_memberships(people: Collection[str], households: Collection[str]) -> "QuerySet[Membership]":
    about = Q(person__in=people) | Q(household__in=households)
    return Membership.objects.filter(about, until=None).exclude(person__status="withdrawn")


def _homes(people: Collection[str]) -> set[str]:
    if not people:
        return set()
    rows = Membership.objects.filter(person__in=people, until=None)
    return {str(key) for key in rows.values_list("household_id", flat=True)}


def _lock(model: type[Model], keys: Collection[str]) -> None:
    if keys:
        rows = model.objects.select_for_update().filter(pk__in=keys).order_by("pk")  # type: ignore[attr-defined]
        list(rows.values_list("pk", flat=True))


# Kinds that look at no other record than their own; a household that moves takes its people along.
ALONE = frozenset({"correct_identity", "change_document", "change_phone", "change_need", "change_notice"})
# What of a request can name specific needs: its own code, or what a later submission says of several people.
_OF_NEEDS = frozenset({"code", "updates", "records", "added"})
PARTS_OF: dict[str, tuple[str, ...]] = {
    "change_document": (plain.DOCUMENT,),
    "change_phone": (plain.PHONE,),
    "change_need": (plain.NEED,),
    "change_notice": (plain.NOTICE,),
    "update": (plain.DOCUMENT, plain.PHONE, plain.NEED, plain.NOTICE),
}


def records_of(kind: str, named: Mapping[str, Collection[str]], *, seen_by: Viewer, locked: bool = False) -> Records:
    """What a change of this kind could touch, of what the viewer may see; as many queries for few people as for many."""
    seen_by.require("registry.view_person")
    return _load(
        people=named.get("person", ()),
        households=named.get("household", ()),
        parts=PARTS_OF.get(kind, ()),
        locked=locked,
        whole=kind not in ALONE,
    )


def known_for(given: Mapping[str, Any], operation_id: Any, *, seen_by: Viewer) -> Known:
    """What the values of a change are compared with: code lists, the places it names, the operation's telephone region."""
    seen_by.require("registry.view_person")
    # Reference data is everybody's; whoever may change a record is told of a wrong code even without the right to lists.
    reference = system_viewer("registry")
    country = operations(seen_by=reference).filter(pk=operation_id).values_list("country", flat=True).first() or ""
    found = codes.labels(LISTS, seen_by=reference)
    region = get_global("territory_aliases").get(country, [""])[0]
    return Known(
        today=timezone.localdate(),
        codes={name: frozenset(words) for name, words in found.items() if words},
        region=region if len(region) == 2 else "",
        places=_places(set(_texts(given)), country),
        sensitive=_sensitive(reference) if _OF_NEEDS & given.keys() else (),
    )


def _sensitive(reference: Viewer) -> frozenset[str]:
    """Codes of needs that are shown only to who may see sensitive values; none while the list is not loaded."""
    try:
        version = codes.version("specific-needs", seen_by=reference)
    except Problem:
        return frozenset()
    return frozenset(row.code for row in codes.rows(version, seen_by=reference) if row.attributes.get("sensitive"))


def _texts(given: Any) -> Iterable[str]:
    """Every value given for a place, however deep."""
    if isinstance(given, Mapping):
        for name, value in given.items():
            if name == "place" and isinstance(value, str | UUID):
                yield str(value).strip()
            else:
                yield from _texts(value)
    elif isinstance(given, list | tuple):
        for value in given:
            yield from _texts(value)


def _places(texts: Collection[str], country: str) -> dict[str, str]:
    """{id or P-code as given: id of the place}. A place where nobody here may write is out of reach then, not unknown."""
    if not texts:
        return {}
    found: dict[str, str] = {}
    with viewing(system_viewer("registry")) as reader:
        ids = {text: UUID(text) for text in texts if is_id(text)}
        if ids:
            rows = set(places.places(seen_by=reader).filter(pk__in=set(ids.values())).values_list("pk", flat=True))
            found = {text: str(key) for text, key in ids.items() if key in rows}
        coded = [text for text in texts if text not in ids and text]
        if coded:
            by_code = places.coded(coded, country, seen_by=reader)
            found |= {text: str(by_code[text.upper()].id) for text in coded if text.upper() in by_code}
    return found


def is_id(text: str) -> bool:
    """Whether a text is an id."""
    return id_from(text) is not None
