"""Entitlements computed for a cycle, looked at before anything is promised, and approved by another person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.aid.programmes import queries
from banyan.aid.programmes.facts import EntitlementsApproved
from banyan.aid.programmes.models import Cycle, Entitlement, EntitlementRun, ForWhom, Kind, Package
from banyan.aid.programmes.queries.further import lists_asked
from banyan.aid.programmes.queries.reckoning import Line, Reckoning, answered, lines_of
from banyan.aid.programmes.rules.entitling import Terms, Verdict, fits_currency, terms_of
from banyan.aid.programmes.states import (
    APPROVE_ENTITLEMENT,
    ENTITLE,
    ENTITLEMENT,
    CycleState,
    EntitlementState,
    PackageState,
    ProgrammeState,
)
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.rules import tree
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem, raise_all

MONEY = (Kind.CASH, Kind.VOUCHER)
# As row-level security says it: of the bare `<@` the planner expects next to no rows, and loops over all pairs.
_REACHED = f"(CASE WHEN coalesce(e.scope_id, 0) <@ (SELECT access_reach('{ENTITLE}')) THEN true ELSE false END)"
# What stands of an enrolment already, for this cycle and package.
STANDING = """
EXISTS (SELECT FROM programmes_entitlement t
    WHERE t.enrolment_id = e.id AND t.cycle_id = %(cycle)s AND t.package_code = %(code)s AND t.stands)
"""
_ENROLLED = """
SELECT e.id AS enrolment_id, e.household_id, e.person_id, e.scope_id, e.place_id, {record} AS record FROM programmes_enrolment e
WHERE e.programme_id = %(programme)s AND e.state = 'enrolled' AND {reached} AND {which}
"""
# Undecided replaces nothing: what was approved before stands until somebody takes it back.
_WRITE = """
INSERT INTO programmes_entitlement (id, operation_id, scope_id, run_id, cycle_id, package_id, package_code, enrolment_id, household_id,
    person_id, place_id, size, item, unit, amount, currency, quantity, parts, verdict, cause, stands, replaces, origin)
SELECT n.id, %(operation)s, n.scope_id, %(run)s, %(cycle)s, %(package)s, %(code)s, n.enrolment_id, n.household_id, n.person_id, n.place_id,
    n.size, n.item, n.unit, CASE WHEN %(money)s THEN n.came_to END, %(currency)s, CASE WHEN NOT %(money)s THEN n.came_to END, n.parts,
    CASE WHEN n.cause <> '' THEN 'undecided' WHEN n.came_to = 0 THEN 'nothing' ELSE 'due' END, n.cause, FALSE,
    CASE WHEN n.cause = '' THEN o.id END, CASE WHEN n.cause = '' THEN coalesce(o.origin, n.id) ELSE n.id END
FROM (SELECT r.*, banyan_new_id() AS id FROM ({reckoned}) r OFFSET 0) n
LEFT JOIN programmes_entitlement o ON o.enrolment_id = n.enrolment_id AND o.cycle_id = %(cycle)s AND o.package_code = %(code)s
    AND o.item = n.item AND o.stands
"""
_TOTALS = """
SELECT item, unit, verdict, cause, count(*), coalesce(sum(amount), sum(quantity), 0) FROM programmes_entitlement
WHERE run_id = %(run)s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_PEOPLE = """
SELECT count(*), coalesce(sum(size), 0), count(*) FILTER (WHERE due), coalesce(sum(size) FILTER (WHERE due), 0)
FROM (SELECT enrolment_id, max(size) AS size, bool_or(verdict = 'due') AS due
    FROM programmes_entitlement WHERE run_id = %(run)s GROUP BY 1) each
"""


@action(ENTITLE)
def simulate_entitlements(cycle_id: UUID, package_id: UUID, *, by: Viewer, day: date | None = None) -> EntitlementRun:
    """Have it computed, in the background, what everybody enrolled is entitled to who is not entitled to it yet in this cycle.

    Nothing is promised by it: a simulation is looked at, compared, proposed, and approved by somebody else. day: on which ages and
    prices are asked; today unless said. Raises Problem not_found, programmes.cycle_state, programme_state, entitlement_package, and
    every fault of the formulas at once.
    """
    begun = begin_run(cycle_id, package_id, by=by, day=day)
    begun.run.job = jobs.start(
        "programmes.compute_entitlements", by=by, label=begun.run.package.name, run=str(begun.run.pk)
    ).pk
    begun.run.save(update_fields=["job"])
    return begun.run


@action(ENTITLE)
def compute_run(run_id: UUID, *, by: Viewer) -> EntitlementRun:
    """Write down what a simulation gives: one statement, however many are enrolled. Once: what is computed stays as it is.

    Raises Problem not_found, criteria.not_answerable, and every fault of a formula that can no longer be read.
    """
    run = locked_run(run_id, ENTITLE, by=by)
    if run.reckoned_at is not None:
        return run
    lines = lines_of(run.lines, run.subject, run.operation_id, seen_by=by)
    return written(run, lines, f"NOT {STANDING}", {}, about=_enrolled(run.programme_id, by), by=by)


@action(ENTITLE)
def drop_simulation(run_id: UUID, *, by: Viewer) -> None:
    """Forget a simulation that nobody proposed. Raises Problem not_found, programmes.entitlement_state."""
    run = locked_run(run_id, ENTITLE, by=by)
    if run.state != EntitlementState.SIMULATED:
        raise Problem("programmes.entitlement_state", state=EntitlementState(run.state).label)
    Entitlement.objects.filter(run=run).delete()
    run.delete()


@action(ENTITLE)
def propose_entitlements(run_id: UUID, *, by: Viewer) -> EntitlementRun:
    """Ask for approval of a simulation. Raises Problem not_found, programmes.entitlement_state, entitlement_unready, entitlement_nobody."""
    run = locked_run(run_id, ENTITLE, by=by)
    run.state = ENTITLEMENT.after(run.state, "propose")
    if run.reckoned_at is None:
        raise Problem("programmes.entitlement_unready")
    # Nobody is no selection. An amendment that takes back is one, though nothing is due by it.
    if not (run.totals["verdicts"][Verdict.DUE] or (run.amends_id and run.totals["verdicts"][Verdict.NOTHING])):
        raise Problem("programmes.entitlement_nobody")
    run.proposed_by, run.proposed_by_label, run.proposed_at = by.id, str(by.label)[:200], timezone.now()
    run.refused_why = ""
    run.save()
    return run


@action(ENTITLE)
def refuse_entitlements(run_id: UUID, *, by: Viewer, reason: str = "") -> EntitlementRun:
    """Send a proposal back, or take it back. Raises Problem not_found, programmes.entitlement_state."""
    run = locked_run(run_id, ENTITLE, by=by)
    run.state = ENTITLEMENT.after(run.state, "refuse")
    run.refused_why = " ".join(reason.split())[:300]
    run.proposed_by, run.proposed_by_label, run.proposed_at = None, "", None
    run.save()
    return run


@action(APPROVE_ENTITLEMENT)
def approve_entitlements(run_id: UUID, *, by: Viewer) -> EntitlementRun:
    """Let entitlements stand, by somebody else than who made or proposed them. What could not be decided does not stand.

    Raises Problem not_found, programmes.entitlement_state, entitlement_own, cycle_state, entitlement_taken, entitlement_moved, and
    beyond_reach where not all of it lies within the reach of `by`.
    """
    run = locked_run(run_id, APPROVE_ENTITLEMENT, by=by)
    run.state = ENTITLEMENT.after(run.state, "approve")
    if by.id is None or by.id in (run.made_by, run.proposed_by):
        raise Problem("programmes.entitlement_own")
    working(run.cycle)
    with connection.cursor() as cursor:
        # One after the other: of two runs about the same people the second sees that they are entitled already.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{run.cycle_id}{run.package_code}"])
    replaced = _replace(run)
    rows = Entitlement.objects.filter(run=run).exclude(verdict=Verdict.UNDECIDED)
    verdicts = run.totals["verdicts"]
    if rows.update(stands=True) != verdicts[Verdict.DUE] + verdicts[Verdict.NOTHING]:
        raise Problem("programmes.beyond_reach")
    run.approved_by, run.approved_by_label, run.approved_at = by.id, str(by.label)[:200], timezone.now()
    run.save()
    for former in EntitlementRun.objects.filter(pk__in=replaced):
        if former.state == EntitlementState.APPROVED:
            former.state = ENTITLEMENT.after(former.state, "amend")
            former.save(update_fields=["state"])
    announce(EntitlementsApproved(run.pk, run.programme_id, run.cycle_id), by=by)
    return run


@dataclass(frozen=True)
class Begun:
    """A run with its lines read."""

    run: EntitlementRun
    lines: list[Line]


def begin_run(cycle_id: UUID, package_id: UUID, *, by: Viewer, day: date | None, **more: Any) -> Begun:
    """A run with its terms frozen, before anything is computed; raises as simulate_entitlements."""
    cycle, package = queries.cycle(cycle_id, seen_by=by), queries.package(package_id, seen_by=by)
    working(cycle)
    if package.programme_id != cycle.programme_id or package.state != PackageState.APPROVED:
        raise Problem("programmes.entitlement_package")
    if cycle.programme.scope_id not in by.reach(ENTITLE):
        raise Problem("programmes.beyond_reach")
    money = package.kind in MONEY
    if money and package.step is not None and not fits_currency(package.step, package.currency):
        raise Problem("programmes.entitlement_step", currency=package.currency, step=str(package.step.normalize()))
    programme = cycle.programme
    lines = lines_of(_written(package, by), programme.for_whom, programme.operation_id, seen_by=by)
    _same_currency(lines, package, programme.operation_id, by)
    run = EntitlementRun.objects.create(
        operation_id=programme.operation_id, scope_id=programme.scope_id, programme=programme, cycle=cycle, package=package,
        package_code=package.code, kind=package.kind, subject=programme.for_whom, lines=[one.frozen() for one in lines],
        rounding=package.rounding, step=package.step, cap=package.cap, currency=package.currency if money else "",
        day=day or timezone.localdate(), made_by=by.id, made_by_label=str(by.label)[:200], **more,
    )  # fmt: skip
    return Begun(run, lines)


def written(
    run: EntitlementRun, lines: Sequence[Line], which: str, values: Mapping[str, Any], *, about: int, by: Viewer
) -> EntitlementRun:
    """Write the rows of a run: of whoever is enrolled, within the reach of `by`, and meets `which`."""
    record = "e.person_id" if run.subject == ForWhom.PERSON else "e.household_id"
    asked = {"cycle": run.cycle_id, "code": run.package_code, "programme": run.programme_id, **values}
    who = _ENROLLED.format(record=record, reached=_REACHED, which=which)
    reckoning = Reckoning(run.subject, run.operation_id, run.day, who, asked, about)
    sql, bound = reckoning.statement(lines, terms(run), seen_by=by)
    given = {
        **bound, "operation": run.operation_id, "run": run.pk, "package": run.package_id, "money": run.kind in MONEY,
        "currency": run.currency,
    }  # fmt: skip
    with answered(about) as cursor:
        cursor.execute(_WRITE.format(reckoned=sql), given)
    return added_up(run)


def added_up(run: EntitlementRun) -> EntitlementRun:
    """Note in a run what its rows come to."""
    verdicts: dict[str, int] = {one.value: 0 for one in Verdict}
    causes: dict[str, int] = {}
    items: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"run": run.pk})
        for item, unit, verdict, cause, count, sum_ in cursor.fetchall():
            verdicts[verdict] += count
            if cause:
                causes[cause] = causes.get(cause, 0) + count
            before = Decimal(items.get(item, {}).get("sum", 0))
            items[item] = {"unit": unit, "sum": str((before + sum_).normalize() + 0)}
        cursor.execute(_PEOPLE, {"run": run.pk})
        enrolments, people, entitled, entitled_people = cursor.fetchone()
    run.totals = {
        "verdicts": verdicts, "causes": causes, "items": items, "enrolments": enrolments, "people": people, "entitled": entitled,
        "entitled_people": entitled_people, "amount": items.get("", {}).get("sum", "0") if run.currency else "0",
    }  # fmt: skip
    run.reckoned_at = timezone.now()
    run.save()
    return run


def terms(run: EntitlementRun) -> Terms:
    """How the numbers of a run become amounts."""
    return terms_of(run.rounding, run.step, run.cap, run.currency)


def locked_run(run_id: UUID, permission: str, *, by: Viewer) -> EntitlementRun:
    """A run, locked, that `by` reaches by a permission. Raises Problem not_found."""
    queries.entitlement_run(run_id, seen_by=by)
    rows = EntitlementRun.objects.select_for_update(of=("self",)).select_related("cycle__programme")
    row = rows.filter(pk=run_id).first()
    if row is None or row.scope_id not in by.reach(permission):
        raise Problem("not_found")
    return row


def _replace(run: EntitlementRun) -> list[UUID]:
    """Rows that this run replaces stand no more; the runs they are of."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM programmes_entitlement n JOIN programmes_entitlement t ON t.enrolment_id = n.enrolment_id
                AND t.cycle_id = n.cycle_id AND t.package_code = n.package_code AND t.item = n.item AND t.stands
            WHERE n.run_id = %s AND n.verdict <> 'undecided' AND n.replaces IS NULL""",
            [run.pk],
        )
        (taken,) = cursor.fetchone()
        if taken:
            raise Problem("programmes.entitlement_taken", count=taken)
        cursor.execute(
            """UPDATE programmes_entitlement t SET stands = FALSE, replaced_by = n.id FROM programmes_entitlement n
            WHERE n.run_id = %s AND t.id = n.replaces AND t.stands RETURNING t.run_id""",
            [run.pk],
        )
        found = [row[0] for row in cursor.fetchall()]
        wanted = Entitlement.objects.filter(run=run).exclude(replaces=None).count()
        if len(found) != wanted:
            raise Problem("programmes.entitlement_moved", count=wanted - len(found))
    return sorted(set(found))


def working(cycle: Cycle) -> None:
    """Entitlements are made for a cycle that is open, of a programme that is active."""
    if cycle.state != CycleState.OPEN:
        raise Problem("programmes.cycle_state", state=CycleState(cycle.state).label)
    if cycle.programme.state != ProgrammeState.ACTIVE:
        raise Problem("programmes.programme_state", state=ProgrammeState(cycle.programme.state).label)


def _enrolled(programme_id: UUID, by: Viewer) -> int:
    return queries.enrolments(seen_by=by, programme_id=programme_id, state="enrolled").order_by().count()


def _written(package: Package, by: Viewer) -> list[dict[str, str]]:
    if package.kind in MONEY:
        return [{"item": "", "unit": "", "formula": package.formula}]
    found = queries.items(package.pk, seen_by=by)
    return [{"item": one.code, "unit": one.unit, "formula": one.formula} for one in found]


def _same_currency(lines: Sequence[Line], package: Package, operation_id: UUID, by: Viewer) -> None:
    """Prices in another currency than what is given would be added up as if they were the same. In kind they only count pieces."""
    if package.kind not in MONEY:
        return
    parts = [part for line in lines for part in tree.walk(line.formula)]
    names = {part.field.name for part in parts if isinstance(part, tree.FieldRef)}
    raise_all(
        Problem("programmes.entitlement_currency", name=one.name, first=one.currency, second=package.currency)
        for one in lists_asked(names, operation_id, seen_by=by)
        if one.currency != package.currency
    )
