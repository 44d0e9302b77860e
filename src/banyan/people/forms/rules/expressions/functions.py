"""The functions that need nothing but their arguments' values. Names, arities and results as in JavaRosa."""

import hashlib
import math
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from banyan.people.forms.rules.expressions.patterns import matches
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.expressions.values import (
    Scalar,
    days,
    read_time,
    to_moment,
    to_number,
    to_text,
    to_truth,
    words,
)

Plain = Callable[[list[Scalar]], Scalar]
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MANY: Final = 10_000  # arguments: no upper bound


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments it takes, and what it makes of their values."""

    fewest: int
    most: int
    work: Plain


def _real(work: Callable[..., float]) -> Plain:
    """Arithmetic on numbers; what mathematics does not define is NaN, as in Java."""

    def worked(values: list[Scalar]) -> Scalar:
        numbers = [to_number(value) for value in values]
        try:
            return float(work(*numbers))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan

    return worked


def whole(value: float) -> float:
    """Cut the fraction off."""
    return value if not math.isfinite(value) else float(math.trunc(value))


def rounded(value: float, places: float = 0.0) -> float:
    """Halves go up in size; `places` may be negative."""
    if not math.isfinite(value) or not math.isfinite(places):
        return math.nan if math.isnan(value) else value
    step = Decimal(1).scaleb(-int(places))
    try:
        if places:
            return float(Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP))
        return float(math.floor(value + 0.5))
    except (InvalidOperation, OverflowError):
        return value


def _power(base: float, exponent: float) -> float:
    found = base**exponent
    return math.nan if isinstance(found, complex) else found


def _cut(values: list[Scalar]) -> Scalar:
    text = to_text(values[0])
    start = to_number(values[1])
    end = to_number(values[2]) if len(values) > 2 else float(len(text))
    if math.isnan(start) or math.isnan(end):
        return ""
    first, last = (int(place) + len(text) if place < 0 else int(place) for place in (start, end))
    first, last = max(0, min(first, len(text))), max(0, min(last, len(text)))
    return text[first:last] if first <= last else ""


def _translate(values: list[Scalar]) -> Scalar:
    text, old, new = (to_text(value) for value in values)
    table: dict[int, str | None] = {}
    for place, letter in enumerate(old):
        table.setdefault(ord(letter), new[place] if place < len(new) else None)
    return text.translate(table)


def _selected(values: list[Scalar]) -> Scalar:
    # As JavaRosa compares: so selected('', '') holds.
    return f" {to_text(values[1]).strip()} " in f" {to_text(values[0]).strip()} "


def _selected_at(values: list[Scalar]) -> Scalar:
    chosen, place = words(values[0]), to_number(values[1])
    return chosen[int(place)] if not math.isnan(place) and 0 <= int(place) < len(chosen) else ""


def _checked(values: list[Scalar]) -> Scalar:
    fewest, most = to_number(values[0]), to_number(values[1])
    count = sum(map(to_truth, values[2:]))
    return (fewest == -1 or count >= fewest) and (most == -1 or count <= most)


def _weighed(values: list[Scalar]) -> Scalar:
    if len(values) % 2:
        raise ExpressionError("arguments", 0, "weighted-checklist")
    least, most = to_number(values[0]), to_number(values[1])
    weight = sum(to_number(values[place + 1]) for place in range(2, len(values), 2) if to_truth(values[place]))
    return (least == -1 or weight >= least) and (most == -1 or weight <= most)


def _moment_or_empty(values: list[Scalar]) -> Scalar:
    return to_moment(values[0]) or ""


def _date_or_empty(values: list[Scalar]) -> Scalar:
    moment = to_moment(values[0])
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) if moment else ""


def _decimal_days(values: list[Scalar]) -> Scalar:
    moment = to_moment(values[0])
    return days(moment) if moment else ""


def _decimal_time(values: list[Scalar]) -> Scalar:
    if isinstance(values[0], datetime):
        clock = values[0].time()
    else:
        text = to_text(values[0])
        read = read_time(text)
        if read is None:
            if text:
                raise ExpressionError("value", 0, "decimal-time")
            return ""
        clock = read
    return timedelta(
        hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
    ) / timedelta(days=1)


def _formatted(values: list[Scalar]) -> Scalar:
    """A date by a pattern: %Y %y %m %n %b %d %e %H %h %M %S %3 %a, as JavaRosa has them."""
    moment = to_moment(values[0])
    if moment is None:
        return ""
    parts = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": str(moment.month),
        "b": MONTHS[moment.month - 1],
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "H": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": f"{moment.microsecond // 1000:03d}",
        "a": WEEKDAYS[moment.weekday()],
        "%": "%",
    }
    made, pattern = [], iter(to_text(values[1]))
    for letter in pattern:
        if letter != "%":
            made.append(letter)
            continue
        sign = next(pattern, "")
        if sign not in parts:
            raise ExpressionError("value", 0, f"%{sign}")
        made.append(parts[sign])
    return "".join(made)


def _digest(values: list[Scalar]) -> Scalar:
    kinds = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
    kind, encoding = to_text(values[1]), to_text(values[2]) if len(values) > 2 else "base64"
    if kind not in kinds or encoding not in ("hex", "base64"):
        raise ExpressionError("value", 0, f"{kind} {encoding}")
    made = hashlib.new(kinds[kind], to_text(values[0]).encode(), usedforsecurity=False)
    return made.hexdigest() if encoding == "hex" else b64encode(made.digest()).decode()


def _before(values: list[Scalar]) -> Scalar:
    head, sign, _tail = to_text(values[0]).partition(to_text(values[1]) or "\0")
    return head if sign else ""


def _after(values: list[Scalar]) -> Scalar:
    return to_text(values[0]).partition(to_text(values[1]) or "\0")[2]


def _text(work: Callable[..., Scalar]) -> Plain:
    return lambda values: work(*map(to_text, values))


PLAIN: Final[dict[str, Function]] = {
    "true": Function(0, 0, lambda _: True),
    "false": Function(0, 0, lambda _: False),
    "boolean": Function(1, 1, lambda values: to_truth(values[0])),
    "boolean-from-string": Function(1, 1, lambda values: to_text(values[0]).strip().lower() in ("true", "1")),
    "not": Function(1, 1, lambda values: not to_truth(values[0])),
    "number": Function(1, 1, lambda values: to_number(values[0])),
    "string": Function(1, 1, lambda values: to_text(values[0])),
    "int": Function(1, 1, lambda values: whole(to_number(values[0]))),
    "round": Function(1, 2, _real(rounded)),
    "floor": Function(1, 1, _real(math.floor)),
    "ceiling": Function(1, 1, _real(math.ceil)),
    "abs": Function(1, 1, _real(abs)),
    "pow": Function(2, 2, _real(_power)),
    "sqrt": Function(1, 1, _real(math.sqrt)),
    "exp": Function(1, 1, _real(math.exp)),
    "exp10": Function(1, 1, _real(lambda value: 10.0**value)),
    "log": Function(1, 1, _real(lambda value: -math.inf if value == 0 else math.log(value))),
    "log10": Function(1, 1, _real(lambda value: -math.inf if value == 0 else math.log10(value))),
    "sin": Function(1, 1, _real(math.sin)),
    "cos": Function(1, 1, _real(math.cos)),
    "tan": Function(1, 1, _real(math.tan)),
    "asin": Function(1, 1, _real(math.asin)),
    "acos": Function(1, 1, _real(math.acos)),
    "atan": Function(1, 1, _real(math.atan)),
    "atan2": Function(2, 2, _real(math.atan2)),
    "pi": Function(0, 0, lambda _: math.pi),
    "string-length": Function(1, 1, lambda values: float(len(to_text(values[0])))),
    "substr": Function(2, 3, _cut),
    "substring-before": Function(2, 2, _before),
    "substring-after": Function(2, 2, _after),
    "contains": Function(2, 2, _text(lambda text, part: part in text)),
    "starts-with": Function(2, 2, _text(lambda text, part: text.startswith(part))),
    "ends-with": Function(2, 2, _text(lambda text, part: text.endswith(part))),
    "normalize-space": Function(1, 1, _text(lambda text: " ".join(text.split()))),
    "upper-case": Function(1, 1, _text(str.upper)),
    "lower-case": Function(1, 1, _text(str.lower)),
    "translate": Function(3, 3, _translate),
    "regex": Function(2, 2, _text(matches)),
    "digest": Function(2, 3, _digest),
    "selected": Function(2, 2, _selected),
    "is-selected": Function(2, 2, _selected),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, lambda values: float(len(words(values[0])))),
    "checklist": Function(2, MANY, _checked),
    "weighted-checklist": Function(2, MANY, _weighed),
    "date": Function(1, 1, _date_or_empty),
    "date-time": Function(1, 1, _moment_or_empty),
    "decimal-date-time": Function(1, 1, _decimal_days),
    "decimal-time": Function(1, 1, _decimal_time),
    "format-date": Function(2, 2, _formatted),
    "format-date-time": Function(2, 2, _formatted),
}  # fmt: skip

# Evaluated by the evaluator itself, because they need the place, several nodes, or only some of their arguments.
SPECIAL: Final[dict[str, tuple[int, int]]] = {
    "if": (3, 3),
    "coalesce": (1, MANY),
    "once": (1, 1),
    "today": (0, 0),
    "now": (0, 0),
    "concat": (0, MANY),
    "join": (1, MANY),
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "sum": (1, 1),
    "min": (1, MANY),
    "max": (1, MANY),
    "position": (0, 1),
    "last": (0, 0),
    "index": (0, 1),
    "indexed-repeat": (3, 7),
    "instance": (1, 1),
    "current": (0, 0),
    "jr:choice-name": (2, 2),
    "choice-name": (2, 2),
}


def check_call(name: str, count: int, at: int) -> None:
    """Raises ExpressionError for a function nobody knows, one whose answer lies outside, or a wrong number of arguments."""
    if name in OUTSIDE:
        raise ExpressionError("outside", at, name)
    if name in PLAIN:
        fewest, most = PLAIN[name].fewest, PLAIN[name].most
    elif name in SPECIAL:
        fewest, most = SPECIAL[name]
    else:
        raise ExpressionError("function", at, name)
    if not fewest <= count <= most:
        raise ExpressionError("arguments", at, name)


# Known, but what they answer lies outside of a submission or differs each time: never guessed, said to be not checked.
OUTSIDE: Final = frozenset(
    {
        "pulldata",
        "random",
        "randomize",
        "uuid",
        "property",
        "version",
        "jr:itext",
        "itext",
        "area",
        "distance",
        "geofence",
        "intersects",
        "base64-decode",
        "extract-signed",
        "last-saved",
        "depend",
        "device-id",
    }
)
