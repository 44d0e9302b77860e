"""Numbers, positions, telephone numbers' neighbours: what is read without any list."""

import re
from collections.abc import Callable, Iterable, Mapping

from banyan.people.collection.rules.checking.ledger import ERROR, WARNING, Verdict
from banyan.people.collection.rules.checking.vocabulary import EMPTY_WORDS, digits_plain, plain_word

# What is possible at all, by field; everything else may be any number.
RANGES: dict[str, tuple[int, int]] = {
    "person.age": (0, 120),
    "household.size_reported": (1, 100),
}
ANY = (-(2**31), 2**31 - 1)
_WHOLE = re.compile(r"[+-]?\d{1,18}(?:[.,]0+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f,']\d{3})+(?:\.0+)?")
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_POSITION = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d+)?)(?:[,; ]+[+-]?\d+(?:\.\d+)?){0,2}")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"']{1,64}@(?:[^\s@.<>()\[\],;:\"'_]{1,63}\.)+[^\s@.<>()\[\],;:\"'_\d]{2,63}")


def judge_integers(field: str, *, severity: str = ERROR) -> Callable[[Iterable[str]], Mapping[str, Verdict]]:
    """Verdicts on whole numbers; digits of any script, groups of thousands and ".0" are read."""
    low, high = RANGES.get(field, ANY)

    def one(value: str) -> Verdict:
        text = digits_plain(value).strip()
        if _GROUPED.fullmatch(text):
            text = re.sub(r"[ \u00a0\u202f,']", "", text)
        if _WHOLE.fullmatch(text):
            number = int(re.split(r"[.,]", text)[0])
            if low <= number <= high:
                return Verdict(str(number))
            return Verdict(None, "out_of_range", severity, params={"low": low, "high": high})
        if plain_word(value) in EMPTY_WORDS:
            return Verdict(None, "no_value", WARNING)
        return Verdict(None, "no_number", severity)

    return lambda values: {value: one(value) for value in values}


def judge_decimals(values: Iterable[str]) -> Mapping[str, Verdict]:
    """Verdicts on numbers with decimals; a single comma is read as the decimal point it is in most languages."""
    found = {}
    for value in values:
        text = digits_plain(value).strip().replace("٫", ".")
        if _DECIMAL.fullmatch(text):
            found[value] = Verdict(text.replace(",", "."))
        elif plain_word(value) in EMPTY_WORDS:
            found[value] = Verdict(None, "no_value", WARNING)
        else:
            found[value] = Verdict(None, "no_number", ERROR)
    return found


def judge_positions(values: Iterable[str]) -> Mapping[str, Verdict]:
    """Verdicts on "latitude longitude" in degrees (altitude and accuracy may follow and are not kept)."""
    found = {}
    for value in values:
        match = _POSITION.fullmatch(digits_plain(value).strip(" ()[]"))
        if match and abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180:
            found[value] = Verdict(f"{match[1]} {match[2]}")
        else:
            found[value] = Verdict(None, "no_position", ERROR)
    return found


def judge_emails(values: Iterable[str]) -> Mapping[str, Verdict]:
    """Verdicts on e-mail addresses: an odd one is kept out, with a warning."""
    found = {}
    for value in values:
        if _EMAIL.fullmatch(value) and len(value) <= 254 and ".." not in value:
            found[value] = Verdict(value)
        elif plain_word(value) in EMPTY_WORDS:
            found[value] = Verdict(None, "no_value", WARNING)
        else:
            found[value] = Verdict(None, "no_email", WARNING)
    return found
