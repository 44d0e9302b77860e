"""Deciding on a request: approving writes it to the register in the same transaction, unless the register has moved."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.registry.actions.changing.lending import _lent
from banyan.people.registry.actions.changing.proposing import _mint, _scopes_of
from banyan.people.registry.actions.changing.writing import _write
from banyan.people.registry.facts import ChangeDecided
from banyan.people.registry.models import ChangeRequest
from banyan.people.registry.queries.changing.loading import records_of
from banyan.people.registry.queries.changing.requests import hidden_lines, lines_of, request_for_change
from banyan.people.registry.queries.changing.ruling import change_rule, why_not_decide
from banyan.people.registry.rules.changing import kinds, merging
from banyan.people.registry.rules.changing.case import Plan
from banyan.people.registry.rules.changing.merging import Moved
from banyan.people.registry.rules.changing.records import Records
from banyan.people.registry.states import APPROVE, advance
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem


@action("registry.approve_change")
def approve_change(request_id: UUID, *, by: Viewer, reason: str = "") -> ChangeRequest:
    """Approve a request and write it to the register, or find that the register has moved away from it.

    The state of the request that is returned tells which: "applied", or "stale" with `moved` saying where. Raises Problem
    registry.change_own for who took part in it, registry.change_role, not_allowed for who may not decide on every record
    it touches or may not see every value, registry.change_state, not_found.
    """
    writer = _lent(by, APPROVE)
    with viewing(writer, cause=f"change:{request_id}", action="registry.approve_change"):
        request = request_for_change(request_id, seen_by=writer)
        approved = advance(request.state, "approve")
        proposed = lines_of(request)
        if hidden_lines(request, seen_by=by):
            raise Problem("not_allowed")
        records = records_of(request.kind, kinds.named(request.kind, request.asked), seen_by=writer, locked=True)
        again = _again(request, records)
        _require_decider(request, again, records, by)
        moved = merging.overtaken(proposed, again, records)
        if again.problems or merging.stands_in_the_way(moved):
            return _overtake(request, moved, again.problems)
        _note_decision(request, approved, by, reason)
        _write(again, records, request, by=by, permission=APPROVE)
        request.state = advance(request.state, "apply")
        request.applied_at = timezone.now()
        request.save()
        announce(ChangeDecided(request.pk, request.state), by=by)
    return request


@action("registry.approve_change")
def reject_change(request_id: UUID, *, by: Viewer, reason: str) -> ChangeRequest:
    """Reject a request, with a reason that its proposer reads. Raises Problem as approve_change does."""
    if not reason.strip():
        raise Problem("registry.change_value_missing", field="reason", at=Location(field="reason"))
    writer = _lent(by, APPROVE)
    with viewing(writer, action="registry.reject_change"):
        request = request_for_change(request_id, seen_by=writer)
        state = advance(request.state, "reject")
        records = records_of(request.kind, kinds.named(request.kind, request.asked), seen_by=writer)
        _require_decider(request, _again(request, records), records, by)
        _note_decision(request, state, by, reason)
        request.save()
        announce(ChangeDecided(request.pk, request.state), by=by)
    return request


def _again(request: ChangeRequest, records: Records) -> Plan:
    """The same change planned over the records as they stand now."""
    mint, _minted = _mint(request.minted)
    return kinds.plan(request.kind, request.asked, records, mint=mint, today=timezone.localdate())


def _require_decider(request: ChangeRequest, again: Plan, records: Records, by: Viewer) -> None:
    rule = change_rule(request.operation_id, request.kind, seen_by=by)
    scopes = _scopes_of(again, records, request.scope_id) | {request.scope_id}
    if refusal := why_not_decide(request, rule, scopes, by):
        raise refusal


def _overtake(request: ChangeRequest, moved: Sequence[Moved], problems: Sequence[Problem]) -> ChangeRequest:
    """Mark a request as overtaken, with what moved (never the values) and what stands against it now."""
    request.state = advance(request.state, "overtake")
    found: list[dict[str, Any]] = [each.as_key() for each in moved]
    found += [{"drift": "problem", "code": problem.code} for problem in problems]
    request.moved = found
    request.save()
    return request


def _note_decision(request: ChangeRequest, state: str, by: Viewer, reason: str) -> None:
    request.state = state
    request.decided_by, request.decided_by_label, request.decided_at = by.id, str(by.label)[:200], timezone.now()
    request.decision_reason = reason.strip()[:2000]
