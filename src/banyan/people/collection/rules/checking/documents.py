"""Numbers of documents: written as compared (capitals, no spaces or hyphens), shaped as such documents are, check digits."""

import re
from collections.abc import Callable
from functools import partial

import polars as pl

from banyan.people.collection.rules.checking.ledger import ERROR, INDEX, PERSON, WARNING, Ledger
from banyan.people.collection.rules.checking.vocabulary import EMPTY_WORDS, digits_plain, plain_word

# What numbers of a type look like after tidying: ICAO 9303 allows nine characters for passports, states write up to
# twelve; UNHCR numbers individuals XXX-00000000 and groups XXX-00C00000 (or with the office's number for letters).
SHAPES: dict[str, str] = {
    "passport": r"^[A-Z0-9]{5,15}$",
    "unhcr_id": r"^(?:[A-Z]{3}\d{8}|[A-Z]{3}\d{2}C\d{5}|\d{3}\d{2}C\d{5}|\d{8,12})$",
    "scope_id": r"^[A-Z0-9]{6,24}$",
}
ANY_SHAPE = r"^[\p{L}\p{M}\p{N}/().']{3,40}$"
# National cards by issuing country: (shape, test of the check digits or None).
Test = Callable[[str], bool]


def _weighted(number: str, weights: tuple[int, ...], modulus: int, turn: Callable[[int], int]) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return turn(total % modulus) == int(number[len(weights)])


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1 annex B: the sum with every second digit from the right doubled ends in 0."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2]]
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0


def turkish(number: str) -> bool:
    """T.C. Kimlik No: tenth digit from the odd and even places, eleventh from the sum of the first ten."""
    digits = [int(digit) for digit in number]
    tenth = (sum(digits[0:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def verhoeff(number: str) -> bool:
    """Verhoeff's check in the dihedral group of order ten (Aadhaar)."""
    multiply = [[(a + b) % 5 if a < 5 and b < 5 else 5 + (a + b - 5) % 5 if a < 5 else 5 + (a - 5 - b) % 5 if b < 5
                 else (a - b) % 5 for b in range(10)] for a in range(10)]  # fmt: skip
    turn = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    check = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        for _step in range(place % 8):
            value = turn[value]
        check = multiply[check][value]
    return check == 0


def brazilian(number: str) -> bool:
    """CPF: two check digits modulo 11; eleven equal digits are none."""
    first = partial(
        _weighted, weights=tuple(range(10, 1, -1)), modulus=11, turn=lambda rest: 0 if rest < 2 else 11 - rest
    )
    second = partial(
        _weighted, weights=tuple(range(11, 1, -1)), modulus=11, turn=lambda rest: 0 if rest < 2 else 11 - rest
    )
    return len(set(number)) > 1 and first(number) and second(number)


def chilean(number: str) -> bool:
    """RUT: weights 2 to 7 from the right modulo 11, K for ten."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(number[:-1])))
    return "0123456789K0"[11 - total % 11 if total % 11 else 11] == number[-1]


NATIONAL: dict[str, tuple[str, Test | None]] = {
    # Township register / township / class / number, in Latin or Burmese letters.
    "MMR": (r"^[0-9]{1,2}/[\p{L}\p{M}]{2,24}\([\p{L}\p{M}]{1,12}\)[0-9]{6}$", None),
    "TUR": (r"^[1-9][0-9]{10}$", turkish),
    "THA": (
        r"^[0-9]{13}$",
        partial(_weighted, weights=tuple(range(13, 1, -1)), modulus=11, turn=lambda rest: (11 - rest) % 10),
    ),
    "ZAF": (r"^[0-9]{13}$", luhn),
    "IND": (r"^[2-9][0-9]{11}$", verhoeff),
    "BRA": (r"^[0-9]{11}$", brazilian),
    "CHL": (r"^[0-9]{7,8}[0-9K]$", chilean),
    "ECU": (r"^(?:[01][0-9]|2[0-4]|30)[0-5][0-9]{7}$", luhn),
    "POL": (
        r"^[0-9]{11}$",
        partial(_weighted, weights=(1, 3, 7, 9, 1, 3, 7, 9, 1, 3), modulus=10, turn=lambda rest: -rest % 10),
    ),
    "BGD": (r"^(?:[0-9]{10}|[0-9]{13}|[0-9]{17})$", None),
    "UKR": (r"^(?:[0-9]{9}|[\p{L}]{2}[0-9]{6})$", None),
    "COL": (r"^[0-9]{6,10}$", None),
    "KEN": (r"^[0-9]{7,9}$", None),
    "PAK": (r"^[0-9]{13}$", None),
    "JOR": (r"^[0-9]{10}$", None),
}


def tidy_number(value: str) -> str:
    """A document's number as it is compared: capitals, plain digits, no spaces or hyphens."""
    return re.sub(r"[\s\u2010-\u2015\-]", "", digits_plain(value)).upper()


def check_documents(ledger: Ledger) -> None:
    """Tidy the numbers of all documents; warn of odd shapes, wrong check digits and numbers that stand twice."""
    for name in ledger.columns(PERSON):
        match = re.fullmatch(r"person\.document\.(\w+)\.number", name)
        if match:
            _tidy(ledger, name)
            _shape(ledger, name, match[1])
            _repeated(ledger, name, match[1])


def _tidy(ledger: Ledger, name: str) -> None:
    column = ledger.now[PERSON][name]
    words = [
        value
        for value in column.filter((column.str.len_chars() <= 20) & ~column.str.contains(r"[0-9]"))
        .unique()
        .drop_nulls()
        if plain_word(value) in EMPTY_WORDS
    ]
    if words:
        ledger.note(PERSON, ledger.now[PERSON].filter(pl.col(name).is_in(words)), name, "no_value", severity=WARNING)
    text = pl.col(name).str.replace_all(r"[\s\x{2010}-\x{2015}\-]", "").str.to_uppercase()
    if column.str.contains(r"[^\x00-\x7F]").any():
        text = text.map_elements(tidy_number, return_dtype=pl.String)
    ledger.replace(PERSON, pl.when(pl.col(name).is_in(words)).then(None).otherwise(text).alias(name))


def _shape(ledger: Ledger, name: str, kind: str) -> None:
    issuer = name.removesuffix("number") + "issuer"
    frame = ledger.now[PERSON].select(INDEX, name, ledger.column(PERSON, issuer).alias("#issuer")).drop_nulls(name)
    home = ledger.lookups.country
    by_issuer = pl.col("#issuer").str.to_uppercase().fill_null(pl.lit(home))
    for country, (shape, test) in NATIONAL.items() if kind == "national_id" else ():
        own = frame.filter(by_issuer == country)
        if own.is_empty():
            continue
        odd = own.filter(~pl.col(name).str.contains(shape))
        ledger.note(PERSON, odd, name, "document_odd", severity=WARNING)
        if test is not None:
            right = own.filter(pl.col(name).str.contains(shape))
            wrong = [number for number in right[name].unique().to_list() if not test(number)]
            ledger.note(PERSON, right.filter(pl.col(name).is_in(wrong)), name, "document_mistyped", severity=WARNING)
        frame = frame.filter(by_issuer != country)
    odd = frame.filter(~pl.col(name).str.contains(SHAPES.get(kind, ANY_SHAPE)))
    ledger.note(PERSON, odd, name, "document_odd", severity=WARNING)


def _repeated(ledger: Ledger, name: str, kind: str) -> None:
    issuer = name.removesuffix("number") + "issuer"
    frame = (
        ledger.now[PERSON].select(INDEX, "row", name, ledger.column(PERSON, issuer).alias("#issuer")).drop_nulls(name)
    )
    several = frame.filter(pl.struct(name, "#issuer").is_duplicated())
    if several.is_empty():
        return
    rows = several.sort("row").group_by(name, "#issuer", maintain_order=True).agg(
        pl.col(INDEX), pl.col("row").cast(pl.String).head(10).str.join(", ").alias("#rows")
    )  # fmt: skip
    ledger.note(
        PERSON, rows.explode(INDEX), name, "document_repeated", severity=WARNING, params={"rows": pl.col("#rows")}
    )


__all__ = ["ERROR", "NATIONAL", "SHAPES", "check_documents", "luhn", "tidy_number", "turkish", "verhoeff"]
