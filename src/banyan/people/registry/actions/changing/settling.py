"""The operation's rules about changes, drafts of forms, and who is at a record."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.registry.models import ChangeDraft, OperationChangeRules, Presence
from banyan.people.registry.queries.people import household, person
from banyan.people.registry.rules.changing.kinds import KINDS, kind_of
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON
from banyan.platform.access.acting import action
from banyan.platform.access.declarations import declared
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all

PRESENT = timedelta(seconds=45)
LARGEST_DRAFT = 200  # fields
LONGEST_FIELD = 4_000  # characters


@action("registry.change_rules")
def set_change_rule(
    operation_id: UUID, kind: str, *, by: Viewer, needs_approval: bool, proposers: Collection[str] = (),
    approvers: Collection[str] = (), needs_evidence: bool = False,
) -> OperationChangeRules:  # fmt: skip
    """Decide who proposes and who approves a kind of change in an operation; tracked.

    proposers, approvers: codes of roles, empty for whoever holds the permission. Raises Problem not_found for an operation
    beyond the viewer's reach, registry.change_field_unknown for an unknown kind, registry.value_unknown for a role that is
    not declared or does not carry the permission.
    """
    kind_of(kind)
    if operation_id not in {each.pk for each in operations_within("registry.change_rules", seen_by=by)}:
        raise Problem("not_found")
    raise_all(
        [
            *_unfit("proposers", proposers, "registry.propose_change"),
            *_unfit("approvers", approvers, "registry.approve_change"),
        ]
    )
    row, _made = OperationChangeRules.objects.update_or_create(
        operation_id=operation_id,
        kind=kind,
        defaults={
            "needs_approval": needs_approval,
            "proposers": sorted(set(proposers)),
            "approvers": sorted(set(approvers)),
            "needs_evidence": needs_evidence,
            "changed_by_label": str(by.label)[:200],
        },
    )
    return row


def _unfit(field: str, roles: Collection[str], permission: str) -> list[Problem]:
    known = declared().roles
    return [
        Problem("registry.value_unknown", value=role, list=field, at=Location(field=field))
        for role in roles
        if role not in known or permission not in known[role].permissions
    ]


@action("registry.view_person")
def note_presence(kind: str, record_id: UUID, *, by: Viewer, editing: str = "") -> None:
    """Say that somebody has a record open (and what they are editing). Raises Problem not_found for one out of reach."""
    record = _record(kind, record_id, by)
    if by.id is None:
        return
    now = timezone.now()
    Presence.objects.filter(record=record_id, seen_at__lt=now - PRESENT).delete()
    row = Presence.objects.filter(record=record_id, viewer=by.id).first()
    if row is None:
        row = Presence(record=record_id, viewer=by.id, since=now)
    row.scope_id, row.label, row.editing, row.seen_at = record.scope_id, str(by.label)[:200], editing[:80], now
    Presence.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["record", "viewer"],
        update_fields=["scope_id", "label", "editing", "seen_at"],
    )  # fmt: skip


@action("registry.view_person")
def end_presence(record_id: UUID, *, by: Viewer) -> None:
    """Say that somebody has left a record."""
    if by.id is not None:
        Presence.objects.filter(record=record_id, viewer=by.id).delete()


@action("registry.propose_change")
def save_draft(kind: str, table: str, record_id: UUID, typed: Mapping[str, Any], *, by: Viewer) -> None:
    """Keep what somebody has typed into a form so far; one draft per person, record and kind of change.

    Raises Problem not_found for a record out of reach, too_large for what no form holds.
    """
    if kind not in KINDS:
        raise Problem("not_found")
    record = _record(table, record_id, by)
    if by.id is None:
        return
    if len(typed) > LARGEST_DRAFT or any(len(str(value)) > LONGEST_FIELD for value in typed.values()):
        raise Problem("too_large")
    ChangeDraft.objects.update_or_create(
        viewer=by.id, record=record_id, kind=kind, defaults={"scope_id": record.scope_id, "typed": dict(typed)}
    )


@action("registry.propose_change")
def drop_draft(kind: str, record_id: UUID, *, by: Viewer) -> None:
    """Throw a draft away."""
    if by.id is not None:
        ChangeDraft.objects.filter(viewer=by.id, record=record_id, kind=kind).delete()


def _record(table: str, record_id: UUID, by: Viewer) -> Any:
    if table not in (PERSON, HOUSEHOLD):
        raise Problem("not_found")
    return person(record_id, seen_by=by) if table == PERSON else household(record_id, seen_by=by)
