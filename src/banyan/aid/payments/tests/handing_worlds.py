"""A plan in kind that was released: rice for every household, a kit for some; a site; and the people who have a part in it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from banyan.aid.payments import actions
from banyan.aid.payments.models import Distribution, Line, Plan, Site
from banyan.aid.programmes.models import Cycle, Programme
from banyan.people.registry import actions as registry
from banyan.people.registry.models import Household, Membership
from banyan.platform.access import actions as access
from banyan.platform.access.models import Operation
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.kernel.ids import new_id
from banyan.reference.codes import actions as codes
from banyan.reference.places.models import Place

SYSTEM = system_viewer("tests")
AREAS = [
    ("XX01", "North", None, "MMR"),
    ("XX02", "South", None, "MMR"),
]
VILLAGES = {"XX0101": "XX01", "XX0201": "XX02"}
NORTH, SOUTH = VILLAGES
OFFICER, CLERK, VERIFIER = "payment-officer", "distribution-clerk", "verification-officer"
TODAY = date(2026, 6, 1)
RICE, KIT = Decimal(50), Decimal(1)


def who(*roles: str, **where: Any) -> Viewer:
    """Somebody with an account."""
    return viewer_of(make_account(*roles, **where))


@dataclass
class Handing:
    """Where the tests play: two households in the north, one in the south."""

    operation: Operation
    scopes: dict[str, int]
    places: dict[str, Place]
    plan: Plan
    homes: list[UUID] = field(default_factory=list)
    officer: Viewer = field(default_factory=lambda: who(OFFICER))
    clerk: Viewer = field(default_factory=lambda: who(CLERK))

    def site(self, code: str = "GATE", rice: int = 200, kits: int = 5) -> Site:
        """A site with goods."""
        made = actions.add_site(self.operation.pk, by=self.officer, code=code, name=f"Site {code}")
        for item, unit, amount in (("RICE", "kg", rice), ("KIT", "piece", kits)):
            if amount:
                actions.receive_stock(
                    made.pk, by=self.officer, item=item, unit=unit, quantity=Decimal(amount), key=new_id()
                )
        return made

    def day(self, site: Site | None = None, *, opened: bool = True, **more: Any) -> Distribution:
        """A distribution for everybody, open."""
        where = site or self.site()
        made = actions.plan_distribution(self.plan.pk, by=self.officer, site_id=where.pk, day=TODAY, **more)
        return actions.open_distribution(made.pk, by=self.clerk) if opened else made

    def lines(self, home: int) -> dict[str, UUID]:
        """The lines of a household by their items."""
        with viewing(SYSTEM):
            rows = Line.objects.filter(plan=self.plan, household=self.homes[home])
            return dict(rows.values_list("item", "pk"))

    def line(self, home: int, item: str = "RICE") -> Line:
        """A line as it is now."""
        with viewing(SYSTEM):
            return Line.objects.get(plan=self.plan, household=self.homes[home], item=item)

    def hand(self, day: Distribution, home: int = 0, by: Viewer | None = None, **said: Any) -> Any:
        """Hand a household quantities by item: rice=20, kit=1."""
        lines = self.lines(home)
        given = {lines[item]: Decimal(said.pop(item.lower())) for item in ("RICE", "KIT") if item.lower() in said}
        said = {"key": new_id(), **said}
        return actions.hand_out(day.pk, self.homes[home], given, by=by or self.clerk, **said)

    def reference(self, home: int) -> str:
        """What the card of a household says."""
        with viewing(SYSTEM):
            return Household.objects.get(pk=self.homes[home]).reference


def make_world(kind: str = "in_kind") -> Handing:
    """The country, three households and a plan that was released."""
    with viewing(SYSTEM):
        reference = access.register_areas(AREAS, by=SYSTEM)
        operation = access.add_operation("TST", "Test operation", "MMR", by=SYSTEM)
        codes.load_shipped_lists(by=SYSTEM, only=("document-types", "relationship", "sex"))
        places = {
            code: Place.objects.create(
                country="MMR", pcode=code, level=4, kind="village", name=f"Village {code}", names={}, scope_id=reference[area]
            )
            for code, area in VILLAGES.items()
        }  # fmt: skip
        scopes = {code: operation_scope(operation.pk, seen_by=SYSTEM, area_key=code) for code, *_rest in AREAS}
        scopes[""] = operation_scope(operation.pk, seen_by=SYSTEM)
        homes = [
            registry.register_household(
                operation.pk,
                {"household.place": village, "household.registered_on": "2026-05-01"},
                [
                    {"person.full_name": name, "person.sex": "female", "person.birth_date": "1980-01-01", "person.relationship": "head", "person.phone": phone},
                    {"person.full_name": f"{name} Oo", "person.sex": "male", "person.birth_date": "2005-01-01", "person.relationship": "child"},
                ],
                by=SYSTEM, scope_id=scopes[""],
            )[0]
            for name, village, phone in (("Thida Win", NORTH, "+95912345678"), ("Mya Sandar", NORTH, ""), ("Hla Myint", SOUTH, ""))
        ]  # fmt: skip
        plan = _plan(operation, scopes, homes, kind)
    return Handing(operation, scopes, places, _released(plan), homes)


def _plan(operation: Operation, scopes: dict[str, int], homes: list[UUID], kind: str) -> Plan:
    programme = Programme.objects.create(
        operation=operation,
        scope_id=scopes[""],
        code="FOOD",
        name="Food",
        purpose="food",
        currency="USD",
        starts_on=TODAY,
    )
    cycle = Cycle.objects.create(
        operation=operation, scope_id=scopes[""], programme=programme, number=1, name="June", starts_on=TODAY, ends_on=date(2026, 6, 30)
    )  # fmt: skip
    plan = Plan.objects.create(
        operation=operation, scope_id=scopes[""], reference="PAY-TEST", programme=programme, cycle=cycle, run=new_id(),
        kind=kind, pay_from=TODAY, pay_until=date(2026, 6, 30),
    )  # fmt: skip
    members = {key: Membership.objects.filter(household=key).order_by("-is_head") for key in homes}
    rows = [(home, "RICE", "kg", RICE) for home in homes] + [(homes[0], "KIT", "piece", KIT)]
    Line.objects.bulk_create(
        Line(
            operation=operation, scope_id=(home_row := Household.objects.get(pk=home)).scope_id, plan=plan, no=number,
            key=new_id(), entitlement=(one := new_id()), origin=one, household_id=home, place_id=home_row.place_id,
            collector_id=members[home][0].person_id, alternate_id=members[home][1].person_id, size=2, amount=amount,
            due=amount, item=item, unit=unit,
        )
        for number, (home, item, unit, amount) in enumerate(rows, 1)
    )  # fmt: skip
    return plan


def _released(plan: Plan) -> Plan:
    """The plan, moved on by four people as any plan is."""
    maker, approver, authoriser, releaser = (
        who(each) for each in (OFFICER, "payment-approver", "payment-authoriser", "payment-releaser")
    )
    actions.lock_plan(plan.pk, by=maker)
    actions.assign_provider(plan.pk, by=maker, provider_label="Own staff", mechanism="hand")
    digest = actions.submit_plan(plan.pk, by=maker).digest
    actions.approve_plan(plan.pk, by=approver, digest=digest)
    actions.authorise_plan(plan.pk, by=authoriser, digest=digest)
    return actions.release_plan(plan.pk, by=releaser, digest=digest)
