"""What holds of the register after every change, whatever kind it was."""

from collections.abc import Iterable, Iterator
from typing import Any

from banyan.people.registry.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.people.registry.rules.changing.records import HOUSEHOLD, MEMBERSHIP, Edit, Records
from banyan.platform.kernel.problems import Problem


def broken(records: Records, edits: Iterable[Edit]) -> list[Problem]:
    """What edits would break: heads and members of the households they touch, and one household for each person.

    What was wrong before is not held against a change that does not make it worse: a household that came without a head
    may still get its address corrected.
    """
    edits = tuple(edits)
    after = records.after(edits)
    touched = _households(records, edits) | _households(after, edits)
    found: list[Problem] = []
    for household in sorted(touched):
        before, now = set(_faults(records, household)), _faults(after, household)
        found += [_problem(code, dict(values)) for code, values in now if (code, values) not in before]
    found += _in_two(after)
    return found


def _problem(code: str, parameters: dict[str, Any]) -> Problem:
    return Problem(f"registry.{code}", **parameters)


def _households(records: Records, edits: Iterable[Edit]) -> set[str]:
    found = set()
    for edit in edits:
        if edit.table == HOUSEHOLD:
            found.add(edit.id)
        elif edit.table == MEMBERSHIP:
            row = records.row(MEMBERSHIP, edit.id) or edit.values
            if row.get("household"):
                found.add(str(row["household"]))
    return found


def _faults(records: Records, household: str) -> Iterator[tuple[str, tuple[tuple[str, str | int], ...]]]:
    row = records.row(HOUSEHOLD, household)
    if row is None or row["status"] not in ("active", "inactive"):
        return
    members = records.members(household)
    heads = sum(1 for member in members.values() if member["is_head"])
    if not members:
        yield "change_household_emptied", (("reference", str(row.get("reference", ""))),)
    elif heads == 0:
        yield "change_head_needed", ()
    elif heads > 1:
        yield "head_twice", (("count", heads),)


def _in_two(after: Records) -> Iterator[Problem]:
    seen: set[str] = set()
    for row in after.all(MEMBERSHIP).values():
        person = str(row["person"])
        if person in seen:
            yield Problem(
                "registry.already_member", reference=str((after.row("person", person) or {}).get("reference", ""))
            )
        seen.add(person)
