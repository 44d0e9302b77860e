"""What linkage does when rooms below announce that somebody arrived, or that the register changed."""

from django.utils.translation import gettext as _

from banyan.people.collection.facts import BatchChecked
from banyan.people.linkage import actions
from banyan.people.linkage.actions.incoming import expect_incoming
from banyan.people.registry.facts import (
    BatchRegistered,
    BatchWithdrawn,
    HouseholdChanged,
    HouseholdRegistered,
    HouseholdsMerged,
    HouseholdSplit,
    MembershipChanged,
    PairNoted,
    PeopleMerged,
    PeopleUnmerged,
    PersonAdded,
    PersonChanged,
    PersonClosed,
    PersonReactivated,
)
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.jobs.declarations import reaction


@reaction(BatchChecked)
def compare_checked(fact: BatchChecked, *, by: Viewer) -> None:
    """Compare the people of a batch, as the system: somebody out of the uploader's reach may be the same person."""
    system = system_viewer("linkage")
    job = jobs.start(
        "linkage.compare_batch",
        by=system,
        label=_("Compare people on their way in"),
        batch=str(fact.batch_id),
        asked=fact.asked,
    )
    expect_incoming(fact.batch_id, job.pk, by=system)


@reaction(BatchRegistered)
def compare_batch_registered(fact: BatchRegistered, *, by: Viewer) -> None:
    """The people of an accepted batch are compared with everybody, also with those of a batch accepted at the same time."""
    actions.follow_batch(fact.batch_id, by=_engine())


@reaction(BatchWithdrawn)
def forget_batch_withdrawn(fact: BatchWithdrawn, *, by: Viewer) -> None:
    """Whoever was withdrawn is nobody's duplicate any more."""
    actions.follow_batch(fact.batch_id, by=_engine())


@reaction(HouseholdRegistered)
def compare_household_registered(fact: HouseholdRegistered, *, by: Viewer) -> None:
    """Whoever was registered by hand is compared."""
    actions.follow_register(households=[fact.household_id], by=_engine())


@reaction(PersonAdded)
def compare_person_added(fact: PersonAdded, *, by: Viewer) -> None:
    """A new member is compared."""
    actions.follow_register(people=[fact.person_id], by=_engine())


@reaction(PersonChanged)
def compare_person_changed(fact: PersonChanged, *, by: Viewer) -> None:
    """A corrected record may look like another one now, or no longer."""
    actions.follow_register(people=[fact.person_id], by=_engine())


@reaction(PersonClosed)
def forget_person_closed(fact: PersonClosed, *, by: Viewer) -> None:
    """Whoever was withdrawn is compared no longer."""
    actions.follow_register(people=[fact.person_id], by=_engine())


@reaction(PersonReactivated)
def compare_person_reactivated(fact: PersonReactivated, *, by: Viewer) -> None:
    """Whoever was opened again is compared again."""
    actions.follow_register(people=[fact.person_id], by=_engine())


@reaction(HouseholdChanged)
def compare_household_changed(fact: HouseholdChanged, *, by: Viewer) -> None:
    """Address and place of a household are compared with those of others."""
    actions.follow_register(households=[fact.household_id], by=_engine())


@reaction(MembershipChanged)
def compare_membership_changed(fact: MembershipChanged, *, by: Viewer) -> None:
    """Who lives with whom is compared."""
    homes = [one for one in (fact.left_household_id, fact.joined_household_id) if one is not None]
    actions.follow_register(people=[fact.person_id], households=homes, by=_engine())


@reaction(HouseholdSplit)
def compare_household_split(fact: HouseholdSplit, *, by: Viewer) -> None:
    """Who lives with whom is compared."""
    actions.follow_register(households=[fact.household_id, fact.new_household_id], by=_engine())


@reaction(HouseholdsMerged)
def compare_households_merged(fact: HouseholdsMerged, *, by: Viewer) -> None:
    """Who lives with whom is compared."""
    actions.follow_register(households=[fact.household_id], by=_engine())


@reaction(PeopleMerged)
def forget_people_merged(fact: PeopleMerged, *, by: Viewer) -> None:
    """The survivor is compared as the record is now; whoever was merged into it, no longer."""
    actions.follow_register(people=[fact.survivor_id, *fact.merged_ids], by=_engine())


@reaction(PeopleUnmerged)
def compare_people_unmerged(fact: PeopleUnmerged, *, by: Viewer) -> None:
    """Records stand for themselves again; unless a case says otherwise, somebody decides anew."""
    actions.follow_register(people=[fact.survivor_id, *fact.merged_ids], by=_engine())
    actions.follow_unmerged(fact.survivor_id, fact.merged_ids, by=_engine())


@reaction(PairNoted)
def open_noted_pair(fact: PairNoted, *, by: Viewer) -> None:
    """What somebody noticed is looked at, however unlike the records are."""
    actions.take_noted(fact.pair_id, by=_engine())


def _engine() -> Viewer:
    """What is compared is compared as the system: somebody out of reach may be the same person."""
    return system_viewer("linkage")
