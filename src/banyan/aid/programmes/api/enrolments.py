"""Enrolments and appeals for programs. Lists of people are entries in the log of reads."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.api import programme_shapes as shapes
from banyan.aid.programmes.api.programmes import PAGE, VIEW_ENROLMENT
from banyan.aid.programmes.states import DECIDE_APPEAL, ENROL
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["programmes"])
MOVES: dict[str, Callable[..., int]] = {
    "admit": actions.admit,
    "suspend": actions.suspend,
    "resume": actions.resume,
    "graduate": actions.graduate,
    "exit": actions.end_enrolments,
}


def _read(request: HttpRequest, rows: list[Any], purpose: str) -> None:
    """Who is in a programme is told of people: it stands in the log of reads."""
    homes = {row.household_id for row in rows if row.household_id}
    people = {row.person_id for row in rows if row.person_id}
    if homes:
        log_read(request.viewer, kind="list", subject="registry.household", ids=sorted(homes), purpose=purpose)
    if people:
        log_read(request.viewer, kind="list", subject="registry.person", ids=sorted(people), purpose=purpose)


@router.get(
    "/{uuid:programme_id}/enrolments", response=shapes.EnrolmentPage, operation_id="enrolments", summary="Who is enrolled"
)  # fmt: skip
@needs(VIEW_ENROLMENT)
def list_enrolments(
    request: HttpRequest, programme_id: UUID, state: str = "", household: UUID | None = None, after: UUID | None = None
) -> Any:
    """Enrolments within reach, in the order of their ids. It is an entry in the log of reads."""
    rows = queries.enrolments(
        seen_by=request.viewer,
        programme_id=programme_id,
        household_id=household,
        state=state.replace("\x00", "") or None,
    )
    page = shapes.page_of(rows.filter(pk__gt=after) if after else rows, PAGE)
    _read(request, page["items"], "programmes: enrolments")
    return page


@router.post(
    "/{uuid:programme_id}/enrolments", response={201: shapes.EnrolmentOut}, operation_id="enrol", summary="Enrol by hand"
)  # fmt: skip
@needs(ENROL)
def enrol(request: HttpRequest, programme_id: UUID, given: shapes.EnrolmentIn) -> Any:
    """One household or person, with a reason; without room they wait."""
    return Status(
        201,
        actions.enrol(programme_id, given.household, person_id=given.person, by=request.viewer, reason=given.reason),
    )


@router.post(
    "/{uuid:programme_id}/enrolments/admit-waiting", response=shapes.EnrolmentsMoved, operation_id="enrolments_admit_waiting",
    summary="Admit who waits",
)  # fmt: skip
@needs(ENROL)
def admit_waiting(request: HttpRequest, programme_id: UUID) -> Any:
    """In the order of the waiting list, as far as quotas leave room."""
    return {"count": actions.admit_waiting(programme_id, by=request.viewer)}


@router.post(
    "/targetings/runs/{uuid:run_id}/enrol", response={202: shapes.EnrolmentJob}, operation_id="enrol_targeted",
    summary="Enrol whom targeting chose",
)  # fmt: skip
@needs(ENROL)
def enrol_targeted(request: HttpRequest, run_id: UUID) -> Any:
    """In the background, by an approved run."""
    return Status(202, {"job": actions.start_enrolling(run_id, by=request.viewer).pk})


def _moving(verb: str, move: Callable[..., int]) -> None:
    """One address for each verb of the table of states."""

    @router.post(
        f"/enrolments/{verb}", response=shapes.EnrolmentsMoved, operation_id=f"enrolments_{verb}",
        summary=f"{verb.capitalize()} enrolments",
    )  # fmt: skip
    @needs(ENROL)
    def act(request: HttpRequest, given: shapes.EnrolmentsMove) -> Any:
        """All of them or none."""
        return {"count": move(given.enrolments, by=request.viewer, reason=given.reason)}


for _verb, _move in MOVES.items():
    _moving(_verb, _move)


@router.get(
    "/{uuid:programme_id}/overlaps", response=list[shapes.OverlapOut], operation_id="overlaps",
    summary="Who was found in two programmes",
)  # fmt: skip
@needs(VIEW_ENROLMENT)
def list_overlaps(request: HttpRequest, programme_id: UUID) -> Any:
    """The newest thousand, within reach. It is an entry in the log of reads."""
    found = list(queries.overlaps(programme_id, seen_by=request.viewer)[:1000])
    _read(request, found, "programmes: overlaps")
    return found


@router.get("/{uuid:programme_id}/appeals", response=list[shapes.AppealOut], operation_id="appeals", summary="Appeals")
@needs(VIEW_ENROLMENT)
def list_appeals(request: HttpRequest, programme_id: UUID, state: str = "") -> Any:
    """The newest thousand, within reach. It is an entry in the log of reads."""
    rows = queries.appeals(seen_by=request.viewer, programme_id=programme_id, state=state.replace("\x00", "") or None)
    found = list(rows[:1000])
    _read(request, found, "programmes: appeals")
    return found


@router.post(
    "/{uuid:programme_id}/appeals", response={201: shapes.AppealOut}, operation_id="appeal_note", summary="Note an appeal"
)  # fmt: skip
@needs(ENROL)
def note_appeal(request: HttpRequest, programme_id: UUID, given: shapes.AppealIn) -> Any:
    """Somebody else decides on it."""
    return Status(
        201,
        actions.note_appeal(
            programme_id, given.household, by=request.viewer, reason=given.reason, person_id=given.person,
            targeting_run_id=given.targeting_run, enrolment_id=given.enrolment,
        ),
    )  # fmt: skip


@router.post(
    "/appeals/{uuid:appeal_id}/uphold",
    response=shapes.AppealOut,
    operation_id="appeal_uphold",
    summary="Uphold an appeal",
)
@needs(DECIDE_APPEAL)
def uphold_appeal(request: HttpRequest, appeal_id: UUID, given: shapes.AppealDecision) -> Any:
    """By somebody else than who noted it: they are enrolled, or go on."""
    return actions.uphold_appeal(appeal_id, given.decision, by=request.viewer)


@router.post(
    "/appeals/{uuid:appeal_id}/refuse",
    response=shapes.AppealOut,
    operation_id="appeal_refuse",
    summary="Refuse an appeal",
)
@needs(DECIDE_APPEAL)
def refuse_appeal(request: HttpRequest, appeal_id: UUID, given: shapes.AppealDecision) -> Any:
    """By somebody else than who noted it: it stays as it is."""
    return actions.refuse_appeal(appeal_id, given.decision, by=request.viewer)
