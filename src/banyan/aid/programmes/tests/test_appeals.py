"""Appeals: noted by one person, decided on by another; who is right is enrolled, or goes on."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import Appeal
from banyan.aid.programmes.tests.test_enrolments import one_of, standing
from banyan.aid.programmes.tests.test_programmes import refused
from banyan.aid.programmes.tests.worlds import SYSTEM, World, seen
from banyan.platform.access.viewers import viewing


def test_who_was_left_out_wrongly_is_enrolled_by_a_second_person(world: World) -> None:
    home, _people = world.household()
    programme = world.active()
    refused("programmes.missing", actions.note_appeal, programme.pk, home, by=world.officer, reason=" ")
    appeal = actions.note_appeal(programme.pk, home, by=world.officer, reason="we were away that day")
    refused("programmes.appealed_already", actions.note_appeal, programme.pk, home, by=world.officer, reason="again")
    refused("kernel.not_allowed", actions.uphold_appeal, appeal.pk, "yes", by=world.officer)
    refused("programmes.missing", actions.uphold_appeal, appeal.pk, "", by=world.approver)
    assert actions.uphold_appeal(appeal.pk, "they were away", by=world.approver).state == "upheld"
    row = one_of(programme, home)
    assert (row.state, row.reason, row.by) == ("enrolled", "they were away", world.approver.id)
    refused("programmes.appeal_state", actions.refuse_appeal, appeal.pk, "no", by=world.approver)
    own = actions.note_appeal(programme.pk, home, by=world.approver, reason="more")
    refused("programmes.own_appeal", actions.refuse_appeal, own.pk, "no", by=world.approver)
    with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=own.pk).update(
            state="refused", decided_by=world.approver.id, decided_at=timezone.now()
        )


def test_who_was_suspended_goes_on_and_who_is_in_stays(world: World) -> None:
    home, _people = world.household()
    programme = world.active()
    row = actions.enrol(programme.pk, home, by=world.officer, reason="known")
    first = actions.note_appeal(programme.pk, home, by=world.officer, reason="too little", enrolment_id=row.pk)
    actions.uphold_appeal(first.pk, "heard", by=world.approver)
    assert one_of(programme, home).reason == "known"
    actions.suspend([row.pk], by=world.officer, reason="absent")
    second = actions.note_appeal(programme.pk, home, by=world.officer, reason="we are back")
    actions.uphold_appeal(second.pk, "they are back", by=world.approver)
    assert standing(programme) == {home: "enrolled"}
    third = actions.note_appeal(programme.pk, home, by=world.officer, reason="more")
    assert actions.refuse_appeal(third.pk, "no means", by=world.approver).decision == "no means"
    states = [one.state for one in seen(world.officer, queries.appeals, programme_id=programme.pk, household_id=home)]
    assert states == ["refused", "upheld", "upheld"]
    assert seen(world.officer, queries.appeals, state="open") == []


def test_appeals_are_about_somebody_within_reach_and_a_programme_that_runs(world: World) -> None:
    home, (person,) = world.household()
    programme, other = world.active(for_whom="person"), world.active("OTHER", purpose="winter", for_whom="person")
    refused("programmes.programme_state", actions.note_appeal, world.draft("D").pk, home, by=world.officer, reason="x")
    refused("kernel.not_found", actions.note_appeal, programme.pk, by=world.officer, reason="x")
    elsewhere = world.officer_in("XX02", "XX0201")
    refused("kernel.not_found", actions.note_appeal, programme.pk, home, by=elsewhere, reason="x")
    row = actions.enrol(other.pk, person_id=person, by=world.officer, reason="known")
    refused(
        "kernel.not_found",
        actions.note_appeal,
        programme.pk,
        person_id=person,
        enrolment_id=row.pk,
        by=world.officer,
        reason="x",
    )
    appeal = actions.note_appeal(programme.pk, person_id=person, by=world.officer, reason="left out")
    assert (appeal.household_id, appeal.person_id) == (home, person)
    refused(
        "programmes.appealed_already", actions.note_appeal, programme.pk, person_id=person, by=world.officer, reason="x"
    )
    refused("kernel.not_found", actions.refuse_appeal, programme.pk, "no", by=world.approver)
    actions.uphold_appeal(appeal.pk, "right", by=world.approver)
    with viewing(SYSTEM):
        assert one_of(programme, home).person_id == person
