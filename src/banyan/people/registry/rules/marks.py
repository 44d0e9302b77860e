"""Marks that stand on a record from the moment it is written, because later nobody could tell any more.

A code is right or wrong by the list as it stood when the value was written down: lists get new versions, old values keep
their meaning. `odd_codes` names the columns whose code stood in no list then. Changes read codes strictly, so a column that
is written by one loses its mark.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import polars as pl

CODED: Final[dict[str, str]] = {
    "nationality": "iso-3166-1",
    "origin_country": "iso-3166-1",
    "marital_status": "marital-status",
    "legal_status": "legal-status",
    "education": "education",
    "language": "iso-639-3",
    "contact_preference": "contact-preference",
    "biometric_status": "biometric-status",
    "relationship": "relationship",
}
"""Columns that hold codes, and the list of each. `relationship` stands at the membership."""


def codes_used(people: pl.DataFrame) -> dict[str, set[str]]:
    """{list: codes that these people carry}; columns are named as fields of the register ("person.education")."""
    found: dict[str, set[str]] = {}
    for column, code_list in CODED.items():
        field = f"person.{column}"
        if field in people.columns and (used := set(people[field].unique()) - {"", None}):
            found.setdefault(code_list, set()).update(used)
    return found


def odd_codes(people: pl.DataFrame, known: Mapping[str, Collection[str]]) -> pl.Expr:
    """The mark of each person: names of columns with a space between. known: {list: codes in force}; others are not judged."""
    parts = [
        pl.when((pl.col(f"person.{column}") != "") & ~pl.col(f"person.{column}").is_in(sorted(known[code_list]))).then(
            pl.lit(column)
        )
        for column, code_list in CODED.items()
        if f"person.{column}" in people.columns and code_list in known
    ]
    return pl.concat_str(parts, separator=" ", ignore_nulls=True).fill_null("") if parts else pl.lit("")


def odd_after(before: str, written: Iterable[str]) -> str:
    """The mark once these columns have been written anew, by somebody whose codes were checked."""
    gone = set(written)
    return " ".join(column for column in before.split() if column not in gone)
