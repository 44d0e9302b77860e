"""Change requests for programs: look, propose, decide, attach; and the operation's rules about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from banyan.people.registry import actions, queries
from banyan.people.registry.api.change_shapes import (
    ChangeEvidenceIn,
    ChangeIn,
    ChangeKindOut,
    ChangePreviewOut,
    ChangeReasonIn,
    ChangeRenewIn,
    ChangeRequestFilter,
    ChangeRequestOut,
    ChangeRequestsOut,
    ChangeRuleIn,
    ChangeRuleOut,
    ChangeViewOut,
    without_nul,
)
from banyan.people.registry.models import ChangeRequest
from banyan.people.registry.queries.changing.previews import preview, request_view
from banyan.people.registry.queries.changing.requests import decidable
from banyan.people.registry.queries.changing.ruling import Rule
from banyan.people.registry.queries.changing.showing import ShownRecord
from banyan.people.registry.rules.changing.kinds import KINDS, NOT_TYPED
from banyan.people.registry.rules.changing.records import PERSON
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel.problems import Location, Problem

router = Router(tags=["registry"])
VIEW, PROPOSE, APPROVE = "registry.view_person", "registry.propose_change", "registry.approve_change"
PAGE = 100


def _clean(value: Any) -> Any:
    """Values without the one character that no text column holds."""
    if isinstance(value, str):
        return without_nul(value)
    if isinstance(value, dict):
        return {without_nul(key): _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value


def _problems(found: Any) -> list[dict[str, str]]:
    return [
        {
            "code": each.code,
            "detail": each.detail,
            "mend": each.mend,
            "field": str(each.at.field or "") if each.at else "",
        }
        for each in found
    ]


def _records(found: list[ShownRecord]) -> list[dict[str, Any]]:
    return [{"table": each.table, "label": each.label, "note": each.note, "lines": each.lines} for each in found]


def _plain(row: ChangeRequest) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ChangeRequestOut.model_fields}


@router.get("/kinds", response=list[ChangeKindOut], operation_id="registry_change_kinds", summary="Kinds of changes")
@needs(VIEW)
def list_kinds(request: HttpRequest) -> Any:
    """Every kind of change that may be proposed, with what it asks for."""
    return [
        {"code": kind.code, "subject": kind.subject, "inputs": [vars(each) for each in kind.inputs]}
        for kind in KINDS.values()
        if kind.code not in NOT_TYPED
    ]


@router.get("", response=ChangeRequestsOut, operation_id="registry_changes", summary="Change requests")
@needs(VIEW)
def list_changes(request: HttpRequest, filters: Query[ChangeRequestFilter]) -> Any:
    """Requests about records within reach, in the order in which they were made."""
    viewer = request.viewer
    rows = queries.change_requests(seen_by=viewer)
    for name in ("state", "kind"):
        if value := without_nul(getattr(filters, name)):
            rows = rows.filter(**{name: value})
    for name in ("person", "household", "operation"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.waiting:
        rows = rows.filter(pk__in=[each.pk for each in decidable(rows, seen_by=viewer)])
    if filters.after:
        rows = rows.filter(pk__gt=filters.after)
    found = list(rows.order_by("pk")[: PAGE + 1])
    return {"items": found[:PAGE], "after": found[PAGE - 1].pk if len(found) > PAGE else None}


@router.post(
    "/preview", response=ChangePreviewOut, operation_id="registry_change_preview", summary="What a change would do"
)
@needs(PROPOSE)
def preview_change(request: HttpRequest, body: ChangeIn) -> Any:
    """What a change would do today, with everything that stands against it. Nothing is written."""
    found = preview(_kind(body.kind), _clean(body.asked), seen_by=request.viewer, seen=_clean(body.seen))
    table, subject = found.subject
    log_read(request.viewer, kind="open", subject=f"registry.{table}", ids=[UUID(subject)], purpose="change")
    foreseen = actions.foresee_change(found, by=request.viewer)
    return {
        "records": _records(found.records),
        "problems": _problems([*found.problems, *([found.refusal] if found.refusal else [])]),
        "needs_approval": found.rule.needs_approval,
        "clashes": [each.field for each in found.comparison.clashes],
        "conflicts": [each.pk for each, _topics in found.conflicts],
        "flaws_made": _flaws(foreseen.made),
        "flaws_mended": _flaws(foreseen.mended),
    }


def _flaws(judged: Sequence[Any]) -> list[dict[str, str]]:
    return [{"key": one.key, "label": str(one.label), "record": one.name} for one in judged]


def _kind(code: str) -> str:
    if code not in KINDS or code in NOT_TYPED:
        raise Problem("registry.change_field_unknown", field=without_nul(code), at=Location(field="kind"))
    return code


@router.post("", response={201: ChangeRequestOut}, operation_id="registry_propose_change", summary="Propose a change")
@needs(PROPOSE)
def propose(request: HttpRequest, body: ChangeIn) -> Any:
    """Ask for a change; where the operation needs no approval for it, it is written at once (state "applied").

    `seen` holds values as the asker saw them: 409 when somebody else wrote another value into the same field meanwhile.
    """
    made = actions.propose_change(
        _kind(body.kind),
        _clean(body.asked),
        by=request.viewer,
        reason=without_nul(body.reason),
        evidence=[each.attached(position) for position, each in enumerate(body.evidence)],
        seen=_clean(body.seen),
    )
    return Status(201, _plain(made))


@router.get("/{uuid:request_id}", response=ChangeViewOut, operation_id="registry_change", summary="One change request")
@needs(VIEW)
def get_change(request: HttpRequest, request_id: UUID) -> Any:
    """One request with before and after, and how the register has moved since."""
    view = request_view(request_id, seen_by=request.viewer)
    row = view.request
    table = PERSON if row.person_id else "household"
    log_read(
        request.viewer, kind="open", subject=f"registry.{table}", ids=[row.person_id or row.household_id],  # type: ignore[list-item]
        purpose="change request",
    )  # fmt: skip
    return {
        **_plain(row),
        "records": _records(view.records),
        "problems": _problems(view.problems),
        "conflicts": [each.pk for each, _topics in view.conflicts],
        "is_overtaken": view.is_overtaken,
        "may_approve": view.why_not_decide is None and not view.is_overtaken and row.state == "proposed",
        "why_not": view.why_not_decide.detail if view.why_not_decide else "",
    }


@router.post(
    "/{uuid:request_id}/approve", response=ChangeRequestOut, operation_id="registry_approve_change", summary="Approve"
)
@needs(APPROVE)
def approve(request: HttpRequest, request_id: UUID, body: ChangeReasonIn) -> Any:
    """Approve and write it: state "applied"; or "stale" when the register has moved, and nothing is written."""
    return _plain(actions.approve_change(request_id, by=request.viewer, reason=without_nul(body.reason)))


@router.post(
    "/{uuid:request_id}/reject", response=ChangeRequestOut, operation_id="registry_reject_change", summary="Reject"
)
@needs(APPROVE)
def reject(request: HttpRequest, request_id: UUID, body: ChangeReasonIn) -> Any:
    """Reject, with a reason."""
    return _plain(actions.reject_change(request_id, by=request.viewer, reason=without_nul(body.reason)))


@router.post(
    "/{uuid:request_id}/withdraw",
    response=ChangeRequestOut,
    operation_id="registry_withdraw_change",
    summary="Take back",
)
@needs(PROPOSE)
def withdraw(request: HttpRequest, request_id: UUID, body: ChangeReasonIn) -> Any:
    """Take back what one proposed."""
    return _plain(actions.withdraw_change(request_id, by=request.viewer, reason=without_nul(body.reason)))


@router.post(
    "/{uuid:request_id}/renew", response=ChangeRequestOut, operation_id="registry_renew_change", summary="Propose again"
)
@needs(PROPOSE)
def renew(request: HttpRequest, request_id: UUID, body: ChangeRenewIn) -> Any:
    """Propose an overtaken request again, over the register as it stands now."""
    return _plain(actions.renew_change(request_id, by=request.viewer, given=_clean(body.asked)))


@router.post(
    "/{uuid:request_id}/evidence",
    response=ChangeRequestOut,
    operation_id="registry_change_evidence",
    summary="Attach evidence",
)
@needs(PROPOSE)
def attach(request: HttpRequest, request_id: UUID, body: list[ChangeEvidenceIn]) -> Any:
    """Attach files or notes to an open request."""
    found = [each.attached(position) for position, each in enumerate(body)]
    return _plain(actions.add_evidence(request_id, found, by=request.viewer))


@router.get(
    "/rules/{uuid:operation_id}",
    response=list[ChangeRuleOut],
    operation_id="registry_change_rules",
    summary="Rules about changes",
)
@needs(VIEW)
def list_rules(request: HttpRequest, operation_id: UUID) -> Any:
    """The rule about every kind of change in an operation."""
    return [_rule(rule) for rule in queries.change_rules(operation_id, seen_by=request.viewer).values()]


@router.put(
    "/rules/{uuid:operation_id}/{kind}",
    response=ChangeRuleOut,
    operation_id="registry_set_change_rule",
    summary="Set a rule",
)
@needs("registry.change_rules")
def set_rule(request: HttpRequest, operation_id: UUID, kind: str, body: ChangeRuleIn) -> Any:
    """Decide who proposes and who approves a kind of change."""
    actions.set_change_rule(operation_id, without_nul(kind), by=request.viewer, **body.dict())
    return _rule(queries.change_rule(operation_id, kind, seen_by=request.viewer))


def _rule(rule: Rule) -> dict[str, Any]:
    return {**vars(rule), "proposers": list(rule.proposers), "approvers": list(rule.approvers)}
