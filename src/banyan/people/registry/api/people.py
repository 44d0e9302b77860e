"""People and households: lists, search, records, masked as on the pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from banyan.people.registry import actions, photos, queries
from banyan.people.registry.api import shapes
from banyan.people.registry.queries.records import HouseholdRecord, PersonRecord
from banyan.people.registry.rules.ages import ages_on
from banyan.people.registry.rules.asking import Question
from banyan.people.registry.rules.masking import masked_email, masked_number, masked_text
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

router = Router(tags=["registry"])
VIEW, SENSITIVE = "registry.view_person", "registry.view_sensitive"
PAGE = 100
_LINE = (
    "id", "reference", "full_name", "name_original", "sex", "birth_date", "place_id", "status", "registered_on",
    "operation_id", "version",
)  # fmt: skip
_HOME = (
    "id",
    "reference",
    "head_name",
    "size",
    "place_id",
    "residence_status",
    "status",
    "registered_on",
    "operation_id",
    "version",
)


def _page(
    request: HttpRequest, subject: str, filters: shapes.RegistryListFilter, fields: Sequence[str]
) -> dict[str, Any]:
    """Rows after an id, one page; faults of the filters all at once. That they were shown is logged."""
    viewer = request.viewer
    values = filters.values()
    rows, errors = queries.narrowed(subject, values, seen_by=viewer)
    if errors:
        raise Problem("registry.filter_unreadable", message="; ".join(errors))
    listed = queries.people_rows(seen_by=viewer) if subject == "people" else queries.household_rows(seen_by=viewer)
    rows = listed.filter(pk__in=rows.values("pk")) if values else listed
    if filters.after:
        rows = rows.filter(pk__gt=filters.after)
    found = list(rows.order_by("pk").values(*fields)[: PAGE + 1])
    shown = found[:PAGE]
    if shown:
        log_read(
            viewer, kind="list", subject=f"registry.{'person' if subject == 'people' else 'household'}",
            ids=[row["id"] for row in shown], purpose="list", query=repr(sorted(values.items())),
        )  # fmt: skip
    return {"items": shown, "after": shown[-1]["id"] if len(found) > PAGE else None}


@router.get("/people", response=shapes.RegistryPeoplePage, operation_id="registry_people", summary="People")
@needs(VIEW)
def list_people(request: HttpRequest, filters: Query[shapes.RegistryListFilter]) -> Any:
    """People within reach, in the order of their ids."""
    page = _page(request, "people", filters, (*_LINE, "household_key"))
    for row in page["items"]:
        row |= {"birth_date": shapes.partial(row["birth_date"]), "household_id": row.pop("household_key")}
    return page


@router.get(
    "/households", response=shapes.RegistryHouseholdsPage, operation_id="registry_households", summary="Households"
)
@needs(VIEW)
def list_households(request: HttpRequest, filters: Query[shapes.RegistryListFilter]) -> Any:
    """Households within reach, in the order of their ids."""
    return _page(request, "households", filters, _HOME)


@router.post("/search", response=list[shapes.RegistryFound], operation_id="registry_search", summary="Search people")
@needs(VIEW)
def search_people(request: HttpRequest, asked: shapes.RegistrySearchIn) -> Any:
    """At most twenty people who fit what is known, nearest first, each with the reasons."""
    found = queries.find_people(Question(**asked.dict()), seen_by=request.viewer)
    log_read(
        request.viewer, kind="search", subject="registry.person", ids=[each.person.pk for each in found],
        purpose="search", query=repr(asked),
    )  # fmt: skip
    return [
        {
            "person": {name: getattr(each.person, name) for name in _LINE}
            | {
                "birth_date": shapes.partial(each.person.birth_date),
                "household_id": each.membership.household_id if each.membership else None,
            },
            "score": round(each.score, 3),
            "why": [str(reason) for reason in each.why],
        }
        for each in found
    ]


@router.get(
    "/people/{uuid:person_id}", response=shapes.RegistryPerson, operation_id="registry_person", summary="One person"
)
@needs(VIEW)
def get_person(request: HttpRequest, person_id: UUID) -> Any:
    """One person; sensitive values are masked. Opening is logged."""
    record = queries.person_record(person_id, seen_by=request.viewer)
    log_read(request.viewer, kind="open", subject="registry.person", ids=[person_id], purpose="page")
    return person_as_told(record)


@router.post(
    "/people/{uuid:person_id}/show", response=shapes.RegistryPerson, operation_id="registry_person_show",
    summary="One person with sensitive values",
)  # fmt: skip
@needs(SENSITIVE)
def show_person(request: HttpRequest, person_id: UUID, asked: shapes.RegistryShowIn) -> Any:
    """The same with sensitive values, for a purpose. Asking is logged."""
    record = queries.person_record(person_id, seen_by=request.viewer, shown=True)
    if not record.may_show:
        raise Problem("not_allowed")
    log_read(
        request.viewer, kind="open", subject="registry.person", ids=[person_id], purpose=f"sensitive: {asked.purpose}"
    )
    return person_as_told(record)


@router.get(
    "/households/{uuid:household_id}", response=shapes.RegistryHousehold, operation_id="registry_household",
    summary="One household",
)  # fmt: skip
@needs(VIEW)
def get_household(request: HttpRequest, household_id: UUID, on: shapes.Day | None = None) -> Any:
    """One household with its members today or on a day. Opening is logged."""
    return _household(request, household_id, on, shown=False, purpose="page")


@router.post(
    "/households/{uuid:household_id}/show", response=shapes.RegistryHousehold, operation_id="registry_household_show",
    summary="One household with sensitive values",
)  # fmt: skip
@needs(SENSITIVE)
def show_household(request: HttpRequest, household_id: UUID, asked: shapes.RegistryShowIn) -> Any:
    """The same with sensitive values, for a purpose. Asking is logged."""
    return _household(request, household_id, None, shown=True, purpose=f"sensitive: {asked.purpose}")


def _household(request: HttpRequest, household_id: UUID, on: date | None, *, shown: bool, purpose: str) -> Any:
    record = queries.household_record(household_id, seen_by=request.viewer, on=on, shown=shown)
    if shown and not record.may_show:
        raise Problem("not_allowed")
    ids = [household_id, *(each.person_id for each in record.members)]
    log_read(request.viewer, kind="open", subject="registry.household", ids=ids, purpose=purpose)
    position = record.shown and queries.position_allowed(record.household, seen_by=request.viewer)
    return household_as_told(record, position=position)


@router.get(
    "/households/{uuid:household_id}/members", response=list[shapes.RegistryMember], operation_id="registry_members",
    summary="Members of a household",
)  # fmt: skip
@needs(VIEW)
def list_members(request: HttpRequest, household_id: UUID, on: shapes.Day | None = None) -> Any:
    """Members today or on a day: the head first."""
    record = queries.household_record(household_id, seen_by=request.viewer, on=on)
    ids = [each.person_id for each in record.members]
    if ids:
        log_read(request.viewer, kind="list", subject="registry.person", ids=ids, purpose="list")
    return _members(record)


@router.get("/people/{uuid:person_id}/photo", operation_id="registry_photo", summary="Photo of a person")
@needs(VIEW)
def get_photo(request: HttpRequest, person_id: UUID) -> Any:
    """A JPEG. Looking at it is logged."""
    person = queries.person(person_id, seen_by=request.viewer)
    try:
        content = vault.fetch(person.photo) if person.photo else b""
    except (FileNotFoundError, vault.Broken, ValueError):
        content = b""
    if not content:
        raise Problem("not_found")
    log_read(request.viewer, kind="open", subject="registry.person", ids=[person.pk], purpose="photo")
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@router.post(
    "/people/{uuid:person_id}/photo", response={204: None}, operation_id="registry_photo_set", summary="Set the photo"
)
@needs("registry.register_person")
def set_photo(request: HttpRequest, person_id: UUID, photo: File[UploadedFile]) -> Any:
    """JPEG, PNG or WebP; turned upright, made small and stripped of everything but the picture."""
    if (photo.size or 0) > photos.LARGEST_FILE:
        raise Problem("registry.photo_too_large", limit=photos.LARGEST_FILE // 1_000_000)
    actions.set_photo(person_id, photo.read(), by=request.viewer)
    return Status(204, None)


def person_as_told(record: PersonRecord) -> dict[str, Any]:
    """A person as the API tells it, masked unless shown."""
    person, shown = record.person, record.shown
    plain = (
        "id", "reference", "operation_id", "version", "number", "full_name", "given_name", "middle_name", "family_name",
        "name_original", "mother_name", "father_name", "sex", "nationality", "origin_country", "marital_status", "education",
        "occupation", "place_id", "address", "language", "contact_preference", "registered_on", "status", "status_reason",
        "status_since", "photo_taken_on", "needs_screened_on", "born_in_asylum", "entered_on", "verified_on",
    )  # fmt: skip
    return {name: getattr(person, name) for name in plain} | {
        "status_decided_on": shapes.partial(person.status_decided_on) if shown else None,
        "biometric_status": person.biometric_status if shown else masked_text(person.biometric_status),
        "birth_date": shapes.partial(person.birth_date),
        "arrived_on": shapes.partial(person.arrived_on),
        "ages": record.ages._asdict() if record.ages else None,
        "legal_status": person.legal_status if shown else masked_text(person.legal_status),
        "difficulties": {key: code if shown else masked_text(code) for key, code in person.difficulties.items()},
        "email": person.email if shown else masked_email(person.email),
        "has_photo": bool(person.photo),
        "merged_into": person.merged_into_id,
        "aliases": [
            {
                "id": each.person.pk,
                "reference": each.person.reference,
                "full_name": each.person.full_name,
                "since": each.person.status_since,
                "merge_id": each.merge.pk if each.merge else None,
            }
            for each in record.aliases
        ],
        "household_id": record.membership.household_id if record.membership else None,
        "documents": [
            {
                "type": each.type,
                "number": each.number if shown else masked_number(each.number),
                "issuer": each.issuer,
                "issued_on": shapes.partial(each.issued_on),
                "expires_on": shapes.partial(each.expires_on),
                "is_current": each.is_current,
            }
            for each in record.documents
        ],
        "phones": [each.number if shown else masked_number(each.number) for each in record.phones],
        "needs": [
            {
                "code": each.code if shown else masked_text(each.code),
                "since": each.since,
                "until": each.until,
                "note": each.note if shown else masked_text(each.note),
            }
            for each in record.needs
        ],
        "notices": [notice_as_told(each) for each in record.notices],
        "extras": _extras(record),
        "shown": shown,
    }


def household_as_told(record: HouseholdRecord, *, position: bool) -> dict[str, Any]:
    """A household as the API tells it, masked unless shown."""
    household, shown = record.household, record.shown
    plain = (
        "id", "reference", "operation_id", "version", "number", "place_id", "address", "residence_status", "origin_country",
        "language", "size_reported", "registered_on", "registration_group", "status", "status_reason",
    )  # fmt: skip
    return {name: getattr(household, name) for name in plain} | {
        "phone": household.phone if shown else masked_number(household.phone),
        "size": record.composition.size,
        "on": record.on,
        "members": _members(record),
        "notices": [notice_as_told(each) for each in record.notices],
        "extras": _extras(record),
        "lat": household.lat if position else None,
        "lon": household.lon if position else None,
        "shown": shown,
    }


def notice_as_told(notice: Any) -> dict[str, Any]:
    """A notice as the API tells it."""
    return {name: getattr(notice, name) for name in shapes.RegistryNotice.model_fields}


def _extras(record: PersonRecord | HouseholdRecord) -> dict[str, str]:
    return {
        each.key: each.value if record.shown or not each.sensitive else masked_text(each.value)
        for each in record.extras
    }


def _members(record: HouseholdRecord) -> list[dict[str, Any]]:
    plain = ("person_id", "household_id", "relationship", "is_head", "is_collector", "is_alternate", "since", "until")
    rows = []
    for each in record.members:
        ages = ages_on(each.person.birth_date, record.on)
        rows.append(
            {name: getattr(each, name) for name in plain}
            | {
                "reference": each.person.reference,
                "full_name": each.person.full_name,
                "ages": ages._asdict() if ages else None,
            }
        )
    return rows
