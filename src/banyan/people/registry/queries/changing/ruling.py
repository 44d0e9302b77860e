"""Who may propose and who may approve a kind of change in an operation, and whether this viewer is one of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from banyan.people.registry.models import ChangeRequest, OperationChangeRules
from banyan.people.registry.rules.changing.kinds import KINDS, kind_of
from banyan.people.registry.states import APPROVE, PROPOSE
from banyan.platform.access.declarations import declared
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class Rule:
    """The rule of an operation about one kind of change; empty roles mean whoever holds the permission."""

    kind: str
    needs_approval: bool
    proposers: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    needs_evidence: bool = False
    is_own: bool = False  # set by somebody; else the one that comes with the kind


def change_rules(operation_id: UUID, *, seen_by: Viewer) -> dict[str, Rule]:
    """The rule about every kind of change in an operation, in the order of kinds. One query."""
    seen_by.require("access.sign_in")
    rows = {row.kind: row for row in OperationChangeRules.objects.filter(operation=operation_id)}
    return {code: _rule(code, rows.get(code)) for code in KINDS}


def change_rule(operation_id: UUID, kind: str, *, seen_by: Viewer) -> Rule:
    """The rule about one kind of change. Raises Problem registry.change_field_unknown."""
    seen_by.require("access.sign_in")
    kind_of(kind)
    return _rule(kind, OperationChangeRules.objects.filter(operation=operation_id, kind=kind).first())


def _rule(code: str, row: OperationChangeRules | None) -> Rule:
    if row is None:
        return Rule(code, KINDS[code].approval)
    return Rule(code, row.needs_approval, tuple(row.proposers), tuple(row.approvers), row.needs_evidence, is_own=True)


def holds_role(viewer: Viewer, roles: Sequence[str], scope_id: int) -> bool:
    """Whether the viewer holds one of these roles where a record lies; no roles mean everybody, the system is everybody."""
    if not roles or viewer.is_system:
        return True
    known = declared().roles
    # A part of a viewer's reach is one grant, and carries exactly the permissions of its role.
    wanted = [frozenset(known[code].permissions) for code in roles if code in known]
    return any(part.permissions in wanted and (part.everything or scope_id in part.scopes) for part in viewer.parts)


def role_labels(codes: Collection[str]) -> str:
    """Roles by name, for messages."""
    known = declared().roles
    return ", ".join(str(known[code].label) if code in known else code for code in codes)


def why_not_propose(rule: Rule, scope_ids: Collection[int], viewer: Viewer) -> Problem | None:
    """What keeps the viewer from proposing such a change where these records lie; None when nothing does."""
    reach = viewer.reach(PROPOSE)
    if not all(scope in reach for scope in scope_ids):
        return Problem("not_allowed")
    if not all(holds_role(viewer, rule.proposers, scope) for scope in scope_ids):
        return Problem("registry.change_role", roles=role_labels(rule.proposers))
    return None


def why_not_decide(request: ChangeRequest, rule: Rule, scope_ids: Collection[int], viewer: Viewer) -> Problem | None:
    """What keeps the viewer from deciding on a request that touches these scopes; None when nothing does."""
    reach = viewer.reach(APPROVE)
    if not all(scope in reach for scope in scope_ids):
        return Problem("not_allowed")
    if took_part(request, viewer):
        return Problem("registry.change_own")
    if not all(holds_role(viewer, rule.approvers, scope) for scope in scope_ids):
        return Problem("registry.change_role", roles=role_labels(rule.approvers))
    return None


def took_part(request: ChangeRequest, viewer: Viewer) -> bool:
    """Whether the viewer proposed the request or wrote on it."""
    makers: list[Any] = request.makers
    return viewer.id is not None and (request.proposed_by == viewer.id or str(viewer.id) in makers)
