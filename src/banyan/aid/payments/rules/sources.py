"""What a file to a provider may hold: a closed list, so that nobody sends a provider more than paying needs.

A template is a list of columns, each with a header of the provider's own and one of these sources. There is no source
for documents, phone numbers, members or anything else of the household: what is not here cannot be sent.
"""

from collections.abc import Sequence
from typing import Final

from banyan.platform.kernel.problems import Location, Problem

LINE = "line"
# Filled in by the provider: they go out empty, and come back with what happened.
ANSWERS: Final = ("delivered", "delivered_on", "outcome", "reference", "reason", "blank")
SOURCES: Final = (
    "line",
    "number",
    "plan",
    "household",
    "size",
    "place",
    "collector",
    "collector_name",
    "alternate_name",
    "holder",
    "account",
    "mechanism",
    "provider",
    "amount",
    "currency",
    "amount_base",
    "pay_from",
    "pay_until",
    "delivered",
    "delivered_on",
    "outcome",
    "reference",
    "reason",
    "blank",
)
# Without them an answer cannot be told apart from another, or says nothing.
NEEDED: Final = (LINE, "amount", "currency")
STANDARD: Final = (
    "line", "number", "plan", "household", "place", "collector", "collector_name", "holder", "account", "mechanism", "amount",
    "currency", "pay_from", "pay_until", "delivered", "delivered_on", "outcome", "reference", "reason",
)  # fmt: skip
MOST_COLUMNS: Final = 60


def faults(columns: Sequence[dict[str, str]]) -> list[Problem]:
    """Everything that is wrong with the columns of a template, each with its column (from 1)."""
    found = []
    headers: dict[str, int] = {}
    for place, column in enumerate(columns, 1):
        at = Location(field=f"columns.{place}")
        header, source = column.get("header", "").strip(), column.get("source", "")
        if source not in SOURCES:
            found.append(Problem("payments.source_unknown", source=source, at=at))
        if not header:
            found.append(Problem("payments.header_missing", place=place, at=at))
        elif (first := headers.setdefault(header.casefold(), place)) != place:
            found.append(Problem("payments.header_twice", header=header, first=first, second=place, at=at))
    missing = [source for source in NEEDED if source not in {column.get("source") for column in columns}]
    if missing:
        at = Location(field="columns")
        found.append(Problem("payments.source_missing", sources=", ".join(missing), at=at))
    if len(columns) > MOST_COLUMNS:
        found.append(Problem("payments.columns_many", most=MOST_COLUMNS, at=Location(field="columns")))
    return found


def standard_columns() -> list[dict[str, str]]:
    """The template that is used where a provider has none of its own: the sources' own names as headers."""
    return [{"header": source, "source": source} for source in STANDARD]
