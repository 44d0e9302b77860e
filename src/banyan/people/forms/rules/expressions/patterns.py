"""Regular expressions of forms, matched in linear time.

A pattern comes from whoever wrote the form, a value from anybody: Python's own engine could be kept busy for years by
one of them. The engine used here (Rust's, in polars) cannot; what it lacks (looking around, references back) is said to
be not checked.
"""

import re
from functools import lru_cache
from typing import Final

import polars as pl

from banyan.people.forms.rules.expressions.tokens import ExpressionError

LONGEST_PATTERN: Final = 2_000
# Java means ASCII by these unless told otherwise; Rust means Unicode.
_CLASSES: Final = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[A-Za-z0-9_]",
    "W": "[^A-Za-z0-9_]",
    "s": r"[ \t\n\x0B\f\r]",
    "S": r"[^ \t\n\x0B\f\r]",
}
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@lru_cache(maxsize=1024)
def whole_pattern(pattern: str) -> str:
    """The pattern for the whole of a text, in the words of the engine. Raises ExpressionError if it has none."""
    if len(pattern) > LONGEST_PATTERN:
        raise ExpressionError("too_long", 0, "regex")
    made = rf"\A(?:{_ESCAPED.sub(lambda found: _CLASSES.get(found[1], found[0]), pattern)})\z"
    try:
        pl.Series([""]).str.contains(made)
    except pl.exceptions.ComputeError:
        raise ExpressionError("outside", 0, "regex") from None
    return made


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text fits the pattern. Raises ExpressionError for a pattern the engine does not have."""
    return bool(pl.Series([text], dtype=pl.String).str.contains(whole_pattern(pattern))[0])
