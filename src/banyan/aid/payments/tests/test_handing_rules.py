"""What may be handed out, to whom, and what stands against it, all at once."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.payments.problems import deliveries
from banyan.aid.payments.rules.handing import Due, faults, outcome_after, shown

RICE = Due("1", "RICE", "kg", Decimal(50), Decimal(20))
KIT = Due("2", "KIT", "piece", Decimal(1), Decimal(0))
DUES = {"1": RICE, "2": KIT}
LYING = {("RICE", "kg"): Decimal(25), ("KIT", "piece"): Decimal(3)}


def codes(quantities: dict[str, str], **more: Any) -> list[str]:
    given_ = {key: Decimal(value) for key, value in quantities.items()}
    said = {"who": "collector", "name": "", "proof": False, **more}
    return [each.code.removeprefix("payments.") for each in faults(DUES, given_, LYING, **said)]


@pytest.mark.parametrize(
    ("quantities", "more", "expected"),
    [
        ({"1": "25", "2": "1"}, {}, []),
        ({"1": "0", "2": "1"}, {"who": "alternate"}, []),
        ({"1": "30"}, {}, ["stock_short"]),
        ({"1": "30.5"}, {}, ["handing_more"]),
        ({"1": "-1", "2": "2"}, {}, ["handing_quantity", "handing_more"]),
        ({"1": "0.00001"}, {}, ["handing_quantity"]),
        ({"1": "0", "2": "0"}, {}, ["handing_nothing"]),
        ({}, {}, ["handing_nothing"]),
        ({"3": "1"}, {}, ["handing_unknown"]),
        ({"1": "5"}, {"who": "proxy"}, ["handing_proxy", "handing_proof"]),
        ({"1": "5"}, {"who": "proxy", "name": "Soe Moe", "proof": True}, []),
        ({"1": "99"}, {"who": "nobody"}, ["handing_more", "handing_who"]),
    ],
)
def test_everything_that_stands_against_it_is_told(
    quantities: dict[str, str], more: dict[str, Any], expected: list[str]
) -> None:
    assert codes(quantities, **more) == expected


def test_two_lines_of_one_item_share_what_lies_there() -> None:
    dues = {"1": RICE, "9": Due("9", "RICE", "kg", Decimal(20), Decimal(0))}
    found = faults(dues, {"1": Decimal(15), "9": Decimal(15)}, LYING, who="collector", name="", proof=False)
    assert [each.code for each in found] == ["payments.stock_short"]
    assert "25 kg" in found[0].detail


def test_vouchers_lie_in_no_stock() -> None:
    dues = {"1": Due("1", "", "USD", Decimal(60), Decimal(0))}
    assert not faults(dues, {"1": Decimal(60)}, {}, who="collector", name="", proof=False)


@given(st.decimals(0, 100, places=4), st.decimals(0, 100, places=4), st.decimals(0, 100, places=4))
def test_what_is_left_and_what_becomes_of_a_line(granted: Decimal, handed: Decimal, now: Decimal) -> None:
    due = Due("1", "RICE", "kg", granted, handed)
    assert due.left >= 0
    assert (outcome_after(due, now) == "delivered") == (now >= due.left)
    assert Decimal(shown(granted)) == granted


def test_quantities_read_plainly() -> None:
    assert [shown(Decimal(each)) for each in ("50.0000", "0.5000", "100", "1E+2")] == ["50", "0.5", "100", "100"]


def test_every_problem_is_declared_once() -> None:
    assert all(code.startswith("payments.") for code in deliveries.PROBLEMS)
