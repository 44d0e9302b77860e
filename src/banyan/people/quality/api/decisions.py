"""What people decide about findings: lists, waivers, mending, and gates opened for a record."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.people.quality import actions, queries
from banyan.people.quality.api import shapes
from banyan.people.quality.declarations import declared
from banyan.people.quality.views.framing import ASK, CHANGE, CONFIRM, FINDINGS
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of
from banyan.platform.kernel.problems import Problem

router = Router(tags=["quality"])
MOST = 100


@router.post(
    "/{uuid:operation_id}/checks/{key}/assign", response=shapes.QualityDone, operation_id="quality_assign",
    summary="Assign findings",
)  # fmt: skip
@needs(CHANGE)
def assign(request: HttpRequest, operation_id: UUID, key: str, given: shapes.QualityAssign) -> Any:
    """Put findings on somebody's work list."""
    operation_of(operation_id, request.viewer, CHANGE)
    values = given.dict()
    return {"done": actions.assign(operation_id, key, values.pop("records"), by=request.viewer, **values)}


@router.post(
    "/{uuid:operation_id}/checks/{key}/unassign", response=shapes.QualityDone, operation_id="quality_unassign",
    summary="Take findings off lists",
)  # fmt: skip
@needs(CHANGE)
def unassign(request: HttpRequest, operation_id: UUID, key: str, given: shapes.QualityRecords) -> Any:
    """Nobody's list holds them after this."""
    operation_of(operation_id, request.viewer, CHANGE)
    return {"done": actions.unassign(operation_id, key, given.records, by=request.viewer)}


@router.post(
    "/{uuid:operation_id}/checks/{key}/waive", response=shapes.QualityDone, operation_id="quality_waive",
    summary="Waive findings",
)  # fmt: skip
@needs(CHANGE)
def waive(request: HttpRequest, operation_id: UUID, key: str, given: shapes.QualityWaive) -> Any:
    """With a reason, until a day; waived findings stay listed."""
    operation_of(operation_id, request.viewer, CHANGE)
    values = given.dict()
    return {"done": actions.waive(operation_id, key, values.pop("records"), by=request.viewer, **values)}


@router.post(
    "/{uuid:operation_id}/checks/{key}/findings/{uuid:record_id}/mend", response=shapes.QualityMended,
    operation_id="quality_mend", summary="Mend a finding",
)  # fmt: skip
@needs(FINDINGS)
def mend(request: HttpRequest, operation_id: UUID, key: str, record_id: UUID, given: shapes.QualityMend) -> Any:
    """Write a better value, or propose it, as the register's rules about changes say."""
    operation_of(operation_id, request.viewer, FINDINGS)
    check = queries.check(operation_id, key, seen_by=request.viewer)
    return actions.mend(check.subject, record_id, key, by=request.viewer, value=given.value, reason=given.reason)


@router.get(
    "/gate/{subject}/{uuid:record_id}", response=list[shapes.QualityStop], operation_id="quality_gate",
    summary="What stops a record",
)  # fmt: skip
@needs(FINDINGS)
def gate(request: HttpRequest, subject: str, record_id: UUID) -> Any:
    """The gate checks that stop a record from getting a document now; empty when nothing does."""
    if subject not in declared().records:
        raise Problem("not_found")
    found = queries.gate(subject, [record_id], seen_by=request.viewer).get(record_id, [])
    return [{"key": each.key, "label": str(each.label), "about": str(each.about)} for each in found]


@router.get(
    "/overrides", response=list[shapes.QualityOverride], operation_id="quality_overrides", summary="Opened gates"
)
@needs(ASK)
def list_overrides(request: HttpRequest, state: shapes.Key = "") -> Any:
    """The latest hundred requests to open a gate, within reach."""
    rows = queries.overrides(seen_by=request.viewer)
    return list((rows.filter(state=state) if state else rows)[:MOST])


@router.post(
    "/overrides", response={201: shapes.QualityOverride}, operation_id="quality_override_ask",
    summary="Ask to open a gate",
)  # fmt: skip
@needs(ASK)
def ask_override(request: HttpRequest, given: shapes.QualityOverrideIn) -> Any:
    """For one record, with a reason; a second person decides."""
    values = given.dict()
    return Status(
        201, actions.ask_override(values.pop("subject"), values.pop("record_id"), by=request.viewer, **values)
    )


@router.post(
    "/overrides/{uuid:override_id}/confirm", response=shapes.QualityOverride, operation_id="quality_override_confirm",
    summary="Open a gate",
)  # fmt: skip
@needs(CONFIRM)
def confirm_override(request: HttpRequest, override_id: UUID, given: shapes.QualityAnswer) -> Any:
    """Another person than who asked."""
    actions.confirm_override(override_id, by=request.viewer, answer=given.answer)
    return queries.override(override_id, seen_by=request.viewer)


@router.post(
    "/overrides/{uuid:override_id}/refuse", response=shapes.QualityOverride, operation_id="quality_override_refuse",
    summary="Refuse to open a gate",
)  # fmt: skip
@needs(CONFIRM)
def refuse_override(request: HttpRequest, override_id: UUID, given: shapes.QualityAnswer) -> Any:
    """With an answer for who asked."""
    actions.refuse_override(override_id, by=request.viewer, answer=given.answer)
    return queries.override(override_id, seen_by=request.viewer)
