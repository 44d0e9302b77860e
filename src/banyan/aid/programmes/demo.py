"""What the demo shows of programmes: one of cash and one in kind, from design to what each household is due.

Cash is for households with small children, elderly people or many members, by a score; kits are for households with babies. Each has a
cycle that is over and one that is open, prices differ between two states, and somebody who was left out disagrees. Everything is done
through the actions that anybody takes, by the demo's officer and approver; payments' own demo goes on from the entitlements.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.actions import Item
from banyan.aid.programmes.models import Cycle, Package, Programme
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer, causing, system_viewer, viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.reference.places import queries as places

NEEDS_ACCOUNTS = True
OPERATION = "MMR"
DESIGNS, APPROVES = "programme@demo.example", "programme2@demo.example"
CASH, KITS = "WINTER-CASH", "BABY-KITS"
PRICES = "basket"
# Kyat for the food of one person and month, by state.
BASKET: Final = (("MMR001", Decimal("42000")), ("MMR003", Decimal("38500")), ("MMR012", Decimal("45000")), ("MMR015", Decimal("41000")),
                 ("MMR005", Decimal("37000")), ("MMR017", Decimal("36000")))  # fmt: skip
RULES: Final = (
    {"key": "small", "label": "A child under five", "text": "members.exists(m, m.age < 5)"},
    {"key": "elderly", "label": "Somebody of sixty or over", "text": "members.exists(m, m.age >= 60)"},
    {"key": "large", "label": "Seven people or more", "text": "members.size() >= 7"},
)
SCORE: Final = (
    {"label": "Children under five", "formula": "members.filter(m, m.age < 5).size()", "weight": "2"},
    {"label": "People of sixty or over", "formula": "members.filter(m, m.age >= 60).size()", "weight": "1.5"},
    {"label": "Size", "formula": "least(members.size(), 10)", "weight": "0.5"},
)
THRESHOLD: Final = Decimal(4)
KIT_RULES: Final = ({"key": "baby", "label": "A child under two", "text": "members.exists(m, m.age < 2)"},)
AMOUNT: Final = f"extras.price_{PRICES} * least(members.size(), 8) * 0.6"


def load(progress: Any) -> dict[str, int] | None:
    """Design, target, enrol and entitle; nothing when that was done before."""
    system = system_viewer("demo")
    with viewing(system):
        operation = access.operations(seen_by=system).filter(code=OPERATION).first()
        people = {
            one.email: viewer_of(one) for one in access.accounts(seen_by=system).filter(email__in=(DESIGNS, APPROVES))
        }
        if operation is None or len(people) < 2 or queries.programmes(seen_by=system).exists():
            return None
    officer, approver = people[DESIGNS], people[APPROVES]
    with causing("demo:programmes"):
        _prices(operation.pk, officer, system)
        cash, winter = _cash(operation.pk, officer, approver)
        kits, babies = _kits(operation.pk, officer, approver)
        progress.report(1, 3)
        enrolled = _target(cash, RULES, officer, approver, score=SCORE, threshold=THRESHOLD)
        enrolled += _target(kits, KIT_RULES, officer, approver)
        progress.report(2, 3)
        entitled = sum(
            _entitle(cycle, package, officer, approver) for cycle, package in ((cash.past, winter), (kits.past, babies))
        )
        _appeal(cash.programme, officer)
    return {"programmes": 2, "enrolled": enrolled, "entitled": entitled}


class _Made:
    """A programme with its two cycles."""

    def __init__(self, programme: Programme, past: Cycle, now: Cycle) -> None:
        self.programme, self.past, self.now = programme, past, now


def _prices(operation_id: UUID, officer: Viewer, system: Viewer) -> None:
    with viewing(system):
        found = {code: places.by_code(code, seen_by=system) for code, _price in BASKET}
    row = actions.write_price_list(operation_id, by=officer, code=PRICES, name="Minimum food basket", currency="MMK")
    since = date(timezone.localdate().year - 1, 1, 1)
    actions.set_prices(
        row.pk, [(place.pk, price, since) for code, price in BASKET if (place := found[code]) is not None], by=officer
    )


def _programme(operation_id: UUID, officer: Viewer, approver: Viewer, **said: Any) -> _Made:
    today = timezone.localdate()
    first, second = (today - timedelta(days=60)).replace(day=1), today.replace(day=1)
    made = actions.create_programme(
        operation_id, by=officer, currency="MMK", starts_on=first, ends_on=today + timedelta(days=300), **said
    )
    actions.set_budget_line(made.pk, by=officer, code="DONOR-1", name="Pooled fund", amount=Decimal("900000000"))
    past = actions.add_cycle(
        made.pk, by=officer, name="First round", starts_on=first, ends_on=second - timedelta(days=1)
    )
    now = actions.add_cycle(
        made.pk, by=officer, name="Second round", starts_on=second, ends_on=today + timedelta(days=45)
    )
    made = actions.activate_programme(made.pk, by=approver)
    for cycle in (past, now):
        actions.open_cycle(cycle.pk, by=officer)
    return _Made(made, past, now)


def _cash(operation_id: UUID, officer: Viewer, approver: Viewer) -> tuple[_Made, Package]:
    made = _programme(
        operation_id, officer, approver, code=CASH, name="Cash for the winter", purpose="food",
        goal="Households with the least to live on eat enough until the harvest.",
    )  # fmt: skip
    package = actions.write_package(
        made.programme.pk, by=officer, code="FOOD", name="Food for a month", kind="cash", formula=AMOUNT,
        step=Decimal(500), cap=Decimal(200000), note="Six tenths of the food basket of the place, for eight people at most",
    )  # fmt: skip
    return made, actions.approve_package(package.pk, by=approver)


def _kits(operation_id: UUID, officer: Viewer, approver: Viewer) -> tuple[_Made, Package]:
    made = _programme(
        operation_id, officer, approver, code=KITS, name="Kits for babies", purpose="hygiene",
        goal="Babies stay clean and warm.",
    )  # fmt: skip
    items = [
        Item("KIT", "Baby kit", "piece", "members.filter(m, m.age < 2).size()"),
        Item("SOAP", "Soap", "bar", "members.size() * 2"),
    ]
    package = actions.write_package(
        made.programme.pk, by=officer, code="BABY", name="Baby kit and soap", kind="in_kind", items=items
    )
    return made, actions.approve_package(package.pk, by=approver)


def _target(
    made: _Made, rules: Any, officer: Viewer, approver: Viewer, *, score: Any = (), threshold: Any = None
) -> int:
    row = actions.make_targeting(
        made.programme.pk, by=officer, name="Who needs it most", rules=rules, score=score, threshold=threshold
    )
    run = actions.run_targeting(row.pk, by=officer)
    run_jobs()
    actions.propose_targeting(row.pk, run.pk, by=officer)
    actions.approve_targeting(row.pk, by=approver)
    return actions.enrol_targeted(run.pk, by=officer).enrolled


def _entitle(cycle: Cycle, package: Package, officer: Viewer, approver: Viewer) -> int:
    run = actions.simulate_entitlements(cycle.pk, package.pk, by=officer)
    run_jobs()
    actions.propose_entitlements(run.pk, by=officer)
    actions.approve_entitlements(run.pk, by=approver)
    with viewing(officer):
        return queries.entitlements(run.pk, seen_by=officer).filter(verdict="due").count()


def _appeal(programme: Programme, officer: Viewer) -> None:
    """The household that came nearest to being chosen disagrees; somebody else will decide."""
    with viewing(officer):
        run = queries.targeting_runs(
            queries.targetings(programme_id=programme.pk, seen_by=officer).get().pk, seen_by=officer
        ).first()
        near = queries.borderline(run.pk, seen_by=officer).filter(verdict="out").first() if run else None
    if run is None or near is None:
        return
    actions.note_appeal(
        programme.pk, near.household_id, by=officer, targeting_run_id=run.pk,
        reason="The grandmother lives with them since last month and was not counted",
    )  # fmt: skip
