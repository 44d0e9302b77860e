"""What a person chose on the page of columns, as a mapping, and what is wrong with it."""

from collections.abc import Mapping as Dictionary
from dataclasses import replace
from typing import Any

from banyan.people.collection.rules.recognition.guessing import extra_key
from banyan.people.collection.rules.recognition.vocabulary import SPECIAL
from banyan.people.collection.rules.shapes import (
    HOUSEHOLD_COLUMN,
    IGNORED,
    SUBJECTS,
    SUBMITTED_COLUMN,
    UID_COLUMN,
    Header,
    Mapping,
    Target,
)
from banyan.platform.kernel.problems import Location, Problem

Choice = str
KEEP: Choice = "@keep"
"""The choice of keeping a column under its own name, as a further attribute."""
_SHARED = (UID_COLUMN, SUBMITTED_COLUMN)


def described_headers(detected: Dictionary[str, Any]) -> dict[str, list[Header]]:
    """The headers of each table, from what a batch notes of its files."""
    return {
        table["name"]: [
            Header(position, each["letter"], each["name"], each["label"], each["path"], each["hxl"])
            for position, each in enumerate(table["headers"])
        ]
        for table in detected.get("tables", ())
    }


def choice_of(target: Target) -> Choice:
    """How a target is offered: a field, one of the special columns, left out, or kept under its own name."""
    return target.field or KEEP


def mapping_of(posted: Dictionary[str, Any], guessed: Mapping, headers: Dictionary[str, list[Header]]) -> Mapping:
    """The mapping a form says: "table-0" the subject of the first table, "column-0-3" the choice of its fourth column.

    What the form does not name stays as guessed; what was not changed keeps its reason and certainty.
    """
    tables = []
    for number, table in enumerate(guessed.tables):
        subject = posted.get(f"table-{number}", table.subject)
        targets = []
        for position, (target, header) in enumerate(zip(table.targets, headers[table.table], strict=True)):
            choice = posted.get(f"column-{number}-{position}", choice_of(target))
            if choice == choice_of(target):
                targets.append(target)
            elif choice == KEEP:
                targets.append(Target("", extra_key(header), 1.0, ""))
            else:
                targets.append(Target(choice, "", 1.0, ""))
        tables.append(replace(table, subject=subject, targets=tuple(targets)))
    return Mapping(tuple(tables))


def mapping_problems(
    mapping: Mapping, headers: Dictionary[str, list[Header]], fields: Dictionary[str, Any]
) -> list[Problem]:
    """Everything that keeps a mapping from being used: unknown fields, two columns for one field, nothing to take in."""
    problems = []
    for table in mapping.tables:
        if table.subject not in SUBJECTS:
            problems.append(Problem("collection.mapping_unknown", value=table.subject, at=Location(sheet=table.table)))
        if table.subject == "ignore":
            continue
        fed: dict[str, list[Header]] = {}
        for header, target in zip(headers[table.table], table.targets, strict=True):
            at = Location(sheet=table.table or None, column=header.letter)
            if target.field and target.field not in fields and target.field not in (*SPECIAL, IGNORED):
                problems.append(Problem("collection.mapping_unknown", value=target.field, at=at))
            elif target.field and target.field != IGNORED:
                fed.setdefault(target.field, []).append(header)
        for key, columns in fed.items():
            if len(columns) > 1 and not _may_share(key, columns):
                named = ", ".join(f"{each.letter} {each.name}".strip() for each in columns)
                label = str(fields[key].label) if key in fields else key.removeprefix("@")
                problems.append(
                    Problem(
                        "collection.mapping_twice", table=table.table, value=label, columns=named,
                        at=Location(sheet=table.table or None),
                    )
                )  # fmt: skip
    if all(table.subject == "ignore" for table in mapping.tables):
        problems.append(Problem("collection.mapping_nothing"))
    return problems


def _may_share(key: str, columns: list[Header]) -> bool:
    """Levels of one place, options of one question, and technical columns may stand in several columns."""
    if key in _SHARED or key.endswith(".place"):
        return True
    bases = {each.name.rpartition("/")[0] for each in columns}
    return key != HOUSEHOLD_COLUMN and len(bases) == 1 and bases != {""}
