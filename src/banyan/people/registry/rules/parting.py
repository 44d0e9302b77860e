"""A merge taken back: which values are restored, and what came since and therefore stays with the survivor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from banyan.people.registry.rules.changing.records import HOUSEHOLD, MEMBERSHIP, PERSON, Row
from banyan.people.registry.rules.uniting import MERGED, Change

Key = tuple[str, str]
# What follows from other columns, or counts: nobody misses it in a list of what was kept.
_FOLLOWS: Final = frozenset({"version", "scope_id", "odd_codes", "status_since", "merged_into"})


@dataclass
class Parting:
    """What undoing a merge writes.

    `values`: columns by row. `later`: changes of other merges that still stand, corrected as if this one had never been.
    `kept`: what stays with the survivor, as {"table", "id", "field", "how"}; how: changed, added, removed.
    """

    values: dict[Key, dict[str, Any]] = field(default_factory=dict)
    later: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    kept: list[dict[str, str]] = field(default_factory=list)

    def keep(self, table: str, key: str, name: str, how: str) -> None:
        """Note that something is not restored."""
        self.kept.append({"table": table, "id": key, "field": name, "how": how})


def part(changes: Sequence[Change], now: Mapping[Key, Row], later: Mapping[str, Sequence[Change]]) -> Parting:
    """Take back changes. now: every row they touched that is still there. later: changes of merges made since, oldest first.

    A value that is still as the merge left it becomes what it was. One that a later merge wrote over becomes it when that merge
    is undone. One that somebody else has changed since stays.
    """
    parting = Parting(later={key: tuple(each) for key, each in later.items()})
    for change in changes:
        row = now.get(change.key)
        if row is None:
            parting.keep(change.table, change.id, "", "removed")
            continue
        for name, before in change.before.items():
            after = change.after[name]
            over = _written_over(parting.later, change.key, name)
            if over is not None:
                merge, covering = over
                if covering.before[name] == after:
                    _correct(parting.later, merge, covering, name, before)
                    continue
            elif row[name] == after:
                parting.values.setdefault(change.key, {})[name] = before
                continue
            if name not in _FOLLOWS:
                parting.keep(change.table, change.id, name, "changed")
    return parting


def _written_over(later: Mapping[str, Sequence[Change]], key: Key, name: str) -> tuple[str, Change] | None:
    """The first later merge that wrote this value."""
    for merge, changes in later.items():
        for change in changes:
            if change.key == key and name in change.before:
                return merge, change
    return None


def _correct(later: dict[str, tuple[Change, ...]], merge: str, covering: Change, name: str, before: Any) -> None:
    """The later merge found the value as it was before the one that is undone."""
    corrected = Change(covering.table, covering.id, {**covering.before, name: before}, covering.after)
    later[merge] = tuple(corrected if each is covering else each for each in later[merge])


def reopened(parting: Parting, stays: Mapping[str, Row], heads: Mapping[str, str]) -> None:
    """See to it that nobody is in two households, and no household has two heads, once the values are restored.

    stays: memberships of the people concerned, past ones too, as they are now. heads: {household: membership of its head now}.
    What would contradict something newer stays as it is now.
    """
    then = {key: {**row, **parting.values.get((MEMBERSHIP, key), {})} for key, row in stays.items()}
    for person in sorted({str(row["person"]) for row in then.values()}):
        standing = [key for key, row in then.items() if row["until"] is None and row["person"] == person]
        newer = [key for key in standing if "until" not in parting.values.get((MEMBERSHIP, key), {})]
        if len(standing) > 1 and newer:
            for key in standing:
                if key not in newer:
                    _leave(parting, key, then, stays, "until", "reason")
    for key, row in then.items():
        holds = heads.get(str(row["household"]))
        if row["until"] is not None or not row["is_head"] or holds in (None, key):
            continue
        if holds in then and not (then[holds]["is_head"] and then[holds]["until"] is None):
            continue
        parting.values.setdefault((MEMBERSHIP, key), {}).update(is_head=False, relationship="unknown")
        parting.keep(MEMBERSHIP, key, "is_head", "changed")


def _leave(parting: Parting, key: str, then: dict[str, dict[str, Any]], stays: Mapping[str, Row], *names: str) -> None:
    written = parting.values[MEMBERSHIP, key]
    for name in names:
        written.pop(name, None)
        then[key][name] = stays[key][name]
    parting.keep(MEMBERSHIP, key, names[0], "changed")


def revived(parting: Parting, homes: Mapping[str, Row], stays: Mapping[str, Row]) -> None:
    """Households that stand as merged although somebody is in them again are active again, whichever merge closed them."""
    for key, row in homes.items():
        then = {**row, **parting.values.get((HOUSEHOLD, key), {})}
        lived_in = any(
            stay["household"] == key and stay["until"] is None
            for stay in ({**one, **parting.values.get((MEMBERSHIP, at), {})} for at, one in stays.items())
        )
        if not lived_in or (then["status"], then["status_reason"]) != ("inactive", MERGED):
            continue
        for merge, changes in parting.later.items():
            closing = next((each for each in changes if each.key == (HOUSEHOLD, key)), None)
            if closing is not None:
                parting.values.setdefault((HOUSEHOLD, key), {}).update(closing.before)
                parting.later[merge] = tuple(each for each in changes if each is not closing)
                break


def stood_without(
    changes: Sequence[Change], survivor: str, later: Iterable[tuple[str, Sequence[Change], Row]]
) -> dict[str, Row]:
    """How the survivor would have stood after each later merge, had these changes never been made.

    later: id, changes and survivor's columns of the later merges of the same survivor, oldest first.
    """
    mine = next((each for each in changes if each.key == (PERSON, survivor)), None)
    if mine is None:
        return {}
    names = set(mine.before)
    found: dict[str, Row] = {}
    for merge, written, stood in later:
        for each in written:
            if each.key == mine.key:
                names -= each.before.keys()
        found[merge] = {**stood, **{name: mine.before[name] for name in names if stood[name] == mine.after[name]}}
    return found


def came_since(
    parting: Parting, survivor: Row, stood: Row, had: Mapping[str, Sequence[str]], now: Mapping[str, Mapping[str, Row]],
    changes: Sequence[Change],
) -> None:  # fmt: skip
    """Note what was written about the survivor since the merge and what was added: it stays with the survivor.

    stood: the survivor's columns right after the merge; had: ids of what belonged to the survivor then, by table.
    """
    key = str(survivor["id"])
    touched = {each.key for each in changes} | {each.key for every in parting.later.values() for each in every}
    written = {name for each in changes if each.key == (PERSON, key) for name in each.before}
    written |= {
        name for every in parting.later.values() for each in every if each.key == (PERSON, key) for name in each.before
    }
    for name, value in stood.items():
        if name not in written | _FOLLOWS and survivor[name] != value:
            parting.keep(PERSON, key, name, "changed")
    for table, rows in now.items():
        for row in sorted(rows):
            if row not in had.get(table, ()) and (table, row) not in touched:
                parting.keep(table, row, "", "added")
