"""Facts travel as JSON and only inside a transaction."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import transaction

from banyan.platform.kernel import facts
from banyan.platform.kernel.facts import Fact, announce, fact_type, fact_types


@pytest.fixture(autouse=True)
def own_facts(monkeypatch):
    """Facts and receivers of a test do not outlive it."""
    monkeypatch.setattr(facts, "_types", dict(facts._types))
    monkeypatch.setattr(facts, "receivers", [])


class Status(StrEnum):
    OPEN = "open"


@dataclass(frozen=True)
class ThingRenamed(Fact):
    thing: UUID
    on: date
    at: datetime
    price: Decimal
    status: Status
    others: tuple[UUID, ...]
    scopes: frozenset[int]
    labels: dict[str, str]
    reason: str | None = None
    plain: Any = None
    bare: dict = None
    loose: list = None


THING = ThingRenamed(
    thing=UUID(int=1),
    on=date(2024, 2, 29),
    at=datetime(2024, 2, 29, 12, tzinfo=UTC),
    price=Decimal("1.50"),
    status=Status.OPEN,
    others=(UUID(int=2),),
    scopes=frozenset({3, 1}),
    labels={"en": "Thing"},
    reason="a word",
    plain=[1],
    bare={"a": 1},
    loose=["x"],
)


def test_a_fact_comes_back_from_json_as_it_was():
    payload = orjson.loads(orjson.dumps(THING.payload()))
    assert fact_type(THING.fact_name()).from_payload(payload) == THING


def test_members_that_a_fact_no_longer_has_are_ignored_and_new_ones_take_their_default():
    payload = THING.payload() | {"removed": 1}
    del payload["reason"]
    assert ThingRenamed.from_payload(payload).reason is None


def test_a_fact_carries_no_records():
    @dataclass(frozen=True)
    class RecordAdded(Fact):
        record: object

    with pytest.raises(TypeError, match="plain values"):
        RecordAdded(object()).payload()


def test_two_facts_cannot_share_a_name():
    with pytest.raises(TypeError, match="two facts"):
        type("ThingRenamed", (Fact,), {"__module__": "banyan.kernel.tests.facts"})


def test_an_unknown_fact_is_told():
    with pytest.raises(LookupError, match=r"nowhere.thing_lost"):
        fact_type("nowhere.thing_lost")


def test_facts_are_listed_by_name():
    # The room is the package that holds the module.
    assert "tests.thing_renamed" in fact_types()
    assert type("Odd", (Fact,), {"__module__": "alone"}).fact_name() == "alone.odd"


@pytest.mark.django_db(transaction=True)
def test_facts_are_announced_inside_the_transaction_of_the_change():
    heard = []
    facts.receivers.append(lambda fact, *, by: heard.append((fact, by)))
    with pytest.raises(RuntimeError, match="outside a transaction"):
        announce(THING, by="somebody")
    assert heard == []
    with transaction.atomic():
        announce(THING, by="somebody")
    assert heard == [(THING, "somebody")]


def test_a_fact_may_carry_a_name():
    @dataclass(frozen=True)
    class PersonNamed(Fact):
        name: str

    assert PersonNamed("Aye").fact_name().endswith(".person_named")
    assert PersonNamed("Aye").payload() == {"name": "Aye"}
