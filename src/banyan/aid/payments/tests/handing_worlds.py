"""A plan in kind that was released: rice for every household, a kit for some; a site; and the people who have a part in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from banyan.aid.payments import actions
from banyan.aid.payments.models import Distribution, Line, Plan, Site
from banyan.aid.payments.tests.plan_worlds import Ground, make_ground, who
from banyan.aid.programmes.models import Enrolment, Entitlement, EntitlementRun
from banyan.aid.programmes.tests.worlds import NORTH, SOUTH
from banyan.people.registry import actions as registry
from banyan.people.registry.models import Household
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem
from banyan.reference.places.models import Place

SYSTEM = system_viewer("tests")
OFFICER, CLERK, VERIFIER = "payment-officer", "distribution-clerk", "verification-officer"
TODAY = date(2026, 6, 1)
RICE, KIT = Decimal(50), Decimal(1)


def refused(code: str, act: Callable[..., Any], /, *args: Any, **said: Any) -> None:
    """The act raises this Problem, alone or among others."""
    with pytest.raises(Problem) as caught:
        act(*args, **said)
    codes = {one.code for one in caught.value.errors} or {caught.value.code}
    assert (code if "." in code else f"payments.{code}") in codes


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


def make_world() -> Handing:
    """The country, three households and a plan that was released."""
    ground = make_ground(homes=0, kind="in_kind")
    world = ground.world
    ground.homes = [
        _home(ground, name, village, phone)
        for name, village, phone in (
            ("Thida Win", NORTH, "+95912345678"), ("Mya Sandar", NORTH, ""), ("Hla Myint", SOUTH, ""),
        )
    ]  # fmt: skip
    run = ground.run(approved=False)
    with viewing(SYSTEM):
        for home, item, unit, due in (
            *((home, "RICE", "kg", RICE) for home in ground.homes), (ground.homes[0], "KIT", "piece", KIT),
        ):  # fmt: skip
            _due(ground, run, home, item, unit, due)
        run.state = "approved"
        run.save(update_fields=["state"])
    plan = ground.released(ground.draft(run))
    return Handing(world.operation, world.scopes, world.places, plan, ground.homes)


def _due(ground: Ground, run: EntitlementRun, home: UUID, item: str, unit: str, due: Decimal) -> None:
    """What a household is due of an item, where the household lives."""
    where, key = Household.objects.get(pk=home), new_id()
    enrolment, _made = Enrolment.objects.get_or_create(
        household=where, programme=ground.programme,
        defaults={"operation": ground.world.operation, "scope_id": where.scope_id, "state": "enrolled", "since": TODAY},
    )  # fmt: skip
    Entitlement.objects.create(
        pk=key, origin=key, operation=ground.world.operation, scope_id=where.scope_id, place_id=where.place_id, run=run,
        cycle=run.cycle, package=run.package, package_code=run.package_code, enrolment=enrolment, household=where, size=2,
        item=item, unit=unit, quantity=due, currency="", verdict="due", stands=True,
    )  # fmt: skip


def _home(ground: Ground, name: str, village: str, phone: str) -> UUID:
    head = {
        "person.relationship": "head",
        "person.full_name": name,
        "person.sex": "female",
        "person.birth_date": "1980-01-01",
    }
    child = {
        "person.relationship": "child",
        "person.full_name": f"{name} Oo",
        "person.sex": "male",
        "person.birth_date": "2005-01-01",
    }
    home, _people = registry.register_household(
        ground.world.operation.pk, {"household.place": village, "household.registered_on": "2026-05-01"},
        [head | ({"person.phone": phone} if phone else {}), child], by=SYSTEM, scope_id=ground.world.scopes[""],
    )  # fmt: skip
    return home
