"""Money is exact, never mixes currencies, and shares add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.kernel.money import Money, Rounding, currencies, decimals_of, read_amount
from banyan.platform.kernel.problems import Problem

CODES = ["USD", "MMK", "JPY", "IQD", "CLF"]


@st.composite
def amounts(draw, currency=None):
    code = currency or draw(st.sampled_from(CODES))
    return Money(Decimal(draw(st.integers(-(10**14), 10**14))).scaleb(-decimals_of(code)), code)


def test_currencies_have_the_decimals_of_iso_4217():
    # CLDR says 0 for MMK and IQD, which is only how cash is counted.
    assert [decimals_of(code) for code in ("USD", "MMK", "JPY", "IQD", "CLF", "XOF")] == [2, 2, 0, 3, 4, 0]
    assert "XTS" not in currencies()


@pytest.mark.parametrize("code", ["usd", "US", "XXX", "XAU", "", "ZZZ"])
def test_an_unknown_currency_is_refused(code):
    with pytest.raises(Problem) as caught:
        Money(Decimal(1), code)
    assert caught.value.code == "kernel.currency_unknown"


@pytest.mark.parametrize("amount", [1.5, "1.5", None, True])
def test_only_exact_numbers_are_money(amount):
    with pytest.raises(TypeError, match="Decimal"):
        Money(amount, "USD")


def test_whole_numbers_are_taken():
    assert Money(5, "USD") == Money(Decimal("5.00"), "USD")
    assert str(Money(5, "USD")) == "5.00 USD"
    assert str(Money(Decimal("1E+3"), "JPY")) == "1000 JPY"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0.001", "kernel.amount_too_fine"),
        ("1e-90", "kernel.amount_too_fine"),
        ("NaN", "kernel.amount_unreadable"),
        ("Infinity", "kernel.amount_unreadable"),
        ("1e15", "kernel.amount_too_large"),
        ("-1e99", "kernel.amount_too_large"),
    ],
)
def test_amounts_that_cannot_be_kept_are_refused(amount, code):
    with pytest.raises(Problem) as caught:
        Money(Decimal(amount), "USD")
    assert caught.value.code == code


def test_zero_has_one_face():
    assert str(Money(Decimal("-0.00"), "USD")) == "0.00 USD"
    assert str(-Money.zero("JPY")) == "0 JPY"


@given(amounts("MMK"), amounts("MMK"))
def test_sums_are_exact_and_undone_by_differences(one, other):
    assert one + other == other + one
    assert one + other - other == one
    assert (one < other) + (one == other) + (one > other) == 1
    assert Money.total([one, other], "MMK") == one + other
    assert Money.total([], "MMK") == Money.zero("MMK")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__ge__"])
def test_currencies_do_not_mix(operation):
    with pytest.raises(Problem) as caught:
        getattr(Money(1, "USD"), operation)(Money(1, "EUR"))
    assert caught.value.code == "kernel.currencies_differ"


def test_money_is_not_ordered_with_numbers():
    with pytest.raises(TypeError):
        assert Money(1, "USD") < 2


@given(amounts(), st.integers(1, 50))
def test_equal_shares_add_up_and_differ_by_at_most_one_minor_unit(money, shares):
    parts = money.split(shares)
    assert len(parts) == shares
    assert Money.total(parts, money.currency) == money
    spread = max(parts) - min(parts)
    assert spread.amount <= Decimal(1).scaleb(-decimals_of(money.currency))
    assert sorted((abs(part.amount) for part in parts), reverse=True) == [abs(part.amount) for part in parts]


@given(amounts(), st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_weighted_shares_add_up_and_stay_within_one_minor_unit_of_the_exact_share(money, weights):
    parts = money.allotted(weights)
    assert Money.total(parts, money.currency) == money
    unit = Decimal(1).scaleb(-decimals_of(money.currency))
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount * sum(weights) - money.amount * weight) < unit * sum(weights)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [], [3, -1]])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(ValueError, match=r"weights|empty"):
        Money(1, "USD").allotted(weights)


def test_money_is_split_into_at_least_one_share():
    with pytest.raises(ValueError, match="one share"):
        Money(1, "USD").split(0)


@pytest.mark.parametrize(
    ("rounding", "plus", "minus"),
    [
        (Rounding.HALF_UP, "0.13", "-0.13"),
        (Rounding.HALF_EVEN, "0.12", "-0.12"),
        (Rounding.DOWN, "0.12", "-0.12"),
        (Rounding.UP, "0.13", "-0.13"),
        (Rounding.FLOOR, "0.12", "-0.13"),
        (Rounding.CEILING, "0.13", "-0.12"),
    ],
)
def test_rounding_is_said_by_name(rounding, plus, minus):
    assert Money.rounded(Decimal("0.125"), "USD", rounding).amount == Decimal(plus)
    assert Money.rounded(Decimal("-0.125"), "USD", rounding).amount == Decimal(minus)


def test_amounts_round_to_the_smallest_note_paid_out():
    assert Money.rounded(Decimal(12_345), "MMK", Rounding.UP, step=Decimal(1000)) == Money(13_000, "MMK")
    with pytest.raises(ValueError, match="positive"):
        Money.rounded(Decimal(1), "MMK", Rounding.UP, step=Decimal(0))


def test_multiples_and_conversions_round_once():
    assert Money(Decimal("0.10"), "USD").times(Decimal("1.25"), Rounding.HALF_UP) == Money(Decimal("0.13"), "USD")
    assert Money(100, "USD").converted("MMK", Decimal("2098.5"), Rounding.DOWN) == Money(209_850, "MMK")


READ = """
    USD 1234.5        1234.50
    USD 1,234         1234.00
    USD 1,234.50      1234.50
    USD 1,234,567.89  1234567.89
    USD 1.234,50      1234.50
    USD 1.234.567     1234567.00
    USD 1'234.50      1234.50
    USD 12,5          12.50
    USD -5            -5.00
    USD −5            -5.00
    USD +5            5.00
    IQD 1,234.5       1234.500
    IQD 0.125         0.125
    MMK ၁၂၃၄          1234.00
    MMK ١٬٢٣٤٫٥       1234.50
"""


@pytest.mark.parametrize(("currency", "text", "amount"), [line.split() for line in READ.strip().splitlines()])
def test_amounts_are_read_as_people_write_them(currency, text, amount):
    assert str(read_amount(text, currency).amount) == amount
    assert str(read_amount(f" {text} ", currency).amount) == amount


def test_spaces_may_group_thousands():
    assert (
        read_amount("1 234 567,50", "USD")
        == read_amount("1\u202f234\u00a0567,50", "USD")
        == Money(Decimal("1234567.50"), "USD")
    )


@pytest.mark.parametrize(
    ("currency", "text", "code"),
    [
        ("USD", "1.234", "amount_ambiguous"),
        ("IQD", "1,234", "amount_ambiguous"),
        ("USD", "", "amount_unreadable"),
        ("USD", "abc", "amount_unreadable"),
        ("USD", "1,234,5", "amount_unreadable"),
        ("USD", "1,23,456", "amount_unreadable"),
        ("USD", "1,234,56", "amount_unreadable"),
        ("USD", "12 34", "amount_unreadable"),
        ("USD", "$5", "amount_unreadable"),
        ("USD", "0.125", "amount_too_fine"),
        ("USD", "9" * 5000, "amount_too_large"),
        ("ZZZ", "1", "currency_unknown"),
    ],
)
def test_doubtful_amounts_are_refused(currency, text, code):
    with pytest.raises(Problem) as caught:
        read_amount(text, currency)
    assert caught.value.code == f"kernel.{code}"


@given(
    st.text(max_size=20) | st.from_regex(r"[+-]?[0-9]{1,4}([., ][0-9]{1,3}){0,3}", fullmatch=True),
    st.sampled_from(CODES),
)
def test_any_text_is_read_or_refused_but_never_breaks(text, currency):
    try:
        money = read_amount(text, currency)
    except Problem:
        return
    assert money.currency == currency


@given(amounts())
def test_what_is_written_is_read_back(money):
    written = f"{money.amount:f}"
    # Three decimals behind one to three digits look like a group of thousands; a fourth decimal says what is meant.
    assert read_amount(f"{written}0" if decimals_of(money.currency) == 3 else written, money.currency) == money


def test_a_doubtful_amount_offers_both_readings():
    with pytest.raises(Problem) as caught:
        read_amount("1.250", "IQD")
    assert "1250" in caught.value.mend
    assert read_amount("1250", "IQD") == Money(1250, "IQD")
    assert "1.2500" in caught.value.mend
    assert read_amount("1.2500", "IQD") == Money(Decimal("1.25"), "IQD")
