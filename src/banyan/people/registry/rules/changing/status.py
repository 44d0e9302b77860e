"""Closing and reactivating people and households."""

from banyan.people.registry.rules.changing.case import Case, Plan
from banyan.people.registry.rules.changing.members import check_day, close_row, leave, settle
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON, Row

CLOSING = ("inactive", "closed")


def close(case: Case) -> Plan:
    """End a registration with a reason: of a person, or of a household with everybody in it.

    A person who is closed leaves the household; one who is only inactive stays in it. The members of a household that is
    closed stay its members, so that it can be reactivated as it was.
    """
    status = str(case.asked.get("status") or "closed")
    reason = str(case.asked.get("ending") or "")
    if status not in CLOSING:
        case.wrong("value_unknown", "status", value=status, list="status")
    if case.asked.get("household"):
        _close_household(case, status, reason)
    else:
        _close_person(case, status, reason)
    return case.finish()


def _close_person(case: Case, status: str, reason: str) -> None:
    found = case.person()
    if found is None:
        return
    check_day(case, found[1]["registered_on"])
    close_row(case, PERSON, found[0], status, reason)
    held = case.records.membership(found[0])
    if status == "closed" and held is not None:
        household = str(held[1]["household"])
        leave(case, found[0], household, reason)
        case.announce("MembershipChanged", found[0], household, "")
        settle(case, household)


def _close_household(case: Case, status: str, reason: str) -> None:
    found = case.household()
    if found is None:
        return
    check_day(case, found[1]["registered_on"])
    close_row(case, HOUSEHOLD, found[0], status, reason)
    for person, row in _people(case, found[0]):
        if row["status"] == "active":
            close_row(case, PERSON, person, status, reason)


def reactivate(case: Case) -> Plan:
    """Open a registration again: of a person, or of a household with those who were closed together with it."""
    if case.asked.get("household"):
        found = case.household(active=False)
        if found is not None and _check_closed(case, found[1], "household"):
            _reopen(case, HOUSEHOLD, found[0])
            for person, row in _people(case, found[0]):
                if _status(row) == _status(found[1]):
                    _reopen(case, PERSON, person)
        return case.finish()
    found = case.person(active=False)
    if found is not None and _check_closed(case, found[1], "person"):
        held = case.records.membership(found[0])
        home = case.records.row(HOUSEHOLD, str(held[1]["household"])) if held is not None else None
        if home is not None and home["status"] != "active":
            case.wrong("change_record_closed", "person", reference=home["reference"])
        _reopen(case, PERSON, found[0])
    return case.finish()


def _check_closed(case: Case, row: Row, at: str) -> bool:
    if row["status"] == "active":
        case.wrong("change_active_already", at, reference=row["reference"])
    elif row["status"] == "withdrawn":
        case.wrong("record_withdrawn", at, reference=row["reference"])
    else:
        check_day(case, row["status_since"])
    return str(row["status"]) in CLOSING


def _reopen(case: Case, table: str, key: str) -> None:
    case.change(table, key, status="active", status_reason="", status_since=case.on)
    case.announce(("Household" if table == HOUSEHOLD else "Person") + "Reactivated", key)


def _status(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("status", "status_reason", "status_since"))


def _people(case: Case, household: str) -> list[tuple[str, Row]]:
    found = [str(row["person"]) for row in case.records.members(household).values()]
    return [(person, row) for person in found if (row := case.records.row(PERSON, person)) is not None]
