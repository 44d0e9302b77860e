"""Days of handing out: their lists are drawn up from a plan's lines by set, opened, closed."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone

from banyan.aid.payments import queries
from banyan.aid.payments.actions.recording import record_outcomes
from banyan.aid.payments.actions.stepping import mark_sent
from banyan.aid.payments.models.distributions import Distribution, DistributionLine
from banyan.aid.payments.rules.handing import MOST_HOUSEHOLDS, outcome_rows
from banyan.aid.payments.states import HAND_OUT, PLAN_DAY, UNDERWAY, LineState, PlanState, advance_distribution
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem
from banyan.reference.places import queries as places

# Something may still be handed out of a line that was handed out in part, came back or was not claimed.
_STILL = (LineState.SENT, LineState.PARTIAL, LineState.UNCLAIMED, LineState.RETURNED)
_FREE = """
    FROM payments_line l
    WHERE l.plan_id = %(plan)s AND l.state = ANY(%(states)s)
      AND l.amount > l.delivered_amount - l.returned_amount
      AND NOT EXISTS (SELECT 1 FROM payments_distributionline d WHERE d.line_id = l.id AND d.released_at IS NULL)
      AND (%(everywhere)s OR l.place_id = ANY(%(places)s))
"""
_PLACES = f"SELECT DISTINCT l.place_id {_FREE}"
# A household is on the list with all its items or not at all, whatever the number that fits into the day.
_LIST = f"""
WITH free AS (
    SELECT l.id, l.household_id, l.scope_id, l.item, l.unit, l.amount, l.place_id,
           least(greatest(l.delivered_amount - l.returned_amount, 0), l.amount) AS had {_FREE}
), homes AS (
    SELECT household_id, row_number() OVER (ORDER BY min(place_id::text), household_id) AS position
    FROM free GROUP BY household_id
)
INSERT INTO payments_distributionline
       (id, distribution_id, line_id, household_id, scope_id, position, item, unit, granted, handed)
SELECT banyan_new_id(), %(distribution)s, free.id, free.household_id, free.scope_id, homes.position, free.item,
       coalesce(nullif(free.unit, ''), %(currency)s), free.amount, free.had
FROM free JOIN homes USING (household_id)
WHERE homes.position <= %(most)s
ORDER BY homes.position, free.id
"""  # noqa: S608 — one text of this file in two statements


@action(PLAN_DAY)
def plan_distribution(
    plan_id: UUID, *, by: Viewer, site_id: UUID, day: date, place_ids: Collection[UUID] = (), most: int = MOST_HOUSEHOLDS,
    note: str = "",
) -> Distribution:  # fmt: skip
    """Draw up the list of a day: lines of the plan in these places and all below them that stand on no other list.

    most: households that fit into the day; who does not fit is free for the next list. Without places: everybody of the plan.
    Raises Problem not_found, payments.distribution_plan, distribution_empty, distribution_full.
    """
    plan = queries.plan(plan_id, seen_by=by)
    site = queries.site(site_id, seen_by=by)
    if site.operation_id != plan.operation_id or site.closed_at is not None:
        raise Problem("not_found")
    if plan.state not in (PlanState.RELEASED, *UNDERWAY):
        raise Problem("payments.distribution_plan")
    if not 1 <= most <= MOST_HOUSEHOLDS:
        raise Problem("payments.distribution_full", most=MOST_HOUSEHOLDS, at=Location(field="most"))
    # A list at a site is what a file is at a provider: with the first of them the plan is sent.
    if plan.state == PlanState.RELEASED:
        mark_sent(plan.pk, by=by)
    row = Distribution.objects.create(
        operation_id=plan.operation_id, scope_id=site.scope_id, plan=plan, site=site, day=day, note=note.strip()[:300],
        made_by=by.id, made_by_label=str(by.label)[:200],
    )  # fmt: skip
    values = {
        "plan": plan.pk, "states": [str(each) for each in _STILL], "everywhere": not place_ids, "places": [],
        "distribution": row.pk, "most": most, "currency": plan.currency,
    }  # fmt: skip
    with connection.cursor() as cursor:
        if place_ids:
            cursor.execute(_PLACES, {**values, "everywhere": True})
            values["places"] = _below({each for (each,) in cursor.fetchall() if each}, set(place_ids), by)
        cursor.execute(_LIST, values)
        row.lines = cursor.rowcount
    if not row.lines:
        raise Problem("payments.distribution_empty", at=Location(field="place"))
    listed = DistributionLine.objects.filter(distribution=row)
    row.households = listed.order_by("-position").values_list("position", flat=True)[0]
    row.save(update_fields=["lines", "households"])
    return row


def _below(known: set[UUID], chosen: set[UUID], by: Viewer) -> list[UUID]:
    """Which of the known places are, or lie in, one of the chosen."""
    trails = places.breadcrumbs(known, seen_by=by)
    return [each for each in known if each in chosen or any(key in chosen for key, _name in trails.get(each, ()))]


def _locked(distribution_id: UUID, by: Viewer) -> Distribution:
    """A distribution that nobody else moves until this transaction ends."""
    found = queries.distribution(distribution_id, seen_by=by)
    Distribution.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    return queries.distribution(distribution_id, seen_by=by)


@action(HAND_OUT)
def open_distribution(distribution_id: UUID, *, by: Viewer) -> Distribution:
    """Begin to hand out. Raises Problem not_found, payments.distribution_state, distribution_plan."""
    row = _locked(distribution_id, by)
    row.state = advance_distribution(row.state, "open")
    if row.plan.state not in UNDERWAY:
        raise Problem("payments.distribution_plan")
    row.opened_at = timezone.now()
    row.save(update_fields=["state", "opened_at"])
    return row


@action(PLAN_DAY)
def cancel_distribution(distribution_id: UUID, *, by: Viewer) -> Distribution:
    """Nothing is handed out that day; its lines are free for other lists. Raises Problem not_found, payments.distribution_state."""
    row = _locked(distribution_id, by)
    row.state = advance_distribution(row.state, "cancel")
    return _ended(row, by)


@action(HAND_OUT)
def close_distribution(distribution_id: UUID, *, by: Viewer, unclaimed: bool = False) -> Distribution:
    """End the day. What was not handed out whole may stand on another list.

    unclaimed: it is recorded of who did not come at all that they did not claim it, so that the plan can be closed without them.
    Raises Problem not_found, payments.distribution_state.
    """
    row = _locked(distribution_id, by)
    row.state = advance_distribution(row.state, "close")
    if unclaimed:
        absent = DistributionLine.objects.filter(distribution=row, handed=0)
        told = [
            (str(line), "unclaimed", None, f"absent:{row.pk}:{line}")
            for line in absent.values_list("line_id", flat=True)
        ]
        if told:
            record_outcomes(row.plan_id, outcome_rows(told, on_day=row.day, reference=row.site.code), by=by)
    return _ended(row, by)


def _ended(row: Distribution, by: Viewer) -> Distribution:
    row.closed_at, row.closed_by_label = timezone.now(), str(by.label)[:200]
    row.save(update_fields=["state", "closed_at", "closed_by_label"])
    DistributionLine.objects.filter(distribution=row, handed__lt=F("granted")).update(released_at=row.closed_at)
    return row
