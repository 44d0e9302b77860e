"""Telephone numbers to E.164, with the country of the operation for numbers written as at home.

`phonenumbers` decides. Because it reads some ten thousand numbers a second, plain numbers of the operation's country are
read by the very patterns of its metadata, all at once; the tests hold both readings together.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import phonenumbers
import polars as pl
from phonenumbers.phonemetadata import PhoneMetadata

from banyan.people.collection.rules.checking.ledger import WARNING, Verdict
from banyan.people.collection.rules.checking.vocabulary import EMPTY_WORDS, digits_plain, plain_word

_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


def judge_phones(region: str) -> Callable[[Iterable[str]], Mapping[str, Verdict]]:
    """Verdicts on numbers; region is the ISO alpha-2 code of where numbers without + are at home ("" = nowhere)."""

    def one(value: str) -> Verdict:
        if plain_word(value) in EMPTY_WORDS:
            return Verdict(None, "no_value", WARNING)
        number = e164(value, region)
        return Verdict(number) if number else Verdict(None, "no_phone", WARNING)

    return lambda values: {value: one(value) for value in values}


def e164(value: str, region: str) -> str | None:
    """The number as +…, None when it cannot be one that exists. An extension is left off."""
    text = digits_plain(value).strip()
    tries = [text, f"+{text}"] if text[:1] in "123456789" else [text]
    # In field lists a foreign number often lost its + to the spreadsheet; it is only tried when home does not fit.
    for attempt in tries:
        try:
            number = phonenumbers.parse(attempt, region or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


@cache
def home_pattern(region: str) -> tuple[str, str, str] | None:
    """(country code, national prefix, pattern of the national number) where numbers can be read at once, else None."""
    metadata = PhoneMetadata.metadata_for_region(region, None) if region else None
    if metadata is None or metadata.national_prefix_transform_rule or not metadata.country_code:
        return None
    if len(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(metadata.country_code, ())) != 1:
        return None  # the number alone decides which of several countries it belongs to
    if metadata.national_prefix_for_parsing not in (None, metadata.national_prefix):
        return None
    descriptions = [getattr(metadata, kind) for kind in _KINDS]
    patterns = [item.national_number_pattern for item in descriptions if item and item.national_number_pattern]
    whole = "|".join(f"(?:{pattern})" for pattern in patterns)
    return str(metadata.country_code), metadata.national_prefix or "", f"^(?:{whole})$"


def plain_phones(name: str, region: str) -> tuple[pl.Expr | None, pl.Expr | None]:
    """(the clean value of numbers that plainly belong to the region, a condition for those that plainly cannot exist).

    Both None where the region's numbers cannot be told by patterns alone.
    """
    found = home_pattern(region)
    if found is None:
        return None, None
    code, prefix, pattern = found
    digits = pl.col(name).str.replace_all(r"[\s\-.()/]", "")
    written = digits.str.contains(r"^\+?[0-9]{6,15}$")
    abroad = digits.str.starts_with(f"+{code}")
    at_home = digits.str.starts_with(prefix) if prefix else pl.lit(value=False)
    national = pl.when(abroad).then(digits.str.slice(len(code) + 1)).when(at_home).then(digits.str.slice(len(prefix)))
    # A number that goes on with a zero or the prefix once more could be read in two ways: those are left to the library.
    twice = national.str.starts_with("0") | (national.str.starts_with(prefix) if prefix else pl.lit(value=False))
    fits = national.str.contains(pattern)
    plain = pl.when(written & ~twice & fits).then(pl.concat_str(pl.lit(f"+{code}"), national))
    return plain, written & ~twice & ~fits
