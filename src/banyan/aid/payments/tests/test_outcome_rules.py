"""What became of a line follows from all that was recorded of it, in whatever order; and who may take which step."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.payments.rules import duties
from banyan.aid.payments.rules.duties import Band, Taken
from banyan.aid.payments.rules.outcomes import RESULTS, WITHOUT_AMOUNT, Happened, Settled, settle

AMOUNTS = st.integers(1, 40).map(Decimal)
THINGS = st.sampled_from(RESULTS).flatmap(
    lambda result: st.just(Happened(result)) if result in WITHOUT_AMOUNT else AMOUNTS.map(lambda amount: Happened(result, amount))
)  # fmt: skip
ONE, OTHER = UUID(int=1), UUID(int=2)


def of(settled: Settled) -> tuple[str, Decimal, Decimal]:
    return settled.state, settled.in_delivered, settled.in_returned


@pytest.mark.parametrize(
    ("happened", "state", "delivered", "back"),
    [
        ((), "sent", 0, 0),
        ((("delivered", 10),), "delivered", 10, 0),
        ((("partial", 4),), "partial", 4, 0),
        ((("partial", 5), ("partial", 5)), "delivered", 10, 0),
        ((("delivered", 10), ("returned", 10)), "returned", 0, 10),
        ((("delivered", 10), ("returned", 4)), "partial", 6, 4),
        ((("returned", 10),), "returned", 0, 10),
        ((("failed", None),), "failed", 0, 10),
        ((("unclaimed", None),), "unclaimed", 0, 10),
        ((("failed", None), ("unclaimed", None)), "failed", 0, 10),
        ((("failed", None), ("delivered", 10)), "delivered", 10, 0),
        ((("partial", 4), ("unclaimed", None)), "partial", 4, 6),
        ((("lost", 10),), "lost", 0, 0),
        ((("delivered", 10), ("returned", 10), ("delivered", 10)), "delivered", 10, 0),
    ],
)
def test_what_is_recorded_says_what_became_of_a_line(happened: tuple, state: str, delivered: int, back: int) -> None:
    told = [Happened(result, None if amount is None else Decimal(amount)) for result, amount in happened]
    assert of(settle(Decimal(10), told)) == (state, delivered, back)


def test_what_was_paid_too_much_is_shown_and_not_booked() -> None:
    found = settle(Decimal(10), [Happened("delivered", Decimal(13))])
    assert (found.state, found.delivered, found.excess, found.in_delivered) == ("delivered", 10, 3, 10)


@given(AMOUNTS, st.lists(THINGS, max_size=6), st.randoms())
def test_the_order_does_not_matter_and_money_is_somewhere_once(
    amount: Decimal, told: list[Happened], chance: object
) -> None:
    found = settle(amount, told)
    shuffled = told[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert settle(amount, shuffled) == found
    places = (found.in_delivered, found.in_returned, found.in_released, found.lost)
    assert sum(places) == amount
    assert min(places) >= 0
    assert min(found.delivered, found.returned, found.excess) >= 0


def test_a_duty_counts_through_all_rounds_and_a_word_through_one() -> None:
    made, approved = Taken(ONE, duties.PREPARE, 1, ""), Taken(OTHER, duties.APPROVE, 1, "d")

    def why(duty: str, actor: UUID | None, round_: int = 1, digest: str = "d") -> str:
        return duties.hindrance(duty, [made, approved], actor=actor, round_=round_, digest=digest)

    assert why(duties.PREPARE, ONE) == ""
    assert why(duties.APPROVE, ONE) == why(duties.APPROVE, ONE, 7) == duties.OWN_PLAN
    assert why(duties.APPROVE, None) == duties.OWN_PLAN
    assert why(duties.APPROVE, OTHER) == duties.TWICE
    assert why(duties.APPROVE, OTHER, 2) == why(duties.APPROVE, OTHER, 1, "other lines") == ""
    assert why(duties.RELEASE, OTHER, 2) == duties.OWN_PLAN
    assert why(duties.RELEASE, UUID(int=3)) == ""


def test_only_words_of_this_round_about_these_lines_are_counted() -> None:
    steps = [
        Taken(UUID(int=n), duties.APPROVE, round_, digest)
        for n, round_, digest in ((1, 1, "d"), (2, 2, "d"), (3, 2, "e"), (2, 2, "d"))
    ]
    assert duties.agreed(duties.APPROVE, steps, round_=2, digest="d") == 1
    assert duties.agreed(duties.RELEASE, steps, round_=2, digest="d") == 0


@pytest.mark.parametrize(
    ("bands", "wrong"),
    [
        ([], True),
        ([(0, 1, 1)], False),
        ([(0, 1, 1), (100, 2, 3)], False),
        ([(5, 1, 1)], True),
        ([(0, 1, 1), (0, 2, 2)], True),
        ([(0, 0, 1)], True),
        ([(0, 1, 10)], True),
        ([(0, 1, 1), (-1, 1, 1)], True),
    ],
)
def test_bands_begin_at_nothing_and_ask_for_one_to_nine(bands: list, wrong: bool) -> None:
    assert duties.band_faults([Band(Decimal(begin), *numbers) for begin, *numbers in bands]) is wrong
