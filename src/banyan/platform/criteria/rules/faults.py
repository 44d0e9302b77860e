"""Problems of a text, each with its place."""

from difflib import get_close_matches
from typing import Any, Final

from banyan.platform.criteria.problems import PROBLEMS
from banyan.platform.criteria.rules.tree import Span
from banyan.platform.kernel.problems import Location, Problem

SHOWN: Final = 60  # characters of the text that a message quotes
NEAR: Final = 12  # names listed when none is alike
assert PROBLEMS  # noqa: S101 - declared before one is raised


def fault(code: str, text: str, at: Span, /, **parameters: Any) -> Problem:
    """The Problem criteria.`code` at a place of the text: start, length, line and column (from 1) in characters."""
    line = text.count("\n", 0, at.start) + 1
    column = at.start - (text.rfind("\n", 0, at.start) + 1) + 1
    return Problem(
        f"criteria.{code}",
        at=Location(row=line, column=str(column)),
        start=at.start,
        length=max(at.end - at.start, 1),
        line=line,
        column=column,
        **parameters,
    )


def quoted(text: str, at: Span) -> str:
    """What stands at a place, shortened for a message."""
    found = " ".join(text[at.start : at.end].split())
    return found if len(found) <= SHOWN else f"{found[: SHOWN - 1]}…"


def nearest(name: str, known: list[str]) -> list[str]:
    """The names most like a mistyped one; when none is, the first of those that exist."""
    by_small = {one.lower(): one for one in known}
    close = [by_small[one] for one in get_close_matches(name.lower(), by_small, n=3, cutoff=0.6)]
    return close or sorted(known)[:NEAR]


def listed(names: list[str]) -> str:
    """Names one after the other, for a message."""
    return ", ".join(names) or "—"
