"""Cases of suspected duplicates for programs: looked at, decided on by the same people and rules as on the pages."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from banyan.people.linkage import actions, queries
from banyan.people.linkage.api import case_shapes as shapes
from banyan.people.linkage.api.case_shapes import clean
from banyan.people.linkage.states import CONFIRM, DECIDE, UNDO
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["linkage"])
VIEW = "linkage.view_case"
PAGE = 100


@router.get(
    "/cases", response=shapes.LinkageCases, operation_id="linkage_cases", summary="Cases of suspected duplicates"
)
@needs(VIEW)
def list_cases(
    request: HttpRequest, operation: UUID | None = None, state: str = "", mine: bool = False, after: UUID | None = None
) -> Any:
    """Cases of which every record is within reach, in the order of their ids; nothing of whom they are about."""
    rows = queries.cases(seen_by=request.viewer, operation_id=operation)
    if state:
        rows = rows.filter(state=clean(state))
    if mine:
        rows = rows.filter(assignee=request.viewer.id)
    if after:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: PAGE + 1])
    return {"items": found[:PAGE], "after": found[PAGE - 1].pk if len(found) > PAGE else None}


@router.get("/cases/{uuid:case_id}", response=shapes.LinkageCaseFull, operation_id="linkage_case", summary="One case")
@needs(VIEW)
def get_case(request: HttpRequest, case_id: UUID) -> Any:
    """Its records side by side, why they look alike, what was decided. Opening it is an entry in the log of reads."""
    view = queries.case(case_id, seen_by=request.viewer)
    log_read(request.viewer, kind="open", subject="registry.person", ids=list(view.person_ids), purpose="linkage: case")
    return {
        "case": view.case,
        "records": [
            {
                "person": side.person.pk, "reference": side.person.reference, "merged_into": side.merged_into,
                "household": side.household.pk if side.household else None,
            }
            for side in view.records
        ],
        "fields": [{**vars(row), "label": str(row.label)} for row in view.fields],
        "pairs": [
            {**vars(pair), "reasons": [{**vars(line), "words": str(line.words)} for line in pair.lines]} for pair in view.pairs
        ],
        "decisions": view.decisions,
        "verbs": view.verbs,
    }  # fmt: skip


@router.post(
    "/cases/{uuid:case_id}/propose",
    response=shapes.LinkageCase,
    operation_id="linkage_propose",
    summary="Propose a merge",
)
@needs(DECIDE)
def propose(request: HttpRequest, case_id: UUID, given: shapes.LinkageProposal) -> Any:
    """Ask for records to become one. Nothing is merged until somebody else confirms it."""
    clusters = [each.cluster() for each in given.clusters]
    return actions.propose_merge(
        case_id, clusters, reason=clean(given.reason), by=request.viewer, version=given.version
    )


@router.post(
    "/cases/{uuid:case_id}/confirm",
    response=shapes.LinkageCase,
    operation_id="linkage_confirm",
    summary="Confirm a merge",
)
@needs(CONFIRM)
def confirm(request: HttpRequest, case_id: UUID, given: shapes.LinkageWhy) -> Any:
    """Carry out what somebody else proposed."""
    return actions.confirm_merge(case_id, by=request.viewer, note=clean(given.reason), version=given.version)


@router.post(
    "/cases/{uuid:case_id}/refuse", response=shapes.LinkageCase, operation_id="linkage_refuse", summary="Refuse a merge"
)
@needs(DECIDE)
def refuse(request: HttpRequest, case_id: UUID, given: shapes.LinkageWhy) -> Any:
    """Send a proposal back, or take back one's own."""
    return actions.refuse_merge(case_id, reason=clean(given.reason), by=request.viewer)


@router.post(
    "/cases/{uuid:case_id}/separate",
    response=shapes.LinkageCase,
    operation_id="linkage_separate",
    summary="Different people",
)
@needs(DECIDE)
def separate(request: HttpRequest, case_id: UUID, given: shapes.LinkageWhy) -> Any:
    """Say that all records are different people. They come back only when one of them changes."""
    return actions.separate(case_id, reason=clean(given.reason), by=request.viewer, version=given.version)


@router.post(
    "/cases/{uuid:case_id}/shelve",
    response=shapes.LinkageCase,
    operation_id="linkage_shelve",
    summary="Put a case aside",
)
@needs(DECIDE)
def shelve(request: HttpRequest, case_id: UUID, given: shapes.LinkageShelf) -> Any:
    """It cannot be said yet; the case comes back on its day."""
    return actions.shelve(
        case_id, reason=clean(given.reason), until=given.until, by=request.viewer, version=given.version
    )


@router.post(
    "/cases/{uuid:case_id}/reopen",
    response=shapes.LinkageCase,
    operation_id="linkage_reopen",
    summary="Open a case again",
)
@needs(DECIDE)
def reopen(request: HttpRequest, case_id: UUID, given: shapes.LinkageWhy) -> Any:
    """Before its day."""
    return actions.reopen(case_id, by=request.viewer, reason=clean(given.reason))


@router.post(
    "/cases/{uuid:case_id}/undo",
    response=shapes.LinkageCase,
    operation_id="linkage_undo",
    summary="Undo the merges of a case",
)
@needs(UNDO)
def undo(request: HttpRequest, case_id: UUID, given: shapes.LinkageUndoing) -> Any:
    """Every record is what it was; what came since stays with the one that had stayed."""
    return actions.undo(case_id, reason=clean(given.reason), by=request.viewer, verdict=clean(given.verdict))


@router.post(
    "/cases/{uuid:case_id}/assign", response=shapes.LinkageCase, operation_id="linkage_assign", summary="Assign a case"
)
@needs(DECIDE)
def assign(request: HttpRequest, case_id: UUID, given: shapes.LinkageAssignment) -> Any:
    """Put a case on somebody's list, or take it off."""
    return actions.assign(case_id, given.account, by=request.viewer)


@router.post("/cases/next", response=shapes.LinkageCase, operation_id="linkage_next", summary="Take the next case")
@needs(DECIDE)
def take_next(request: HttpRequest, given: shapes.LinkageTake) -> Any:
    """The open case that comes first and is nobody's, from now on on one's own list."""
    return actions.take_next(by=request.viewer, operation_id=given.operation)
