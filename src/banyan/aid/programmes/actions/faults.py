"""What is wrong with what somebody wrote, gathered field by field and told at once."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from re import Pattern
from typing import Any, Final

from banyan.platform.kernel.money import decimals_of
from banyan.platform.kernel.problems import Location, Problem, raise_all

# What numeric(19, 4) holds …
_LARGEST: Final = Decimal(10) ** 15
# … and an integer.
COUNT: Final = Decimal(2) ** 31


class Faults:
    """Problems found so far. Each check returns the value as it is kept."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def note(self, code: str, field: str, /, **parameters: Any) -> None:
        """One more, at a field."""
        self.found.append(Problem(code, at=Location(field=field), **parameters))

    def tried(self, field: str, reading: Callable[[], Any]) -> Any:
        """What a reader gives that raises Problems of its own; None when it did."""
        try:
            return reading()
        except Problem as problem:
            self.found += [each.placed(Location(field=field)) for each in problem.errors or (problem,)]
            return None

    def text(self, value: str, field: str, most: int) -> str:
        """Words that have to stand there."""
        kept = " ".join(value.split())[:most]
        if not kept:
            self.note("programmes.missing", field)
        return kept

    def code(self, value: str, field: str, shape: tuple[str, int, Pattern[str]]) -> str:
        """A code of a shape of rules.designing."""
        allowed, most, pattern = shape
        kept = value.strip()
        if not pattern.fullmatch(kept):
            self.note("programmes.code_odd", field, code=kept[:60], allowed=allowed, most=most)
        return kept

    def choice(self, value: str, field: str, choices: Collection[str]) -> str:
        """One of several."""
        if value not in choices:
            self.note("programmes.choice_unknown", field, value=value[:60], choices=", ".join(choices))
        return value

    def currency(self, value: str, field: str = "currency") -> str:
        """A code of ISO 4217."""
        kept = value.strip().upper()
        self.tried(field, lambda: decimals_of(kept))
        return kept

    def number(self, value: Decimal | int | None, field: str, *, above: bool = False, most: Decimal = _LARGEST) -> Any:
        """An amount or a count from nought on, or above it; None passes."""
        if value is not None and not (
            Decimal(value).is_finite()
            and (value > 0 if above else value >= 0)
            and value < most
            and value == round(value, 4)
        ):
            self.note("programmes.number_low", field, number=str(value))
        return value

    def days(self, first: date, last: date | None, field: str = "ends_on") -> None:
        """A last day on or after the first."""
        if last is not None and last < first:
            self.note("programmes.days_reversed", field)

    def tell(self) -> None:
        """Raises what was gathered, all at once."""
        raise_all(self.found)
