"""Tables of people and households that leave the register: which columns, which rows, and who is left out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.people.registry.models import Document, Need, Person, Phone
from banyan.people.registry.queries.extras import extras_of
from banyan.people.registry.queries.filtering import narrowed
from banyan.people.registry.queries.labels import (
    BIOMETRICS,
    CONTACT,
    COUNTRIES,
    DIFFICULTY,
    DOCUMENTS,
    EDUCATION,
    LEGAL,
    MARITAL,
    NEEDS,
    REASONS,
    RELATIONSHIP,
    RESIDENCE,
    SEX,
    Labels,
    labels,
)
from banyan.people.registry.queries.people import documents, membership_of, needs, notices, phones
from banyan.people.registry.queries.records import given
from banyan.people.registry.queries.rows import household_rows
from banyan.people.registry.rules.ages import ages_on
from banyan.people.registry.rules.exporting import SENSITIVE_FIELDS
from banyan.people.registry.rules.notices import Given, allows, standing
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column

_CHUNK = 1_000
Table = tuple[list[Column], list[dict[str, Any]]]
_LISTS = (
    BIOMETRICS, CONTACT, COUNTRIES, DIFFICULTY, DOCUMENTS, EDUCATION, LEGAL, MARITAL, NEEDS, REASONS, RELATIONSHIP, RESIDENCE, SEX,
)  # fmt: skip


def count_up_to(rows: "QuerySet[Any]", most: int, *, seen_by: Viewer) -> int:
    """How many rows leave, counted no further than one beyond `most`."""
    seen_by.require("registry.export_person")
    if rows.model is Person:
        rows = rows.filter(merged_into=None)
    return rows.order_by().values("pk")[: most + 1].count()


def export_table(
    subject: str, filters: Mapping[str, list[str]], *, use: str, sensitive: bool, most: int, seen_by: Viewer
) -> tuple[Table, list[UUID], int]:
    """Columns and rows of an export, the ids of whom it names, and how many were left out for want of agreement.

    At most `most` rows are read, in the order of their references. Sensitive columns only where the viewer may see them:
    a row that lies outside of that keeps them empty.
    """
    seen_by.require("registry.export_person")
    rows, _errors = narrowed(subject, filters, seen_by=seen_by)
    if subject == "households":
        kept = household_rows(seen_by=seen_by).filter(pk__in=rows.values("pk"))
        return _households(
            list(kept.select_related("operation", "place").order_by("reference")[:most]), use, sensitive, seen_by
        )
    # Whoever was merged is in the file already, by the registration that stands.
    found = list(rows.filter(merged_into=None).select_related("operation", "place").order_by("reference")[:most])
    return _people(found, use, sensitive, seen_by)


def _people(found: Sequence[Person], use: str, sensitive: bool, viewer: Viewer) -> tuple[Table, list[UUID], int]:
    words = labels(_LISTS, seen_by=viewer)
    today = timezone.localdate()
    reach = viewer.reach("registry.view_sensitive")
    table: list[dict[str, Any]] = []
    left_out = 0
    extra_names: dict[str, str] = {}
    for chunk in _chunks(found):
        ids = [each.pk for each in chunk]
        homes = membership_of(ids, seen_by=viewer)
        agreed = _agreements(chunk, homes, viewer)
        papers = _by_person(documents(ids, seen_by=viewer).filter(is_current=True)) if sensitive else {}
        numbers = _by_person(phones(ids, seen_by=viewer)) if sensitive else {}
        wants = _by_person(needs(ids, seen_by=viewer).filter(until=None)) if sensitive else {}
        for person in chunk:
            if use == "sharing" and not allows(agreed[person.pk], "sharing"):
                left_out += 1
                continue
            home = homes.get(person.pk)
            ages = ages_on(person.birth_date, today)
            row = {
                "id": person.pk,
                "reference": person.reference,
                "full_name": person.full_name,
                "name_original": person.name_original,
                "given_name": person.given_name,
                "middle_name": person.middle_name,
                "family_name": person.family_name,
                "mother_name": person.mother_name,
                "father_name": person.father_name,
                "sex": words.of(SEX, person.sex),
                "birth_date": str(person.birth_date or ""),
                "youngest": ages.youngest if ages else None,
                "oldest": ages.oldest if ages else None,
                "household": home.household.reference if home else "",
                "relationship": words.of(RELATIONSHIP, home.relationship) if home else "",
                "is_head": home.is_head if home else None,
                "pcode": person.place.pcode if person.place else "",
                "place": person.place.name if person.place else "",
                "address": person.address,
                "nationality": words.of(COUNTRIES, person.nationality),
                "origin_country": words.of(COUNTRIES, person.origin_country),
                "marital_status": words.of(MARITAL, person.marital_status),
                "education": words.of(EDUCATION, person.education),
                "occupation": person.occupation,
                "language": person.language,
                "contact_preference": words.of(CONTACT, person.contact_preference),
                "arrived_on": str(person.arrived_on or ""),
                "needs_screened_on": person.needs_screened_on,
                "registered_on": person.registered_on,
                "verified_on": person.verified_on,
                "status": str(person.get_status_display()),
                "status_reason": words.of(REASONS, person.status_reason),
                "sharing": allows(agreed[person.pk], "sharing"),
                "operation": person.operation.code,
            }
            if sensitive and (reach.everything or person.scope_id in reach):
                row |= _sensitive(person, papers, numbers, wants, words)
                row |= _extras(person, extra_names, viewer)
            table.append(row)
    columns = _columns(_PEOPLE, sensitive) + [Column(key, name) for key, name in extra_names.items()]
    return (columns, table), [row["id"] for row in table], left_out


def _sensitive(
    person: Person,
    papers: Mapping[UUID, list[Document]],
    numbers: Mapping[UUID, list[Phone]],
    wants: Mapping[UUID, list[Need]],
    words: Labels,
) -> dict[str, Any]:
    return {
        "legal_status": words.of(LEGAL, person.legal_status),
        "biometric_status": words.of(BIOMETRICS, person.biometric_status),
        "documents": "; ".join(f"{words.of(DOCUMENTS, each.type)}: {each.number}" for each in papers.get(person.pk, [])),
        "phones": "; ".join(each.number for each in numbers.get(person.pk, [])),
        "email": person.email,
        "needs": "; ".join(words.of(NEEDS, each.code) for each in wants.get(person.pk, [])),
        "difficulties": "; ".join(f"{domain}: {words.of(DIFFICULTY, code)}" for domain, code in person.difficulties.items()),
    }  # fmt: skip


def _extras(record: Any, names: dict[str, str], viewer: Viewer) -> dict[str, Any]:
    subject = "person" if isinstance(record, Person) else "household"
    found = extras_of(record.extras, operation_id=record.operation_id, subject=subject, seen_by=viewer)
    names |= {f"extra:{each.key}": each.label for each in found if f"extra:{each.key}" not in names}
    return {f"extra:{each.key}": each.value for each in found}


def _households(found: Sequence[Any], use: str, sensitive: bool, viewer: Viewer) -> tuple[Table, list[UUID], int]:
    words = labels(_LISTS, seen_by=viewer)
    reach = viewer.reach("registry.view_sensitive")
    told: dict[UUID, list[Given]] = defaultdict(list)
    for chunk in _chunks(found):
        for notice in notices(seen_by=viewer, household_ids=[each.pk for each in chunk]):
            told[notice.household_id].append(given(notice))  # type: ignore[index]
    table: list[dict[str, Any]] = []
    extra_names: dict[str, str] = {}
    left_out = 0
    for household in found:
        agreed = standing(told[household.pk])
        if use == "sharing" and not allows(agreed, "sharing"):
            left_out += 1
            continue
        row = {
            "id": household.pk,
            "reference": household.reference,
            "head": household.head_name or "",
            "size": household.size,
            "size_reported": household.size_reported,
            "pcode": household.place.pcode if household.place else "",
            "place": household.place.name if household.place else "",
            "address": household.address,
            "residence_status": words.of(RESIDENCE, household.residence_status),
            "origin_country": words.of(COUNTRIES, household.origin_country),
            "language": household.language,
            "registration_group": household.registration_group,
            "registered_on": household.registered_on,
            "status": str(household.get_status_display()),
            "status_reason": words.of(REASONS, household.status_reason),
            "sharing": allows(agreed, "sharing"),
            "operation": household.operation.code,
        }
        if sensitive and (reach.everything or household.scope_id in reach):
            row |= {"phones": household.phone} | _extras(household, extra_names, viewer)
        table.append(row)
    columns = _columns(_HOUSEHOLDS, sensitive) + [Column(key, name) for key, name in extra_names.items()]
    return (columns, table), [row["id"] for row in table], left_out


def _columns(names: Mapping[str, Any], sensitive: bool) -> list[Column]:
    kinds = {
        "registered_on": "date",
        "needs_screened_on": "date",
        "verified_on": "date",
        "youngest": "number",
        "oldest": "number",
        "size": "number",
        "size_reported": "number",
    }
    return [
        Column(name, label(), kind=kinds.get(name, "text"))  # type: ignore[arg-type]
        for name, label in names.items()
        if sensitive or name not in SENSITIVE_FIELDS
    ]


_PEOPLE: dict[str, Any] = {
    "operation": lambda: _("Operation"),
    "reference": lambda: _("Reference"),
    "household": lambda: _("Household"),
    "relationship": lambda: _("Relationship to the head"),
    "is_head": lambda: _("Head"),
    "full_name": lambda: _("Full name"),
    "name_original": lambda: _("Name in the original script"),
    "given_name": lambda: _("Given name"),
    "middle_name": lambda: _("Middle name"),
    "family_name": lambda: _("Family name"),
    "mother_name": lambda: _("Mother's name"),
    "father_name": lambda: _("Father's name"),
    "sex": lambda: _("Sex"),
    "birth_date": lambda: _("Date of birth"),
    "youngest": lambda: _("Age, at least"),
    "oldest": lambda: _("Age, at most"),
    "pcode": lambda: _("P-code"),
    "place": lambda: _("Place"),
    "address": lambda: _("Address"),
    "nationality": lambda: _("Nationality"),
    "origin_country": lambda: _("Country of origin"),
    "marital_status": lambda: _("Marital status"),
    "education": lambda: _("Education"),
    "occupation": lambda: _("Occupation"),
    "language": lambda: _("Language"),
    "contact_preference": lambda: _("Preferred way of contact"),
    "arrived_on": lambda: _("Arrived on"),
    "needs_screened_on": lambda: _("Asked about specific needs on"),
    "registered_on": lambda: _("Registered on"),
    "verified_on": lambda: _("Last verified on"),
    "status": lambda: _("Status"),
    "status_reason": lambda: _("Reason of the status"),
    "sharing": lambda: _("Agreed to sharing"),
    "legal_status": lambda: _("Legal status"),
    "biometric_status": lambda: _("Biometrics"),
    "documents": lambda: _("Documents"),
    "phones": lambda: _("Telephones"),
    "email": lambda: _("E-mail"),
    "needs": lambda: _("Specific needs"),
    "difficulties": lambda: _("Difficulties in functioning"),
}
_HOUSEHOLDS: dict[str, Any] = {
    "operation": _PEOPLE["operation"],
    "reference": _PEOPLE["reference"],
    "head": _PEOPLE["is_head"],
    "size": lambda: _("People"),
    "size_reported": lambda: _("Size as reported"),
    "pcode": _PEOPLE["pcode"],
    "place": _PEOPLE["place"],
    "address": _PEOPLE["address"],
    "residence_status": lambda: _("Residence status"),
    "origin_country": _PEOPLE["origin_country"],
    "language": _PEOPLE["language"],
    "registration_group": lambda: _("Registration group"),
    "registered_on": _PEOPLE["registered_on"],
    "status": _PEOPLE["status"],
    "status_reason": _PEOPLE["status_reason"],
    "sharing": _PEOPLE["sharing"],
    "phones": _PEOPLE["phones"],
}


def _agreements(chunk: Iterable[Person], homes: Mapping[UUID, Any], viewer: Viewer) -> dict[UUID, Given | None]:
    """The notice that counts for each person: the own one, else that of the household."""
    rows = notices(
        seen_by=viewer,
        person_ids=[each.pk for each in chunk],
        household_ids=[each.household_id for each in homes.values()],
    )
    told: dict[UUID, list[Given]] = defaultdict(list)
    for notice in rows:
        told[notice.person_id or notice.household_id].append(given(notice))  # type: ignore[index]
    return {
        each.pk: standing(told[each.pk]) or (standing(told[homes[each.pk].household_id]) if each.pk in homes else None)
        for each in chunk
    }


def _by_person(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
