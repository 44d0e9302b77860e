"""What other formulas would cost for the people of a run, before anything is promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from banyan.aid.programmes.models import Entitlement, EntitlementRun, ForWhom
from banyan.aid.programmes.queries.entitlements import VIEW_ENTITLEMENT, entitlement_run
from banyan.aid.programmes.queries.reckoning import Line, Reckoning, answered, lines_of
from banyan.aid.programmes.rules.entitling import terms_of
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all

# Everybody of the run once, whatever became of the enrolment since.
_WHO: Final = """
SELECT t.enrolment_id, t.place_id, {record} AS record FROM programmes_entitlement t WHERE t.run_id = %(run)s GROUP BY 1, 2, 3
"""
_COST: Final = """
SELECT r.item, r.place_id, r.size, count(*) FILTER (WHERE r.came_to > 0), count(*) FILTER (WHERE r.came_to = 0),
    count(*) FILTER (WHERE r.cause <> ''), coalesce(sum(r.came_to), 0), count(*) FILTER (WHERE now > before),
    count(*) FILTER (WHERE now < before), count(*) FILTER (WHERE now = before)
FROM ({reckoned}) r
LEFT JOIN programmes_entitlement o ON o.run_id = %(run)s AND o.enrolment_id = r.enrolment_id AND o.item = r.item
CROSS JOIN LATERAL (SELECT coalesce(r.came_to, 0) AS now, coalesce(o.amount, o.quantity, 0) AS before) c
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Alternative:
    """Other formulas for a run: by item (in cash the item is ""), the run's own for items not named.

    Rounding, step and cap are those of the run, unless a rounding is named: then all three are as given.
    """

    label: str
    formulas: Mapping[str, str]
    rounding: str = ""
    step: Decimal | None = None
    cap: Decimal | None = None


@dataclass
class Cost:
    """What formulas come to for the people of a run, asked of the register as it is now, beside what the run has written down.

    `due`, `nothing`, `undecided`, `more`, `less` and `same` count rows: one for each enrolment and item.
    """

    label: str
    due: int = 0
    nothing: int = 0
    undecided: int = 0
    more: int = 0
    less: int = 0
    same: int = 0
    item_sums: dict[str, Decimal] = field(default_factory=dict)
    places: dict[UUID | None, Decimal] = field(default_factory=dict)
    sizes: dict[int | None, Decimal] = field(default_factory=dict)

    @property
    def amount(self) -> Decimal:
        """The sum of a package in cash; in kind pieces of different items are no sum."""
        return self.item_sums.get("", Decimal(0))


def compare_formulas(run_id: UUID, alternatives: Sequence[Alternative], *, seen_by: Viewer) -> list[Cost]:
    """What each alternative would cost for exactly the people of a run, one statement each; first the run's own formula.

    The people are those of the run; their records are asked as they are now, on the run's day: what the first cost has `more` or
    `less` is what moved in the register since. Raises Problem not_found, and every fault of the formulas, at "0.formula".
    """
    run = entitlement_run(run_id, seen_by=seen_by)
    seen_by.require(VIEW_ENTITLEMENT)
    about = Entitlement.objects.filter(run=run).count()
    own = Alternative("", {one["item"]: one["formula"] for one in run.lines})
    asked, faults = [(own, _lines(run, own, seen_by))], []
    for place, one in enumerate(alternatives):
        try:
            asked.append((one, _lines(run, one, seen_by)))
        except Problem as problem:
            faults += [each.placed(Location(field=f"{place}.formula")) for each in problem.errors or (problem,)]
    raise_all(faults)
    return [_cost(run, one, lines, about, seen_by) for one, lines in asked]


def _lines(run: EntitlementRun, alternative: Alternative, viewer: Viewer) -> list[Line]:
    known = [one["item"] for one in run.lines]
    for item in alternative.formulas:
        if item not in known:
            raise Problem("programmes.choice_unknown", value=item, choices=", ".join(known))
    said: list[dict[str, Any]] = [
        {**one, "formula": alternative.formulas.get(one["item"], one["formula"])} for one in run.lines
    ]
    return lines_of(said, run.subject, run.operation_id, seen_by=viewer)


def _cost(run: EntitlementRun, asked: Alternative, lines: Sequence[Line], about: int, viewer: Viewer) -> Cost:
    record = "t.person_id" if run.subject == ForWhom.PERSON else "t.household_id"
    reckoning = Reckoning(
        run.subject, run.operation_id, run.day, _WHO.format(record=record), {"run": run.pk}, about // max(len(lines), 1)
    )
    given = asked if asked.rounding else run
    sql, values = reckoning.statement(
        lines, terms_of(given.rounding, given.step, given.cap, run.currency), seen_by=viewer
    )
    with answered(about) as cursor:
        cursor.execute(_COST.format(reckoned=sql), values)
        rows = cursor.fetchall()
    cost = Cost(asked.label)
    for item, place, size, due, nothing, undecided, came_to, more, less, same in rows:
        cost.due, cost.nothing, cost.undecided = cost.due + due, cost.nothing + nothing, cost.undecided + undecided
        cost.more, cost.less, cost.same = cost.more + more, cost.less + less, cost.same + same
        for sums, key in ((cost.item_sums, item), (cost.places, place), (cost.sizes, size)):
            sums[key] = sums.get(key, Decimal(0)) + came_to
    return cost
