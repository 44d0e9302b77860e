"""Verification: who is drawn, what they say, what it says of the plan; mismatches settled; questions by message."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from banyan.aid.payments import actions, declarations, queries
from banyan.aid.payments.declarations import Gateway, Message
from banyan.aid.payments.models import Verification, VerificationItem
from banyan.aid.payments.rules.verifying import drawn
from banyan.aid.payments.tests.handing_worlds import CLERK, SYSTEM, VERIFIER, Handing, make_world, refused, who
from banyan.platform.access.models import Area
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id


def make() -> Handing:
    """Everybody got something: the first household all it was due, the others some rice."""
    made = make_world()
    day = made.day()
    made.hand(day, 0, rice=50, kit=1)
    made.hand(day, 1, rice=50)
    made.hand(day, 2, rice=20)
    return made


@pytest.fixture(scope="module")
def made(once: Any) -> Handing:
    return once(make)


@pytest.fixture
def world(made: Handing, db: None) -> Handing:
    return deepcopy(made)


@pytest.fixture
def verifier(world: Handing) -> Viewer:
    return who(VERIFIER)


def started(world: Handing, by: Viewer, **more: Any) -> Verification:
    said = {"label": "June", "method": "visit", "whole": True, "seed": 7, **more}
    return actions.start_verification(world.plan.pk, by=by, **said)


def items(row: Verification, by: Viewer) -> list[VerificationItem]:
    with viewing(by):
        return list(queries.verification_items(row.pk, seen_by=by))


def test_the_database_draws_what_the_rule_draws(world: Handing, verifier: Viewer) -> None:
    row = started(world, verifier)
    assert (row.population, row.size) == (4, 4)
    found = items(row, verifier)
    assert [str(each.line_id) for each in found] == drawn([str(each.line_id) for each in found], 4, 7)
    assert [each.position for each in found] == [1, 2, 3, 4]
    assert sorted(each.recorded for each in found) == [1, 20, 50, 50]
    assert {each.unit for each in found} == {"kg", "piece"}
    again = started(world, verifier, whole=False, confidence=80, margin=Decimal(25), seed=7)
    assert again.size == 3
    assert [each.line_id for each in items(again, verifier)] == [each.line_id for each in found[:3]]


def test_what_cannot_be_drawn_is_refused(world: Handing, verifier: Viewer) -> None:
    for wrong in ({"margin": Decimal("0.1")}, {"margin": Decimal(50)}, {"confidence": 50}):
        refused("verification_margin", started, world, verifier, **wrong)
    refused("kernel.not_found", actions.start_verification, new_id(), by=verifier, label="x", method="visit")
    refused("kernel.not_allowed", started, world, world.clerk)


def test_nothing_is_verified_before_something_arrived(db: None) -> None:
    refused("verification_plan", started, make_world(), who(VERIFIER))


def test_answers_add_up_to_what_is_said_of_the_plan(world: Handing, verifier: Viewer) -> None:
    row = started(world, verifier)
    for each in items(row, verifier):
        if each.recorded == 50:
            actions.answer_item(each.pk, by=verifier, outcome="received")
        elif each.recorded == 20:
            actions.answer_item(each.pk, by=verifier, outcome="less", said=Decimal(15), note="One bag")
        else:
            refused("verification_waiting", actions.close_verification, row.pk, by=verifier)
            actions.answer_item(each.pk, by=verifier, outcome="unreached")
    with viewing(verifier):
        told = queries.verification_finding(row.pk, seen_by=verifier)
        assert queries.verification_progress(row.pk, seen_by=verifier) == {
            "all": 4, "waiting": 0, "differing": 1, "settled": 0,
        }  # fmt: skip
        assert [each.recorded for each in queries.mismatches(world.operation.pk, seen_by=verifier)] == [20]
    assert (told.answered, told.unreached) == (3, 1)
    assert told.amount is not None
    assert round(told.amount.value, 3) == round(115 / 120, 3)
    assert round(told.lines["received"].value, 2) == 2.67
    assert actions.close_verification(row.pk, by=verifier).closed_at is not None
    refused("verification_closed", actions.close_verification, row.pk, by=verifier)
    refused("verification_closed", actions.answer_item, items(row, verifier)[0].pk, by=verifier, outcome="received")
    refused("verification_closed", actions.ask_by_message, row.pk, by=verifier)


def test_outcome_and_quantity_fit_each_other(world: Handing, verifier: Viewer) -> None:
    item = next(each for each in items(started(world, verifier), verifier) if each.recorded == 50)
    refused("verification_outcome", actions.answer_item, item.pk, by=verifier, outcome="maybe")
    for outcome, said in (("less", None), ("less", 50), ("less", -1), ("received", 3), ("nothing", 3)):
        amount = None if said is None else Decimal(said)
        refused("verification_said", actions.answer_item, item.pk, by=verifier, outcome=outcome, said=amount)


def test_a_mismatch_is_settled_once_with_a_reason_and_changes_no_answer(world: Handing, verifier: Viewer) -> None:
    one, other = items(started(world, verifier), verifier)[:2]
    actions.answer_item(one.pk, by=verifier, outcome="nothing")
    actions.answer_item(other.pk, by=verifier, outcome="received")
    refused("reason_missing", actions.settle_item, one.pk, by=verifier, settled="confirmed", note="")
    refused("verification_settled", actions.settle_item, other.pk, by=verifier, settled="confirmed", note="x")
    refused("verification_settled", actions.settle_item, one.pk, by=verifier, settled="somehow", note="x")
    settled = actions.settle_item(one.pk, by=verifier, settled="confirmed", note="Nobody came to the village")
    assert (settled.outcome, settled.said) == ("nothing", 0)
    refused("verification_settled", actions.settle_item, one.pk, by=verifier, settled="explained", note="x")
    refused("verification_settled", actions.answer_item, one.pk, by=verifier, outcome="received")
    refused("kernel.not_allowed", actions.settle_item, one.pk, by=world.officer, settled="explained", note="x")


def test_whoever_handed_it_out_does_not_verify_it(world: Handing, verifier: Viewer) -> None:
    item = items(started(world, verifier), verifier)[0]
    # The roles exclude each other, but a clerk may have become a verifier since.
    both = Viewer(id=world.clerk.id, label="Clerk", parts=(*world.clerk.parts, *verifier.parts))
    refused("verification_own", actions.answer_item, item.pk, by=both, outcome="received")


def test_only_lines_within_reach_are_asked_about_and_figures_are_of_all(world: Handing, verifier: Viewer) -> None:
    row = started(world, verifier)
    north = who(VERIFIER, operation=world.operation, area=Area.objects.get(key="XX01"))
    assert len(items(row, north)) == 3
    with viewing(north):
        assert VerificationItem.objects.count() == 3, "the database hides the others"
        assert queries.verification_finding(row.pk, seen_by=north).waiting == 4
    with viewing(SYSTEM):
        south = VerificationItem.objects.get(recorded=20)
    refused("kernel.not_found", actions.answer_item, south.pk, by=north, outcome="received")
    clerk = who(CLERK)
    refused("kernel.not_allowed", queries.verification, row.pk, seen_by=clerk)
    refused("kernel.not_found", queries.verification, new_id(), seen_by=verifier)


class Fake:
    """A gateway that takes all but one."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, messages: Sequence[Message]) -> set[UUID]:
        self.sent += messages
        return {each.key for each in messages}


@pytest.fixture
def fake() -> Iterator[Fake]:
    gateway = Fake()
    declarations.declare_gateway(gateway)
    yield gateway
    declarations.forget_gateway()


def test_without_a_gateway_nothing_is_sent(world: Handing, verifier: Viewer) -> None:
    refused("gateway_missing", actions.ask_by_message, started(world, verifier, method="sms").pk, by=verifier)


def test_questions_go_once_to_whoever_has_a_telephone(world: Handing, verifier: Viewer, fake: Fake) -> None:
    assert isinstance(fake, Gateway)
    row = started(world, verifier, method="sms")
    actions.ask_by_message(row.pk, by=verifier)
    run_jobs()
    assert {each.number for each in fake.sent} == {"+95912345678"}
    assert len(fake.sent) == 2, "one for each line of the household that has a telephone"
    assert "50 kg" in " ".join(each.text for each in fake.sent)
    with viewing(SYSTEM):
        assert VerificationItem.objects.exclude(asked_at=None).count() == 2
        assert Job.objects.filter(name="payments.ask_by_message").count() == 1
    actions.ask_by_message(row.pk, by=verifier)
    run_jobs()
    assert len(fake.sent) == 2, "nobody is asked twice"
