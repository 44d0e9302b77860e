"""The screening for programs, closed to everybody without its permissions, as its pages are."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import StringConstraints

from banyan.people.linkage import actions, queries
from banyan.people.linkage.views.screening import wording
from banyan.people.linkage.views.screening.framing import DECIDE, LOAD, VIEW, note_read
from banyan.people.linkage.views.screening.hits import DECISIONS
from banyan.platform.access.doors import needs

router = Router(tags=["linkage"])
MOST = 100
Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
Mark = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
StateWord = Literal["", "open", "escalated", "confirmed", "cleared"]
ZoneWord = Literal["", "document", "strong", "possible", "name_only"]


class SanctionsList(Schema):
    """A version of a sanctions list."""

    id: UUID
    source: str
    made: str
    is_live: bool
    entries: int
    others: int
    joined: int
    left: int
    changed: int
    noted: int
    checksum: str
    loaded_at: datetime
    loaded_by_label: str


class SanctionsDoubt(Schema):
    """Something doubtful in a list that was taken all the same."""

    code: str
    detail: str
    line: int | None


class SanctionsListDetail(SanctionsList):
    """A version with what was doubtful in it."""

    doubts: list[SanctionsDoubt]


class ScreeningReason(Schema):
    """One comparison: what was compared, how it came out, what it adds or takes away."""

    kind: str
    level: str
    words: str
    bits: float


class ScreeningHitRow(Schema):
    """A registered person who may be a listed one. It stops nothing."""

    id: UUID
    person_id: UUID
    source: str
    entry: str
    zone: str
    weight: float
    own_name: str
    listed_name: str
    state: str
    gone_on: date | None
    reopened: int
    found_at: datetime


class ScreeningStepRow(Schema):
    """One thing that happened to a hit."""

    verb: str
    at: datetime
    by_label: str
    reason: str


class ScreeningHitDetail(ScreeningHitRow):
    """A hit with its reasons and its log. `mark` goes back with a decision: it says what was seen."""

    mark: str
    reasons: list[ScreeningReason]
    steps: list[ScreeningStepRow]


class ScreeningDecision(Schema):
    """A step with its reason. `mark` as the hit gave it, so that nobody decides on what they have not seen."""

    verb: Literal["clear", "escalate", "confirm", "dismiss", "reopen", "withdraw"]
    reason: Reason
    mark: Mark = ""


class ScreeningRunRow(Schema):
    """A comparison of the register with the lists. Without an end it was broken off, or goes on."""

    id: UUID
    reason: str
    started_at: datetime
    finished_at: datetime | None
    people: int
    compared: int
    hits: int
    left_out: int


class ScreeningStarted(Schema):
    """The comparison goes on in the background; its outcome stands among the runs."""

    started: bool


@router.get("/lists", response=list[SanctionsList], operation_id="screening_lists", summary="Sanctions lists")
@needs(VIEW)
def list_versions(request: HttpRequest) -> Any:
    """The latest hundred versions, the newest first."""
    return list(queries.list_versions(seen_by=request.viewer)[:MOST])


@router.post("/lists", response={201: SanctionsListDetail}, operation_id="screening_list_load", summary="Load a list")
@needs(LOAD)
def load_list(request: HttpRequest, file: File[UploadedFile], even_if_shrunk: bool = False) -> Any:
    """Read a list and put it to use; the register is compared with it in the background."""
    version = actions.load_list(file.read(), file.name or "list", by=request.viewer, even_if_shrunk=even_if_shrunk)
    return Status(201, _list(version, request.viewer))


@router.get(
    "/lists/{uuid:version_id}", response=SanctionsListDetail, operation_id="screening_list", summary="One version"
)
@needs(VIEW)
def list_version(request: HttpRequest, version_id: UUID) -> Any:
    """A version with what was doubtful in it."""
    return _list(queries.list_version(version_id, seen_by=request.viewer), request.viewer)


@router.get("/hits", response=list[ScreeningHitRow], operation_id="screening_hits", summary="Hits")
@needs(VIEW)
def list_hits(request: HttpRequest, state: StateWord = "", zone: ZoneWord = "") -> Any:
    """The first hundred hits within reach, those to look at first before the others."""
    rows = queries.screening_hits(seen_by=request.viewer)
    rows = rows.filter(state=state) if state else rows
    found = list((rows.filter(zone=zone) if zone else rows)[:MOST])
    note_read(request.viewer, [hit.pk for hit in found], listed=True)
    return [_row(hit) for hit in found]


@router.get("/hits/{uuid:hit_id}", response=ScreeningHitDetail, operation_id="screening_hit", summary="One hit")
@needs(VIEW)
def hit(request: HttpRequest, hit_id: UUID) -> Any:
    """A hit with its reasons in words and its log. Reading it is logged."""
    return _detail(hit_id, request.viewer)


@router.post(
    "/hits/{uuid:hit_id}/decide",
    response=ScreeningHitDetail,
    operation_id="screening_decide",
    summary="Decide on a hit",
)
@needs(DECIDE)
def decide(request: HttpRequest, hit_id: UUID, given: ScreeningDecision) -> Any:
    """Clear, escalate, confirm (somebody else than who escalated), and back again. Nothing is stopped by any of it."""
    DECISIONS[given.verb](hit_id, reason=given.reason, seen=given.mark, by=request.viewer)
    return _detail(hit_id, request.viewer)


@router.post(
    "/people/{uuid:person_id}",
    response=list[ScreeningHitRow],
    operation_id="screening_person",
    summary="Compare one person",
)
@needs(DECIDE)
def screen_person(request: HttpRequest, person_id: UUID) -> Any:
    """Compare one person with the lists in use now; all hits there are of this person."""
    found = actions.screen_person(person_id, by=request.viewer)
    note_read(request.viewer, [each.pk for each in found], listed=True)
    return [_row(each) for each in found]


@router.get("/runs", response=list[ScreeningRunRow], operation_id="screening_runs", summary="Comparisons")
@needs(VIEW)
def list_runs(request: HttpRequest) -> Any:
    """The latest hundred comparisons of the register with the lists."""
    rows = queries.screening_runs(seen_by=request.viewer)[:MOST]
    figures = ("people", "compared", "hits", "left_out")
    return [
        {
            "id": run.pk,
            "reason": run.reason,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            **{key: run.counts.get(key, 0) for key in figures},
        }
        for run in rows
    ]


@router.post("/runs", response={202: ScreeningStarted}, operation_id="screening_start", summary="Compare everybody")
@needs(DECIDE)
def start(request: HttpRequest) -> Any:
    """Have the whole register compared, in the background."""
    actions.start_screening(by=request.viewer)
    return Status(202, {"started": True})


def _list(version: Any, viewer: Any) -> dict[str, Any]:
    doubts = queries.doubts(version, seen_by=viewer)
    fields = SanctionsList.model_fields
    return {
        **{name: getattr(version, name) for name in fields},
        "doubts": [
            {"code": each.code, "detail": each.as_text(), "line": each.at.row if each.at else None} for each in doubts
        ],
    }


def _row(hit: Any) -> dict[str, Any]:
    names = set(ScreeningHitRow.model_fields) - {"entry"}
    return {**{name: getattr(hit, name) for name in names}, "entry": hit.key}


def _detail(hit_id: UUID, viewer: Any) -> dict[str, Any]:
    hit = queries.screening_hit(hit_id, seen_by=viewer)
    note_read(viewer, [hit.pk])
    reasons = [{**each, "words": str(each["words"])} for each in wording.reasons(hit.reasons)]
    steps = queries.hit_steps(hit.pk, seen_by=viewer)
    return {**_row(hit), "mark": queries.mark_of(hit, seen_by=viewer), "reasons": reasons, "steps": steps}
