"""Distributions: lists by set, handing out in parts, to whom, with which proof; line, stock and trail move together."""

import io
from copy import deepcopy
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

from banyan.aid.payments import actions, queries
from banyan.aid.payments.models import Distribution, DistributionLine, Handout, Line, Plan, StockEntry
from banyan.aid.payments.rules.handing import outcome_rows
from banyan.aid.payments.tests.handing_worlds import (
    CLERK,
    NORTH,
    SOUTH,
    SYSTEM,
    TODAY,
    Handing,
    make_world,
    refused,
    who,
)
from banyan.platform.access.models import Area
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel import vault
from banyan.platform.kernel.ids import new_id


@pytest.fixture(scope="module")
def made(once: Any) -> Handing:
    return once(make_world)


@pytest.fixture
def world(made: Handing, db: None) -> Handing:
    return deepcopy(made)


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 120), "white").save(made, "PNG")
    return made.getvalue()


def on_list(day: Distribution) -> list[tuple[int, str]]:
    with viewing(SYSTEM):
        rows = DistributionLine.objects.filter(distribution=day).order_by("position", "item")
        return list(rows.values_list("position", "item"))


def test_a_list_is_drawn_up_with_whole_households_and_sends_the_plan(world: Handing) -> None:
    site = world.site()
    day = world.day(site, opened=False, most=2)
    assert (day.households, day.lines) == (2, len(on_list(day)))
    with viewing(SYSTEM):
        assert Plan.objects.get().state == "sent"
    rest = world.day(site, opened=False)
    assert rest.households == 1, "who stands on one list stands on no other"
    refused("distribution_empty", world.day, site, opened=False)
    actions.cancel_distribution(day.pk, by=world.officer)
    assert world.day(site, opened=False).households == 2, "a list that is cancelled sets them free"


def test_a_list_may_be_for_one_place(world: Handing) -> None:
    site = world.site()
    north, south = (world.places[code].pk for code in (NORTH, SOUTH))
    assert world.day(site, opened=False, place_ids=[south]).households == 1
    assert world.day(site, opened=False, place_ids=[north]).households == 2
    refused("distribution_empty", world.day, site, opened=False, place_ids=[new_id()])


def test_what_cannot_be_planned_is_refused(world: Handing) -> None:
    site = world.site()
    refused("distribution_full", world.day, site, most=0)
    refused("kernel.not_found", actions.plan_distribution, new_id(), by=world.officer, site_id=site.pk, day=TODAY)
    refused("kernel.not_allowed", actions.plan_distribution, world.plan.pk, by=world.clerk, site_id=site.pk, day=TODAY)
    day = world.day(site)
    refused("distribution_state", actions.cancel_distribution, day.pk, by=world.officer)
    refused("distribution_state", actions.open_distribution, day.pk, by=world.clerk)
    refused("kernel.not_allowed", actions.open_distribution, day.pk, by=world.officer)


def test_nothing_is_handed_out_of_a_plan_that_is_not_released_or_is_over(world: Handing) -> None:
    site, day = world.site(), world.plan.pay_from
    draft = actions.make_plan(world.plan.run, by=world.officer, pay_from=day, pay_until=day)
    refused("distribution_plan", actions.plan_distribution, draft.pk, by=world.officer, site_id=site.pk, day=TODAY)
    planned = world.day(site, opened=False)
    with viewing(SYSTEM):
        told = [
            (str(line), "unclaimed", None, f"by hand {line}")
            for line in Line.objects.filter(plan=world.plan).values_list("pk", flat=True)
        ]
    actions.record_outcomes(world.plan.pk, outcome_rows(told, on_day=TODAY, reference="paper"), by=world.officer)
    assert actions.close_plan(world.plan.pk, by=world.officer).state == "closed"
    refused("distribution_plan", actions.open_distribution, planned.pk, by=world.clerk)


def test_goods_are_handed_out_in_parts_and_never_more_than_is_due(world: Handing) -> None:
    day = world.day()
    world.hand(day, rice=20)
    line = world.line(0)
    assert (line.state, line.delivered_amount) == ("partial", Decimal(20))
    refused("handing_more", world.hand, day, rice=31)
    refused("handing_who", world.hand, day, rice=30, who="alternate")  # the plan names none
    world.hand(day, rice=30, kit=1)
    assert (world.line(0).state, world.line(0, "KIT").state) == ("delivered", "delivered")
    with viewing(world.clerk):
        one = queries.household_due(day.pk, world.homes[0], seen_by=world.clerk)
        assert one.done
        assert queries.distribution_counts(day.pk, seen_by=world.clerk) == {"done": 1, "begun": 0, "waiting": 2}
        rice = next(each for each in queries.needs(day.pk, seen_by=world.clerk) if each.item == "RICE")
        assert (rice.granted, rice.handed, rice.on_hand, rice.missing) == (150, 50, 150, 0)
        given = [vars(each)["given"] for each in queries.handouts(day.pk, seen_by=world.clerk)]
    assert [len(each) for each in given] == [2, 1]
    with viewing(SYSTEM):
        latest = Handout.objects.order_by("-handed_at")[0]
        assert latest.collector_id == line.collector_id is not None


def test_the_same_handing_out_sent_twice_counts_once(world: Handing) -> None:
    day, key = world.day(), new_id()
    assert world.hand(day, rice=20, key=key) == world.hand(day, rice=20, key=key)
    assert world.line(0).delivered_amount == 20
    with viewing(world.clerk):
        assert queries.on_hand(day.site_id, seen_by=world.clerk)["RICE", "kg"] == 180


def test_somebody_who_was_sent_is_named_and_leaves_a_proof(world: Handing) -> None:
    day = world.day()
    refused("handing_proof", world.hand, day, rice=20, who="proxy", name="Soe Moe")
    refused("handing_proxy", world.hand, day, rice=20, who="proxy", photo=picture())
    refused("registry.photo_not_readable", world.hand, day, rice=20, who="proxy", name="Soe Moe", photo=b"no picture")
    made = world.hand(day, rice=20, who="proxy", name="Soe Moe", signature=picture(), photo=picture())
    assert vault.fetch(made.signature).startswith(b"\xff\xd8"), "a JPEG, locked in the vault"
    assert made.photo
    assert made.collector_id is None
    with viewing(world.clerk), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_handout SET signature = '', photo = '' WHERE id = %s", [made.pk])


def test_nothing_is_handed_out_that_does_not_lie_there(world: Handing) -> None:
    day = world.day(world.site(rice=60, kits=0))
    refused("stock_short", world.hand, day, kit=1)
    world.hand(day, 1, rice=50)
    refused("stock_short", world.hand, day, rice=50)
    assert world.line(0).state == "sent"
    world.hand(day, rice=10)


def test_two_who_take_the_last_at_once(world: Handing, monkeypatch: pytest.MonkeyPatch) -> None:
    day = world.day(world.site(rice=60))
    world.hand(day, 1, rice=50)
    # As if both had looked before either took.
    monkeypatch.setattr(queries, "on_hand", lambda *_site, seen_by: {("RICE", "kg"): Decimal(60)})
    refused("stock_short", world.hand, day, rice=50)
    assert world.line(0).state == "sent", "nothing of it stays"


def test_who_may_hand_out_and_when(world: Handing) -> None:
    site = world.site()
    day = world.day(site, opened=False)
    refused("distribution_state", world.hand, day, rice=20)
    actions.open_distribution(day.pk, by=world.clerk)
    refused("kernel.not_allowed", world.hand, day, by=world.officer, rice=20)
    refused("kernel.not_allowed", world.hand, day, by=SYSTEM, rice=20)
    refused("kernel.not_found", actions.hand_out, day.pk, new_id(), {}, by=world.clerk, key=new_id())
    refused("handing_nothing", world.hand, day, rice=0)
    far = who(CLERK, operation=world.operation, area=Area.objects.get(key="XX02"))
    with viewing(far):
        refused("kernel.not_found", queries.distribution, day.pk, seen_by=far)
        assert DistributionLine.objects.count() == 1, "the database shows only the line of the south"
        assert not Handout.objects.exists()


def test_who_is_held_gets_nothing_until_the_hold_is_lifted(world: Handing) -> None:
    day = world.day()
    hold = actions.hold_payment(world.homes[0], by=world.officer, reason="Looked into")
    refused("handing_held", world.hand, day, rice=20)
    actions.lift_hold(hold.pk, by=world.officer, reason="Settled")
    world.hand(day, rice=20)


def test_what_was_handed_out_by_mistake_comes_back(world: Handing) -> None:
    day = world.day()
    made = world.hand(day, rice=50)
    refused("reason_missing", actions.take_goods_back, made.pk, by=world.clerk, reason=" ")
    actions.take_goods_back(made.pk, by=world.clerk, reason="Wrong household")
    refused("handing_over", actions.take_goods_back, made.pk, by=world.clerk, reason="Again")
    line = world.line(0)
    assert (line.state, line.delivered_amount, line.returned_amount) == ("returned", 50, 50)
    with viewing(world.clerk):
        assert queries.on_hand(day.site_id, seen_by=world.clerk)["RICE", "kg"] == 200
        assert queries.household_due(day.pk, world.homes[0], seen_by=world.clerk).dues[-1].left == 50
        assert sum(StockEntry.objects.values_list("quantity", flat=True)) == 0
    world.hand(day, rice=50)
    assert world.line(0).state == "delivered"
    last = world.hand(day, kit=1)
    actions.close_distribution(day.pk, by=world.clerk)
    refused("distribution_state", actions.take_goods_back, last.pk, by=world.clerk, reason="x")


def test_the_end_of_a_day_sets_free_what_was_not_handed_out(world: Handing) -> None:
    site = world.site()
    day = world.day(site)
    world.hand(day, rice=20)
    actions.close_distribution(day.pk, by=world.clerk)
    refused("distribution_state", world.hand, day, rice=10)
    assert world.line(1).state == "sent", "who did not come may come another day"
    again = world.day(site)
    with viewing(world.clerk):
        due = {each.item: each for each in queries.household_due(again.pk, world.homes[0], seen_by=world.clerk).dues}
    assert (due["RICE"].granted, due["RICE"].handed, due["KIT"].handed) == (50, 20, 0)
    world.hand(again, rice=30)
    actions.close_distribution(again.pk, by=world.clerk, unclaimed=True)
    assert [world.line(0).state, world.line(0, "KIT").state, world.line(1).state] == [
        "delivered",
        "unclaimed",
        "unclaimed",
    ]


def test_a_day_on_which_everybody_came_has_nobody_unclaimed(world: Handing) -> None:
    day = world.day(most=1)
    with viewing(world.clerk):
        listed = queries.listed(day.pk, seen_by=world.clerk)[0]
    given = {UUID(due.key): due.left for due in listed.dues}
    actions.hand_out(day.pk, listed.household, given, by=world.clerk, key=new_id())
    actions.close_distribution(day.pk, by=world.clerk, unclaimed=True)
    with viewing(SYSTEM):
        assert not DistributionLine.objects.filter(distribution=day).exclude(released_at=None).exists()


def test_a_card_leads_to_its_household_and_strangers_are_told(world: Handing) -> None:
    day = world.day(place_ids=[world.places[NORTH].pk])
    with viewing(world.clerk):
        text = f" {world.reference(0).lower().replace('-', ' ')} "
        assert queries.household_of_card(day.pk, text, seen_by=world.clerk) == world.homes[0]
        refused("distribution_stranger", queries.household_of_card, day.pk, world.reference(2), seen_by=world.clerk)
        refused("kernel.reference_malformed", queries.household_of_card, day.pk, "hello", seen_by=world.clerk)
        wrong = world.reference(0)[:-1] + ("2" if world.reference(0)[-1] != "2" else "3")
        refused("kernel.reference_mistyped", queries.household_of_card, day.pk, wrong, seen_by=world.clerk)


def test_a_list_takes_as_many_statements_for_few_as_for_many(world: Handing, django_assert_num_queries: Any) -> None:
    day = world.day()
    with viewing(world.clerk):
        for first in (1, None):
            with django_assert_num_queries(3):
                queries.listed(day.pk, seen_by=world.clerk, first=first)


def test_the_trail_cannot_be_deleted(world: Handing) -> None:
    day = world.day()
    world.hand(day, rice=20)
    with viewing(SYSTEM), connection.cursor() as cursor:
        for table in ("handout", "distributionline", "distribution", "site"):
            cursor.execute(f"DELETE FROM payments_{table}")
            assert cursor.rowcount == 0
