"""How a step of a plan is taken: the plan is held, the person has no other duty in it, and the step is noted for ever."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from banyan.aid.payments.facts import PlanMoved
from banyan.aid.payments.models import Plan, PlanStep
from banyan.aid.payments.rules import duties
from banyan.aid.payments.rules.duties import Taken
from banyan.aid.payments.states import DUTIES
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem


def locked(plan_id: UUID, permission: str, by: Viewer, version: int | None = None) -> Plan:
    """The plan, held for this transaction. Raises Problem not_found, not_allowed, payments.plan_moved."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise Problem("not_found")
    # Seen from every part of its operation, and moved by who reaches all of it.
    if plan.scope_id not in by.reach(permission):
        raise Problem("not_allowed", permission=permission)
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise Problem("not_allowed", permission=permission)
    if version is not None and version != plan.version:
        raise Problem("payments.plan_moved")
    return plan


def require_reason(reason: str) -> str:
    """The reason as it is kept. Raises Problem payments.reason_missing."""
    if not reason.strip():
        raise Problem("payments.reason_missing", at=Location(field="reason"))
    return reason.strip()


def require_duty(plan: Plan, verb: str, by: Viewer) -> list[Taken]:
    """The steps taken so far, when this person may take this one. Raises Problem payments.own_plan, payments.approved_twice."""
    taken = taken_steps(plan)
    why = duties.hindrance(DUTIES[verb], taken, actor=by.id, round_=plan.round, digest=plan.digest)
    if why:
        raise Problem(f"payments.{why}")
    return taken


def taken_steps(plan: Plan) -> list[Taken]:
    """The steps of a plan, as the rules of duties look at them."""
    rows = PlanStep.objects.filter(plan=plan).values_list("actor", "duty", "round", "digest")
    return [Taken(*row) for row in rows]


def note_step(plan: Plan, verb: str, by: Viewer, *, note: str = "") -> None:
    """Write a step down, before the plan moves: the database asks for it."""
    PlanStep.objects.create(
        operation_id=plan.operation_id, scope_id=plan.scope_id, plan=plan, round=plan.round, verb=verb, duty=DUTIES.get(verb, ""),
        actor=by.id, actor_label=str(by.label)[:200], note=note, digest=plan.digest,
    )  # fmt: skip


def move(plan: Plan, by: Viewer, changes: Mapping[str, Any]) -> Plan:
    """Write what changes of a plan, and nothing else: its totals are the database's. Announces PlanMoved."""
    for name, value in changes.items():
        setattr(plan, name, value)
    plan.version += 1
    plan.save(update_fields=[*changes, "version"])
    announce(PlanMoved(plan_id=plan.pk, state=plan.state), by=by)
    plan.refresh_from_db()
    return plan


def digest_of(plan: Plan) -> str:
    """What people agree to: the digest of the lines as they are now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payments_digest(%s)", [plan.pk])
        return str(cursor.fetchone()[0])
