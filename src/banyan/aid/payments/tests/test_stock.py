"""Stock of sites: two sides to every movement, never below nothing, the same movement once; whoever writes past the actions as well."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from banyan.aid.payments import actions, queries
from banyan.aid.payments.models import StockEntry
from banyan.aid.payments.tests.handing_worlds import CLERK, NORTH, SYSTEM, Handing, make_world, refused, who
from banyan.platform.access import actions as access
from banyan.platform.access.models import Area
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.ids import new_id


@pytest.fixture(scope="module")
def made(once: Any) -> Handing:
    return once(make_world)


@pytest.fixture
def world(made: Handing, db: None) -> Handing:
    return deepcopy(made)


def lying(world: Handing, site: Any) -> dict[str, Decimal]:
    with viewing(world.officer):
        return {item: amount for (item, _unit), amount in queries.on_hand(site.pk, seen_by=world.officer).items()}


def test_goods_come_move_and_are_lost(world: Handing) -> None:
    gate, hill = world.site(), world.site("HILL", rice=0, kits=0)
    goods: dict[str, Any] = {"by": world.officer, "item": "RICE", "unit": "kg"}
    actions.move_stock(gate.pk, hill.pk, quantity=Decimal(80), key=new_id(), **goods)
    actions.write_off_stock(gate.pk, quantity=Decimal("0.5"), key=new_id(), note="Wet", **goods)
    assert lying(world, gate) == {"RICE": Decimal("119.5"), "KIT": Decimal(5)}
    assert lying(world, hill) == {"RICE": Decimal(80)}
    with viewing(world.officer):
        assert [each.quantity for each in queries.stock_entries(gate.pk, seen_by=world.officer)][:2] == [
            Decimal("-0.5"),
            Decimal(-80),
        ]
        total = sum(StockEntry.objects.values_list("quantity", flat=True))
    assert total == 0
    refused("stock_short", actions.move_stock, gate.pk, hill.pk, quantity=Decimal(120), key=new_id(), **goods)
    refused("stock_same", actions.move_stock, gate.pk, gate.pk, quantity=Decimal(1), key=new_id(), **goods)
    refused("reason_missing", actions.write_off_stock, gate.pk, quantity=Decimal(1), key=new_id(), note=" ", **goods)
    with viewing(SYSTEM):
        elsewhere = access.add_operation("ELSE", "Another operation", "MMR", by=SYSTEM)
    theirs = actions.add_site(elsewhere.pk, by=world.officer, code="GATE", name="Gate of another operation")
    refused("kernel.not_found", actions.move_stock, gate.pk, theirs.pk, quantity=Decimal(1), key=new_id(), **goods)
    assert lying(world, gate)["RICE"] == Decimal("119.5"), "what is refused leaves nothing"


def test_what_is_no_quantity_is_refused(world: Handing) -> None:
    gate = world.site()
    for amount in ("0", "-1", "0.00001"):
        refused(
            "stock_quantity",
            actions.receive_stock,
            gate.pk,
            by=world.officer,
            item="RICE",
            unit="kg",
            quantity=Decimal(amount),
            key=new_id(),
        )
    refused(
        "stock_quantity",
        actions.receive_stock,
        gate.pk,
        by=world.officer,
        item=" ",
        unit="kg",
        quantity=Decimal(1),
        key=new_id(),
    )


def test_the_same_movement_sent_twice_counts_once(world: Handing) -> None:
    gate, key = world.site(), new_id()
    goods: dict[str, Any] = {"by": world.officer, "item": "SOAP", "unit": "bar", "quantity": Decimal(10), "key": key}
    assert actions.receive_stock(gate.pk, **goods) == actions.receive_stock(gate.pk, **goods)
    assert lying(world, gate)["SOAP"] == 10


def test_sites_are_named_once_and_closed_when_nothing_is_planned(world: Handing) -> None:
    gate = world.site()
    refused("site_taken", actions.add_site, world.operation.pk, by=world.officer, code=" gate ", name="Again")
    refused("kernel.not_found", actions.add_site, new_id(), by=world.officer, code="X", name="X")
    refused("kernel.not_allowed", actions.add_site, world.operation.pk, by=world.clerk, code="X", name="X")
    day = world.day(gate, opened=False)
    refused("site_open", actions.close_site, gate.pk, by=world.officer)
    actions.cancel_distribution(day.pk, by=world.officer)
    assert actions.close_site(gate.pk, by=world.officer).closed_at is not None
    assert actions.close_site(gate.pk, by=world.officer).closed_at is not None, "closed once more changes nothing"
    refused("kernel.not_found", world.day, gate)


def test_a_site_in_an_area_is_seen_from_there(world: Handing) -> None:
    place = world.places[NORTH]
    north = actions.add_site(world.operation.pk, by=world.officer, code="N", name="North", place_id=place.pk)
    assert north.scope_id == world.scopes["XX0101"]
    far = who(CLERK, operation=world.operation, area=Area.objects.get(key="XX02"))
    near = who(CLERK, operation=world.operation, area=Area.objects.get(key="XX01"))
    with viewing(far):
        refused("kernel.not_found", queries.site, north.pk, seen_by=far)
    with viewing(near):
        assert queries.site(north.pk, seen_by=near) == north
        assert list(queries.sites(world.operation.pk, seen_by=near)) == [north]


def test_the_database_refuses_what_does_not_add_up_or_does_not_lie_there(world: Handing) -> None:
    gate = world.site()
    columns = "id, movement, key, site_id, item, unit, account, quantity, note, made_by_label, made_at"
    for entries in ([("stock", 5)], [("stock", 5), ("supply", -4)], [("stock", -500), ("lost", 500)]):
        movement = new_id()
        values = ", ".join(
            f"(banyan_new_id(), '{movement}', '{movement}:{place}', '{gate.pk}', 'RICE', 'kg', '{account}', {amount}, '', '', now())"
            for place, (account, amount) in enumerate(entries)
        )
        with viewing(world.officer), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO payments_stockentry ({columns}) VALUES {values}")


def test_the_application_writes_no_level_and_changes_no_entry(world: Handing) -> None:
    world.site()
    for statement in (
        "UPDATE payments_stocklevel SET quantity = 999",
        "UPDATE payments_stockentry SET quantity = 999",
        "DELETE FROM payments_stockentry",
    ):
        with viewing(SYSTEM), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
