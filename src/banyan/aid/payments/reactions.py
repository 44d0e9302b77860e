"""What payments do when the register announces that people changed: their accounts lie where they live."""

from collections.abc import Collection
from uuid import UUID

from banyan.aid.payments import actions
from banyan.people.registry.facts import (
    HouseholdChanged,
    HouseholdsMerged,
    HouseholdSplit,
    MembershipChanged,
    PeopleMerged,
    PeopleUnmerged,
    PersonChanged,
)
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.jobs.declarations import reaction


@reaction(PeopleMerged)
def follow_people_merged(fact: PeopleMerged, *, by: Viewer) -> None:
    """Accounts of the merged are seen where the survivor is."""
    _follow(people=[fact.survivor_id, *fact.merged_ids])


@reaction(PeopleUnmerged)
def follow_people_unmerged(fact: PeopleUnmerged, *, by: Viewer) -> None:
    """They lie again where they lay."""
    _follow(people=[fact.survivor_id, *fact.merged_ids])


@reaction(PersonChanged)
def follow_person_changed(fact: PersonChanged, *, by: Viewer) -> None:
    """Somebody may live elsewhere than the household."""
    _follow(people=[fact.person_id])


@reaction(MembershipChanged)
def follow_membership_changed(fact: MembershipChanged, *, by: Viewer) -> None:
    """Somebody may live elsewhere now."""
    _follow(people=[fact.person_id])


@reaction(HouseholdChanged)
def follow_household_changed(fact: HouseholdChanged, *, by: Viewer) -> None:
    """Its members may live elsewhere now."""
    _follow(households=[fact.household_id])


@reaction(HouseholdSplit)
def follow_household_split(fact: HouseholdSplit, *, by: Viewer) -> None:
    """Some members may live elsewhere now."""
    _follow(households=[fact.household_id, fact.new_household_id])


@reaction(HouseholdsMerged)
def follow_households_merged(fact: HouseholdsMerged, *, by: Viewer) -> None:
    """The members of one live where the other does."""
    _follow(households=[fact.household_id])


def _follow(*, people: Collection[UUID] = (), households: Collection[UUID] = ()) -> None:
    """As the system: accounts follow their people wherever they lie, whoever changed the register."""
    actions.follow_register(people=people, households=households, by=system_viewer("payments"))
