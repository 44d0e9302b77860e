"""What stands against a record at this very moment: the gates that stop a document, and what a form shows before it is sent.

Only the issuing of documents asks the gates. Nothing life-saving may: no score, list or gate of this room stands between anybody and aid.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from banyan.people.quality.models import Override, Waiver
from banyan.people.quality.queries.definitions import CheckInForce, computed
from banyan.people.quality.queries.plans import Plan
from banyan.people.quality.queries.reaching import SENSITIVE
from banyan.people.quality.rules.words import stands
from banyan.people.quality.states import OverrideState
from banyan.platform.access.viewers import Viewer, system_viewer, viewing, within
from banyan.platform.criteria.declarations import subjects
from banyan.platform.kernel.problems import Problem

ASK = "quality.ask_override"


@dataclass(frozen=True)
class GateFinding:
    """A check that stops a record, or that it fails."""

    key: str
    label: str | Promise
    about: str | Promise


def gate(subject: str, ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, list[GateFinding]]:
    """Which of these records gate checks stop, and which checks; records that nothing stops are not in the answer.

    Asked of the records as they are now, not as the last pass found them. Waived findings and opened gates let pass. A record
    that the viewer does not reach, or that is not live, is nobody's to issue: whoever calls has looked it up before.
    """
    seen_by.require("access.sign_in")
    found: dict[UUID, list[GateFinding]] = {}
    for operation_id, these in _operations(subject, ids, seen_by).items():
        asked = [
            one for one in computed(operation_id, seen_by=seen_by, subject=subject) if one.gate and one.overlap is None
        ]
        found |= _stopped(operation_id, subject, these, asked)
    return found


def failing(subject: str, ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, list[GateFinding]]:
    """Which checks these records fail as they are now, within the transaction that asks: for forms, before and after a change.

    Waived findings and records that fail nothing are not in the answer, nor what only `quality.view_sensitive` shows.
    """
    seen_by.require("access.sign_in")
    found: dict[UUID, list[GateFinding]] = {}
    for operation_id, these in _operations(subject, ids, seen_by).items():
        asked = [
            one
            for one in computed(operation_id, seen_by=seen_by, subject=subject)
            if one.overlap is None and (not one.protects or seen_by.may(SENSITIVE))
        ]
        found |= _stopped(operation_id, subject, these, asked)
    return found


@dataclass(frozen=True)
class Place:
    """Where a record lies: its operation and scope."""

    operation_id: UUID
    scope_id: int


def place_of(subject: str, record_id: UUID, *, seen_by: Viewer) -> Place:
    """Where a record lies that the viewer reaches. Raises Problem not_found."""
    seen_by.require("access.sign_in")
    declared = subjects().get(subject)
    if declared is None:
        raise Problem("not_found")
    sql = (
        f"SELECT t.{declared.operation}, t.{declared.scope}"  # noqa: S608 — of declarations
        f" FROM {declared.source.replace('%', '%%')} t WHERE t.{declared.id} = %s"
    )
    with viewing(seen_by), connection.cursor() as cursor:
        cursor.execute(sql, [record_id])
        row = cursor.fetchone()
    if row is None:
        raise Problem("not_found")
    return Place(*row)


def overrides(*, seen_by: Viewer, operation_id: UUID | None = None) -> QuerySet[Override]:
    """Requests to open a gate, the newest first; those in reach of who may ask for one."""
    seen_by.require(ASK)
    rows = Override.objects.filter(within(seen_by.reach(ASK)))
    return (rows if operation_id is None else rows.filter(operation=operation_id)).order_by("-asked_at", "-id")


def override(override_id: UUID, *, seen_by: Viewer) -> Override:
    """One request. Raises Problem not_found."""
    found = overrides(seen_by=seen_by).filter(pk=override_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def _operations(subject: str, ids: Collection[UUID], viewer: Viewer) -> dict[UUID, list[UUID]]:
    """These records by operation, read under the viewer's rights."""
    declared = subjects()[subject]
    sql = (
        f"SELECT t.{declared.operation}, array_agg(t.{declared.id})"  # noqa: S608 — of declarations
        f" FROM {declared.source.replace('%', '%%')} t WHERE t.{declared.id} = ANY(%s) GROUP BY 1"
    )
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute(sql, [list(ids)])
        return dict(cursor.fetchall())


def _stopped(
    operation_id: UUID, subject: str, ids: Sequence[UUID], asked: Sequence[CheckInForce]
) -> dict[UUID, list[GateFinding]]:
    if not asked:
        return {}
    plan = Plan(operation_id, subjects()[subject], asked, timezone.localdate(), only=ids)
    # As the system: whether a household has a head must not depend on which of its members the clerk reaches.
    with viewing(system_viewer("quality")), connection.cursor() as cursor:
        cursor.execute(f"SELECT id, failed FROM ({plan.sql()}) looked WHERE failed <> 0", plan.values)  # noqa: S608 — a plan's own
        failed = dict(cursor.fetchall())
    if not failed:
        return {}
    passing = _passing(failed)
    found = {}
    for record, whole in failed.items():
        stopping = [one for one in plan.read if stands(whole, one.bit) and one.key not in passing[record]]
        if stopping:
            found[record] = [GateFinding(one.key, one.label, one.about) for one in stopping]
    return found


def _passing(ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """What does not stop these records: findings that are waived, gates that were opened."""
    found: dict[UUID, set[str]] = defaultdict(set)
    # Whoever stands at the printer need not see waivers to be let through by them.
    with viewing(system_viewer("quality")):
        waived = Waiver.objects.filter(record_id__in=ids, ended_on=None, expires_on__gte=timezone.localdate())
        for record, key in waived.values_list("record_id", "check_key"):
            found[record].add(key)
        opened = Override.objects.filter(record_id__in=ids, state=OverrideState.OPEN, expires_at__gt=timezone.now())
        for record, keys in opened.values_list("record_id", "checks"):
            found[record].update(keys)
    return found
