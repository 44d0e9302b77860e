"""Registering a household, notices, the card."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from banyan.people.registry import actions, queries
from banyan.people.registry.api import shapes
from banyan.people.registry.api.people import notice_as_told
from banyan.people.registry.inputs import HouseholdForm, MemberForm
from banyan.people.registry.inputs.by_hand import MAY, attempt, working_choices
from banyan.people.registry.queries.labels import DOCUMENTS, RELATIONSHIP, RESIDENCE, SEX
from banyan.people.registry.views.cards import printed
from banyan.platform.access.doors import needs
from banyan.platform.access.queries import operation_scope
from banyan.platform.kernel.problems import Location, Problem, raise_all
from banyan.reference.places import queries as places

router = Router(tags=["registry"])


@router.post(
    "/register",
    response={201: shapes.RegistryRegistered},
    operation_id="registry_register",
    summary="Register a household",
)
@needs(MAY)
def register(request: HttpRequest, given: shapes.RegistryNewHousehold) -> Any:
    """Register a household with its members. 409 when people who look the same are registered: search, then say so."""
    viewer = request.viewer
    labels = queries.labels((SEX, RELATIONSHIP, DOCUMENTS, RESIDENCE), seen_by=viewer)
    scope = operation_scope(given.operation, seen_by=viewer, area_key=given.area)
    areas = working_choices(viewer)
    chosen = f"{given.operation}:{scope}"
    home = HouseholdForm(
        {
            "where": chosen,
            "address": given.address,
            "phone": given.phone,
            "residence_status": given.residence_status,
            "registered_on": (given.registered_on or timezone.localdate()).isoformat(),
            "registration_group": given.registration_group,
            "number": given.number,
            "consent": "" if given.consent is None else str(given.consent).lower(),
        },
        labels=labels,
        areas=areas,
    )
    members = [
        MemberForm(
            each.dict(exclude={"document"})
            | ({"document_type": each.document.type, "document_number": each.document.number} if each.document else {}),
            labels=labels,
        )
        for each in given.people
    ]
    problems = []
    if given.place and places.by_code(given.place, seen_by=viewer) is None:
        problems.append(Problem("registry.place_unknown", code=given.place, at=Location(field="place")))
    made = attempt(home, members, place=given.place, by=viewer, confirmed=given.none_of_these, problems=problems)
    if made.likely:
        raise Problem("registry.search_first", count=len(made.likely))
    if made.household is None:
        raise_all([*made.problems, *_faults(home, ""), *(
            fault for number, form in enumerate(members) for fault in _faults(form, f"people.{number}.")
        )])  # fmt: skip
    return Status(201, {"household_id": made.household})


def _faults(form: Any, start: str) -> list[Problem]:
    return [
        Problem("kernel.field_invalid", message=str(message), at=Location(field=f"{start}{field}"))
        for field, messages in form.errors.items()
        for message in messages
    ]


@router.post(
    "/people/{uuid:person_id}/notices", response={201: shapes.RegistryNotice}, operation_id="registry_person_notice",
    summary="Record a notice given to a person",
)  # fmt: skip
@needs(MAY)
def give_to_person(request: HttpRequest, person_id: UUID, given: shapes.RegistryNoticeIn) -> Any:
    """What was explained, and what the person agreed to."""
    return Status(201, notice_as_told(actions.give_notice("people", person_id, by=request.viewer, **given.dict())))


@router.post(
    "/households/{uuid:household_id}/notices", response={201: shapes.RegistryNotice},
    operation_id="registry_household_notice", summary="Record a notice given to a household",
)  # fmt: skip
@needs(MAY)
def give_to_household(request: HttpRequest, household_id: UUID, given: shapes.RegistryNoticeIn) -> Any:
    """What was explained, and what the household agreed to."""
    return Status(
        201, notice_as_told(actions.give_notice("households", household_id, by=request.viewer, **given.dict()))
    )


@router.post(
    "/notices/{uuid:notice_id}/withdraw", response=shapes.RegistryNotice, operation_id="registry_notice_withdraw",
    summary="Withdraw what was agreed to",
)  # fmt: skip
@needs(MAY)
def withdraw(request: HttpRequest, notice_id: UUID) -> Any:
    """From today on."""
    return notice_as_told(actions.withdraw_notice(notice_id, by=request.viewer))


@router.post("/households/{uuid:household_id}/card", operation_id="registry_card", summary="Card of a household as PDF")
@needs("registry.print_card")
def card(request: HttpRequest, household_id: UUID, sheet: str = "a6") -> HttpResponse:
    """A6 or A4, in the language asked for. Printing is logged."""
    return printed(request.viewer, household_id, sheet)
