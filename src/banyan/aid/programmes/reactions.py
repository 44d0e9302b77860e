"""What programmes do when the register announces that people or households changed."""

from banyan.aid.programmes import actions
from banyan.people.registry.facts import (
    BatchWithdrawn,
    HouseholdChanged,
    HouseholdClosed,
    HouseholdReactivated,
    HouseholdsMerged,
    HouseholdSplit,
    MembershipChanged,
    PeopleMerged,
    PeopleUnmerged,
    PersonClosed,
    PersonReactivated,
)
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.jobs.declarations import reaction


@reaction(HouseholdClosed)
def suspend_household_closed(fact: HouseholdClosed, *, by: Viewer) -> None:
    """Nothing is computed for a registration that ended."""
    actions.follow_register(households=[fact.household_id], by=_system())


@reaction(HouseholdReactivated)
def resume_household_reactivated(fact: HouseholdReactivated, *, by: Viewer) -> None:
    """Whoever was suspended for that goes on."""
    actions.follow_register(households=[fact.household_id], by=_system())


@reaction(PersonClosed)
def suspend_person_closed(fact: PersonClosed, *, by: Viewer) -> None:
    """Nothing is computed for a registration that ended."""
    actions.follow_register(people=[fact.person_id], by=_system())


@reaction(PersonReactivated)
def resume_person_reactivated(fact: PersonReactivated, *, by: Viewer) -> None:
    """Whoever was suspended for that goes on."""
    actions.follow_register(people=[fact.person_id], by=_system())


@reaction(BatchWithdrawn)
def suspend_batch_withdrawn(fact: BatchWithdrawn, *, by: Viewer) -> None:
    """Nothing is computed for whoever was withdrawn with a batch."""
    actions.follow_register(batch=fact.batch_id, by=_system())


@reaction(HouseholdChanged)
def follow_household_changed(fact: HouseholdChanged, *, by: Viewer) -> None:
    """The household may live elsewhere now, and be seen by others."""
    actions.follow_register(households=[fact.household_id], by=_system())


@reaction(MembershipChanged)
def follow_membership_changed(fact: MembershipChanged, *, by: Viewer) -> None:
    """People are enrolled with the household they belong to."""
    actions.follow_register(people=[fact.person_id], by=_system())


@reaction(HouseholdSplit)
def follow_household_split(fact: HouseholdSplit, *, by: Viewer) -> None:
    """People are enrolled with the household they belong to; the household itself stays enrolled, the new one is not."""
    actions.follow_register(households=[fact.household_id, fact.new_household_id], by=_system())


@reaction(HouseholdsMerged)
def follow_households_merged(fact: HouseholdsMerged, *, by: Viewer) -> None:
    """Enrolments of the household that was closed are those of the other one."""
    system = _system()
    actions.follow_merged("household", fact.household_id, [fact.closed_household_id], by=system)
    actions.follow_register(households=[fact.household_id, fact.closed_household_id], by=system)


@reaction(PeopleMerged)
def follow_people_merged(fact: PeopleMerged, *, by: Viewer) -> None:
    """Enrolments of the merged are the survivor's; a household left empty by the merge is closed by the register itself."""
    system = _system()
    actions.follow_merged("person", fact.survivor_id, fact.merged_ids, by=system)
    actions.follow_register(people=[fact.survivor_id, *fact.merged_ids], by=system)


@reaction(PeopleUnmerged)
def follow_people_unmerged(fact: PeopleUnmerged, *, by: Viewer) -> None:
    """Whoever stands for themselves again has what was theirs, and goes on."""
    system = _system()
    actions.follow_unmerged(fact.survivor_id, fact.merged_ids, by=system)
    actions.follow_register(people=[fact.survivor_id, *fact.merged_ids], by=system)


def _system() -> Viewer:
    """Enrolments follow the register wherever they lie, whoever changed it."""
    return system_viewer("programmes")
