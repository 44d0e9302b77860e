"""Money: exact decimal amounts that know their currency. Floats are refused, currencies never mix."""

import decimal
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, total_ordering
from typing import Self

from babel.numbers import list_currencies
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import Problem, ProblemKind, declare_problems

PROBLEMS = declare_problems(
    {
        "kernel.currency_unknown": ProblemKind(
            number=40,
            status=422,
            message=_("“{currency}” is not a currency code."),
            mend=_("Use the three capital letters of ISO 4217, such as USD or MMK."),
        ),
        "kernel.currencies_differ": ProblemKind(
            number=41,
            status=422,
            message=_("{first} and {second} cannot be added or compared."),
            mend=_("Convert one of them first, with a rate and its date."),
        ),
        "kernel.amount_unreadable": ProblemKind(
            number=42,
            status=422,
            message=_("“{text}” is not an amount that can be read."),
            mend=_("Write digits with a point before decimals, such as 1234.50."),
        ),
        "kernel.amount_too_fine": ProblemKind(
            number=43,
            status=422,
            message=_("{amount} has more decimals than {currency} has ({decimals})."),
            mend=_("Round the amount, and say how."),
        ),
        "kernel.amount_ambiguous": ProblemKind(
            number=44,
            status=422,
            message=_("“{text}” can be read in two ways: its separator may group thousands or begin the decimals."),
            mend=_("Write {thousands} if it groups thousands, {decimals} if it begins the decimals."),
        ),
        "kernel.amount_too_large": ProblemKind(
            number=45,
            status=422,
            message=_("The amount is larger than can be kept: at most {digits} digits before the decimals."),
            mend=_("Check the amount and its currency."),
        ),
    }
)

# What a column of numeric(19, 4) can hold.
_DIGITS = 15
# Decimals of currencies that do not have two: ISO 4217 list one. CLDR (babel) gives the decimals usual in cash
# instead, for example 0 for MMK and IQD, and so cannot be used for accounts.
_NO_DECIMALS = """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
"""
_DECIMALS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# Codes of ISO 4217 that are not money: metals, bond units, testing, no currency.
_NOT_MONEY = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"([+-]?[1-9]\d{0,2}(?:([, '\u2019\u066c.])\d{3})(?:\2\d{3})*)(?:([.,\u066b])(\d+))?", re.ASCII)
_COMMA = re.compile(r"([+-]?\d+)[,\u066b](\d+)", re.ASCII)


class Rounding(StrEnum):
    """How to round, always said by name; the values are those of the decimal module."""

    HALF_UP = decimal.ROUND_HALF_UP  # commercial: 0.5 away from zero
    HALF_EVEN = decimal.ROUND_HALF_EVEN  # statistical: 0.5 to the even neighbour
    DOWN = decimal.ROUND_DOWN  # towards zero: never pays more
    UP = decimal.ROUND_UP  # away from zero: never pays less
    FLOOR = decimal.ROUND_FLOOR
    CEILING = decimal.ROUND_CEILING


@cache
def currencies() -> frozenset[str]:
    """Codes of ISO 4217 that are money, with former ones: old records keep their currency."""
    return frozenset(list_currencies()) - _NOT_MONEY


def decimals_of(currency: str) -> int:
    """Decimals of the currency's minor unit (ISO 4217). Raises Problem "kernel.currency_unknown"."""
    if currency not in currencies():
        raise Problem("kernel.currency_unknown", currency=currency)
    return _DECIMALS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, with exactly the decimals of its minor unit.

    Adding, subtracting and comparing need the same currency (Problem "kernel.currencies_differ"); whatever may
    need rounding takes it by name. Raises Problem for an unknown currency or too many decimals, TypeError for
    amounts that are not Decimal or int: a float has already lost the exact amount.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        exact = _exact(self.amount)
        decimals = decimals_of(self.currency)
        with decimal.localcontext(_EXACT):
            try:
                fitted = exact.quantize(Decimal(1).scaleb(-decimals))
            except decimal.Inexact:
                raise Problem(
                    "kernel.amount_too_fine", amount=str(exact), currency=self.currency, decimals=decimals
                ) from None
        # Zero has one face: -0.00 would print as a debt.
        object.__setattr__(self, "amount", fitted if fitted else abs(fitted))

    @classmethod
    def rounded(cls, amount: Decimal | int, currency: str, rounding: Rounding, *, step: Decimal | None = None) -> Self:
        """From an amount of any precision. `step` is the smallest note or coin paid out, such as Decimal(1000).

        Raises ValueError for a step that is not positive.
        """
        unit = Decimal(1).scaleb(-decimals_of(currency)) if step is None else _exact(step)
        if unit <= 0:
            raise ValueError("the step of rounding must be positive")
        with decimal.localcontext(_WIDE):
            return cls((_exact(amount) / unit).quantize(Decimal(1), rounding=rounding.value) * unit, currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, parts: Iterable["Money"], currency: str) -> "Money":
        """Sum of the parts; the currency is asked for because there may be none."""
        return sum(parts, start=cls.zero(currency))

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        with decimal.localcontext(_EXACT):
            return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __neg__(self) -> "Money":
        return Money(self.amount.copy_negate(), self.currency)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._same_currency(other)
        return self.amount < other.amount

    def times(self, factor: Decimal | int, rounding: Rounding) -> "Money":
        """The multiple, rounded to the minor unit."""
        with decimal.localcontext(_WIDE):
            return Money.rounded(self.amount * _exact(factor), self.currency, rounding)

    def converted(self, currency: str, rate: Decimal | int, rounding: Rounding) -> "Money":
        """In another currency; `rate` is the number of its units for one unit of this."""
        with decimal.localcontext(_WIDE):
            return Money.rounded(self.amount * _exact(rate), currency, rounding)

    def split(self, shares: int) -> list["Money"]:
        """Equal shares that differ by at most one minor unit, larger ones first, and add up exactly."""
        if shares < 1:
            raise ValueError("money is split into one share or more")
        return self.allotted([1] * shares)

    def allotted(self, weights: Sequence[int]) -> list["Money"]:
        """Shares in proportion to weights that add up exactly (largest remainders get the odd minor units).

        Raises ValueError without a positive weight or with a negative one.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must be zero or more, and not all zero")
        decimals = decimals_of(self.currency)
        units = abs(int(self.amount.scaleb(decimals, context=_EXACT)))
        shares = [divmod(units * weight, whole) for weight in weights]
        odd = units - sum(share for share, _rest in shares)
        by_rest = sorted(range(len(shares)), key=lambda place: -shares[place][1])
        extra = set(by_rest[:odd])
        sign = -1 if self.amount < 0 else 1
        return [
            Money(Decimal(sign * (share + (place in extra))).scaleb(-decimals, context=_EXACT), self.currency)
            for place, (share, _rest) in enumerate(shares)
        ]

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise Problem("kernel.currencies_differ", first=self.currency, second=other.currency)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def read_amount(text: str, currency: str) -> Money:
    """An amount as people write it: 1234.5, 1,234.50, 1 234,50, 1'234.50, 1.234,50, any script's digits.

    "1,234" is read as thousands only where the currency has no three decimals; otherwise, and for other doubtful
    separators, raises Problem "kernel.amount_ambiguous"; "kernel.amount_unreadable" for the rest.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    plain = "".join(str(unicodedata.decimal(character, character)) for character in plain)
    decimals = decimals_of(currency)
    if grouped := _GROUPED.fullmatch(plain):
        whole, separator, point, fraction = grouped.groups()
        only_one_group = whole.count(separator) == 1 and fraction is None and separator in ".,"
        # A lone "1.234" is a decimal number to half of the world, so a point never groups on its own.
        if only_one_group and (decimals >= 3 or separator == "."):
            left, right = whole.split(separator)
            raise Problem("kernel.amount_ambiguous", text=text, thousands=f"{left}{right}", decimals=f"{left}.{right}0")
        if point is not None and point == separator:
            raise Problem("kernel.amount_unreadable", text=text)
        plain = whole.replace(separator, "") + (f".{fraction}" if fraction else "")
    elif comma := _COMMA.fullmatch(plain):
        plain = f"{comma[1]}.{comma[2]}"
    if not _PLAIN.fullmatch(plain):
        raise Problem("kernel.amount_unreadable", text=text)
    return Money(Decimal(plain), currency)


# Amounts are held exactly: an operation that would round raises instead.
_EXACT = decimal.Context(prec=60, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
_WIDE = decimal.Context(prec=60, traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow])


def _exact(number: Decimal | int) -> Decimal:
    if isinstance(number, bool) or not isinstance(number, Decimal | int):
        raise TypeError(f"money is counted in Decimal, not {type(number).__name__}")
    exact = Decimal(number)
    if not exact.is_finite():
        raise Problem("kernel.amount_unreadable", text=str(exact))
    if exact.adjusted() >= _DIGITS:
        raise Problem("kernel.amount_too_large", digits=_DIGITS)
    return exact
