"""Programmes with people enrolled, for the tests of entitlements."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from banyan.aid.programmes import actions
from banyan.aid.programmes.models import Cycle, Enrolment, Entitlement, EntitlementRun, Programme
from banyan.aid.programmes.tests.worlds import World
from banyan.platform.access.viewers import viewing

DAY = date(2026, 6, 1)


@dataclass
class Enrolled:
    """A programme with an open cycle, and households enrolled in it, by name."""

    world: World
    programme: Programme
    cycle: Cycle
    homes: dict[str, UUID] = field(default_factory=dict)

    def enrol(self, name: str, *births: str, **more: Any) -> UUID:
        """Register a household of people born then, and enrol it; its enrolment."""
        self.homes[name], people = self.world.household(*births, **more)
        person = {"person_id": people[0]} if self.programme.for_whom == "person" else {}
        row = actions.enrol(self.programme.pk, self.homes[name], by=self.world.officer, reason="Chosen", **person)
        return row.pk  # type: ignore[no-any-return]

    def computed(self, formula: str = "50000", *, code: str = "FOOD", **package: Any) -> EntitlementRun:
        """A simulation of a package, computed."""
        made = self.world.package(self.programme, code=code, formula=formula, **package)
        return self.compute(made.pk)

    def compute(self, package_id: UUID, *, by: Any = None) -> EntitlementRun:
        """A simulation of an approved package, computed."""
        run = actions.simulate_entitlements(self.cycle.pk, package_id, by=by or self.world.officer, day=DAY)
        return actions.compute_run(run.pk, by=by or self.world.officer)

    def approved(self, formula: str = "50000", **package: Any) -> EntitlementRun:
        """A run that somebody else approved."""
        return self.approve(self.computed(formula, **package))

    def approve(self, run: EntitlementRun) -> EntitlementRun:
        """Propose and approve a run."""
        actions.propose_entitlements(run.pk, by=self.world.officer)
        return actions.approve_entitlements(run.pk, by=self.world.approver)

    def rows(self, run: EntitlementRun) -> dict[str, Entitlement]:
        """The rows of a run of one line, by the name of the household."""
        names = {home: name for name, home in self.homes.items()}
        with viewing(self.world.officer):
            return {names[row.household_id]: row for row in Entitlement.objects.filter(run=run)}

    def amounts(self, run: EntitlementRun) -> dict[str, str]:
        """What the rows of a run came to, or why they came to nothing."""
        return {
            name: row.cause if row.undecided else str((row.amount if row.amount is not None else row.quantity).normalize() + 0)
            for name, row in self.rows(run).items()
        }  # fmt: skip

    def enrolment(self, name: str) -> Enrolment:
        """The enrolment of a household."""
        with viewing(self.world.officer):
            return Enrolment.objects.get(household=self.homes[name])


def make_enrolled(world: World, **programme: Any) -> Enrolled:
    """An active programme with an open cycle, and nobody in it yet."""
    made = world.active(**programme)
    cycle = actions.add_cycle(
        made.pk, by=world.officer, name="June", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30)
    )
    return Enrolled(world, made, actions.open_cycle(cycle.pk, by=world.officer))
