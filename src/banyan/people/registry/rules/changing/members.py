"""Who belongs to a household, and who is its head: add, remove, transfer a member, change the head."""

from collections.abc import Mapping

from banyan.people.registry.rules.changing.case import HEAD, UNKNOWN, Case, Plan
from banyan.people.registry.rules.changing.people import new_member
from banyan.people.registry.rules.changing.records import HOUSEHOLD, MEMBERSHIP, Row

EMPTIED = "no member left"


def add_member(case: Case) -> Plan:
    """Add a person to a household: one who is registered and belongs to none, or one who is not registered yet."""
    home = case.household()
    if home is not None and case.asked.get("person"):
        person = case.person()
        if person is not None:
            _join(case, person, home)
    elif home is not None and case.asked.get("fields"):
        new_member(case, home[0], home[1], case.asked["fields"], case.asked.get("relationship", ""))
    elif home is not None:
        case.wrong("change_value_missing", "person", field="person")
    if home is not None:
        check_day(case, home[1]["registered_on"])
    return case.finish()


def _join(case: Case, person: tuple[str, Row], home: tuple[str, Row]) -> None:
    key, row = person
    if row["operation"] != home[1]["operation"]:
        case.wrong("two_operations", "person", reference=row["reference"])
    elif case.records.membership(key) is not None:
        case.wrong("already_member", "person", reference=row["reference"])
    else:
        enter(case, key, home[0], case.asked.get("relationship", ""))
        case.announce("MembershipChanged", key, "", home[0])


def remove_member(case: Case) -> Plan:
    """End a membership; the person stays registered, without a household."""
    found = _member(case)
    if found is not None:
        person, household = found
        leave(case, person, household, case.asked.get("ending", "left"))
        settle(case, household)
        case.announce("MembershipChanged", person, household, "")
    return case.finish()


def transfer_member(case: Case) -> Plan:
    """Move a person from the household it belongs to into another one of the same operation."""
    person, home = case.person(), case.household("to")
    if person is None or home is None:
        return case.finish()
    held = case.records.membership(person[0])
    if held is None:
        case.wrong("change_not_a_member", "person", reference=person[1]["reference"])
        return case.finish()
    left = str(held[1]["household"])
    if left == home[0]:
        case.wrong("change_same_household", "to")
    elif person[1]["operation"] != home[1]["operation"]:
        case.wrong("two_operations", "to", reference=person[1]["reference"])
    else:
        leave(case, person[0], left, case.asked.get("ending", "transferred"))
        enter(case, person[0], home[0], case.asked.get("relationship", ""))
        settle(case, left)
        case.announce("MembershipChanged", person[0], left, home[0])
    return case.finish()


def change_head(case: Case) -> Plan:
    """Another member becomes the head; relationships may be written anew, since they are told from the head's side."""
    found = _member(case)
    if found is not None:
        person, household = found
        if case.records.head(household) == person:
            case.wrong("change_head_already", "person")
        else:
            appoint(case, household, person)
            relate(case, household, case.asked.get("relationships", {}))
    return case.finish()


def _member(case: Case) -> tuple[str, str] | None:
    """Person and household asked for, if the one belongs to the other."""
    home, person = case.household(), case.person(active=False)
    if home is None or person is None:
        return None
    if case.records.member(person[0], home[0]) is None:
        case.wrong("change_not_a_member", "person", reference=person[1]["reference"])
        return None
    return person[0], home[0]


def leave(case: Case, person: str, household: str, ending: str) -> None:
    """End the open membership of a person in a household."""
    key, row = case.then.member(person, household) or ("", {})
    check_day(case, row.get("since"))
    # A head who left heads nothing; the row keeps saying what the person was until then.
    case.change(MEMBERSHIP, key, until=case.on, reason=ending)


def enter(case: Case, person: str, household: str, relationship: str, *, is_head: bool = False) -> None:
    """Open a membership. Collector and alternate are named anew by the household."""
    if relationship == HEAD and not is_head:
        case.wrong("change_head_twice", "relationship")
    case.add(
        MEMBERSHIP, person=person, household=household, since=case.on, is_head=is_head,
        relationship=HEAD if is_head else relationship or UNKNOWN,
    )  # fmt: skip


def appoint(case: Case, household: str, person: str) -> None:
    """Make a member the head instead of whoever is."""
    members = case.then.members(household)
    for key, row in members.items():
        if row["is_head"]:
            case.change(MEMBERSHIP, key, is_head=False, relationship=UNKNOWN)
    for key, row in members.items():
        if row["person"] == person:
            case.change(MEMBERSHIP, key, is_head=True, relationship=HEAD)
    case.announce("HeadChanged", household, person)


def relate(case: Case, household: str, relationships: Mapping[str, str]) -> None:
    """Write relationships of members, as told from the side of the head."""
    members = {str(row["person"]): (key, row) for key, row in case.then.members(household).items()}
    for person, relationship in relationships.items():
        if person not in members:
            case.wrong("change_not_a_member", f"relationships.{person}", reference=_reference(case, person))
            continue
        key, row = members[person]
        if (relationship == HEAD) != bool(row["is_head"]):
            case.wrong("change_head_twice", f"relationships.{person}")
        elif relationship != row["relationship"]:
            case.change(MEMBERSHIP, key, relationship=relationship)


def settle(case: Case, household: str) -> None:
    """After somebody left: the household closes with the last one, or gets another head if it lost its own."""
    left = case.then
    members = left.members(household)
    if not members:
        if case.asked.get("close_emptied"):
            close_row(case, HOUSEHOLD, household, "closed", EMPTIED)
        else:
            row = left.row(HOUSEHOLD, household) or {}
            case.wrong("change_household_emptied", "close_emptied", reference=row.get("reference", ""))
        return
    if left.head(household) is None:
        person = str(case.asked.get("new_head") or "")
        if left.member(person, household) is None:
            case.wrong("change_head_needed", "new_head")
            return
        appoint(case, household, person)
    relate(case, household, case.asked.get("relationships", {}))


def close_row(case: Case, table: str, key: str, status: str, reason: str) -> None:
    """Give a person or a household another status."""
    case.change(table, key, status=status, status_reason=reason, status_since=case.on)
    case.announce(("Household" if table == HOUSEHOLD else "Person") + "Closed", key)


def check_day(case: Case, since: object) -> None:
    """The day of the change is neither ahead nor before what it follows."""
    if case.on > case.today.isoformat():
        _once(case, "change_day_ahead", day=case.on)
    elif since and case.on < str(since):
        _once(case, "change_day_early", day=case.on, since=str(since))


def _once(case: Case, code: str, **parameters: str) -> None:
    if not any(problem.code == f"registry.{code}" for problem in case.problems):
        case.wrong(code, "on", **parameters)


def _reference(case: Case, person: str) -> str:
    return str((case.records.row("person", person) or {}).get("reference", ""))
