"""Households that split and households that merge."""

from collections.abc import Mapping, Sequence
from typing import Any

from banyan.people.registry.rules.changing.case import Case, Plan
from banyan.people.registry.rules.changing.members import check_day, close_row, enter, leave, relate, settle
from banyan.people.registry.rules.changing.records import HOUSEHOLD, Row

MERGED = "merged"
# What a new household takes over from the one it comes from.
_INHERITED = ("operation", "place", "address", "language", "registration_group", "residence_status", "origin_country")


def split_household(case: Case) -> Plan:
    """Some members leave and form a household of their own, with a head of their own."""
    home = case.household()
    if home is None:
        return case.finish()
    leaving: Sequence[str] = case.asked.get("members", ())
    strangers = [person for person in leaving if case.records.member(person, home[0]) is None]
    for person in strangers:
        row = case.records.row("person", person) or {}
        case.wrong("change_not_a_member", "members", reference=str(row.get("reference", "")))
    if not strangers and len(leaving) == len(case.records.members(home[0])):
        case.wrong("change_split_whole", "members")
    head = str(case.asked.get("head") or "")
    if head not in leaving:
        case.wrong("change_head_elsewhere", "head")
    if not case.problems:
        _split(case, home, leaving, head)
    return case.finish()


def _split(case: Case, home: tuple[str, Row], leaving: Sequence[str], head: str) -> None:
    relationships: Mapping[str, str] = case.asked.get("relationships", {})
    inherited: dict[str, Any] = {name: home[1].get(name) for name in _INHERITED}
    fields = {**inherited, **case.asked.get("fields", {})}
    new = case.add(HOUSEHOLD, **fields, registered_on=case.on)
    for person in leaving:
        leave(case, person, home[0], "split")
        enter(case, person, new, relationships.get(person, ""), is_head=person == head)
        case.announce("MembershipChanged", person, home[0], new)
    staying = {person: code for person, code in relationships.items() if person not in leaving}
    settle(_narrowed(case, staying), home[0])
    case.announce("HouseholdSplit", home[0], new)


def _narrowed(case: Case, relationships: Mapping[str, str]) -> Case:
    """The same case, with only the relationships of those who stay."""
    asked = {**case.asked, "relationships": relationships}
    return Case(asked, case.records, case.mint, case.today, case.problems, case.edits, case.facts)


def merge_households(case: Case) -> Plan:
    """All members of another household move into this one, and the other one is closed."""
    home, other = case.household(), case.household("other")
    if home is None or other is None:
        return case.finish()
    if home[0] == other[0]:
        case.wrong("change_same_household", "other")
        return case.finish()
    if home[1]["operation"] != other[1]["operation"]:
        case.wrong("two_operations", "other", reference=other[1]["reference"])
        return case.finish()
    relationships: Mapping[str, str] = case.asked.get("relationships", {})
    coming = [str(row["person"]) for row in case.records.members(other[0]).values()]
    check_day(case, max(str(home[1]["registered_on"]), str(other[1]["registered_on"])))
    for person in coming:
        leave(case, person, other[0], MERGED)
        enter(case, person, home[0], relationships.get(person, ""))
        case.announce("MembershipChanged", person, other[0], home[0])
    relate(case, home[0], {person: code for person, code in relationships.items() if person not in coming})
    close_row(case, HOUSEHOLD, other[0], "closed", MERGED)
    case.announce("HouseholdsMerged", home[0], other[0])
    return case.finish()
