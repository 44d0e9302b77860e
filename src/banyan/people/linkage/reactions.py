"""What linkage does when rooms below announce that somebody arrived, or that the register changed."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from banyan.people.collection.facts import BatchChecked
from banyan.people.linkage import actions
from banyan.people.linkage.actions.incoming import expect_incoming
from banyan.people.registry import queries as registry
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
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
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
    follow(fact.operation_id, batch=fact.batch_id)


@reaction(BatchWithdrawn)
def forget_batch_withdrawn(fact: BatchWithdrawn, *, by: Viewer) -> None:
    """Whoever was withdrawn is nobody's duplicate any more."""
    follow(fact.operation_id, batch=fact.batch_id)


@reaction(HouseholdRegistered)
def compare_household_registered(fact: HouseholdRegistered, *, by: Viewer) -> None:
    """Whoever was registered by hand is compared."""
    follow(fact.operation_id, households=[fact.household_id])


@reaction(PersonAdded)
def compare_person_added(fact: PersonAdded, *, by: Viewer) -> None:
    """A new member is compared."""
    follow(people=[fact.person_id])


@reaction(PersonChanged)
def compare_person_changed(fact: PersonChanged, *, by: Viewer) -> None:
    """A corrected record may look like another one now, or no longer."""
    follow(people=[fact.person_id])


@reaction(PersonClosed)
def forget_person_closed(fact: PersonClosed, *, by: Viewer) -> None:
    """Whoever was withdrawn is compared no longer."""
    follow(people=[fact.person_id])


@reaction(PersonReactivated)
def compare_person_reactivated(fact: PersonReactivated, *, by: Viewer) -> None:
    """Whoever was opened again is compared again."""
    follow(people=[fact.person_id])


@reaction(HouseholdChanged)
def compare_household_changed(fact: HouseholdChanged, *, by: Viewer) -> None:
    """Address and place of a household are compared with those of others."""
    follow(households=[fact.household_id])


@reaction(MembershipChanged)
def compare_membership_changed(fact: MembershipChanged, *, by: Viewer) -> None:
    """Who lives with whom is compared."""
    homes = [one for one in (fact.left_household_id, fact.joined_household_id) if one is not None]
    follow(people=[fact.person_id], households=homes)


@reaction(HouseholdSplit)
def compare_household_split(fact: HouseholdSplit, *, by: Viewer) -> None:
    """Who lives with whom is compared."""
    follow(households=[fact.household_id, fact.new_household_id])


@reaction(HouseholdsMerged)
def compare_households_merged(fact: HouseholdsMerged, *, by: Viewer) -> None:
    """Who lives with whom is compared."""
    follow(households=[fact.household_id])


@reaction(PeopleMerged)
def forget_people_merged(fact: PeopleMerged, *, by: Viewer) -> None:
    """The survivor is compared as the record is now; whoever was merged into it, no longer."""
    follow(people=[fact.survivor_id, *fact.merged_ids])


@reaction(PeopleUnmerged)
def compare_people_unmerged(fact: PeopleUnmerged, *, by: Viewer) -> None:
    """Records stand for themselves again; unless a case says otherwise, somebody decides anew."""
    follow(people=[fact.survivor_id, *fact.merged_ids])
    actions.follow_unmerged(fact.survivor_id, fact.merged_ids, by=system_viewer("linkage"))


@reaction(PairNoted)
def open_noted_pair(fact: PairNoted, *, by: Viewer) -> None:
    """What somebody noticed is looked at, however unlike the records are."""
    actions.take_noted(fact.pair_id, by=system_viewer("linkage"))


def follow(
    operation_id: UUID | None = None,
    *,
    people: Collection[UUID] = (),
    households: Collection[UUID] = (),
    batch: UUID | None = None,
) -> None:
    """Bring what is compared up to date, and have it compared as soon as may be. As the system: see actions.refresh."""
    with viewing(system_viewer("linkage")) as engine:
        concerned = set(people)
        rows = registry.people(seen_by=engine)
        if batch is not None:
            concerned |= set(rows.filter(batch=batch).values_list("pk", flat=True))
        for household in households:
            concerned |= {one.person_id for one in registry.members(household, seen_by=engine)}
        if not concerned:
            return
        actions.refresh(ids=concerned, by=engine)
        if operation_id is None:
            operation_id = rows.filter(pk__in=concerned).values_list("operation_id", flat=True)[0]
        jobs.start("linkage.compare_moved", by=engine, operation=str(operation_id))
