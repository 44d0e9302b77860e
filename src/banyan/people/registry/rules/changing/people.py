"""Corrections of what is written about a person or a household, and people who are new."""

from collections.abc import Mapping
from typing import Any

from banyan.people.registry.rules.changing.case import UNKNOWN, Case, Plan
from banyan.people.registry.rules.changing.records import HOUSEHOLD, MEMBERSHIP, PERSON, Row, same
from banyan.platform.kernel.dates import PartialDate


def correct_identity(case: Case) -> Plan:
    """Write other values into fields of a person."""
    found = case.person()
    if found is not None:
        correct(case, PERSON, found[0], found[1], case.asked.get("fields", {}), at="fields.")
    return case.finish()


def correct_household(case: Case) -> Plan:
    """Write other values into fields of a household."""
    found = case.household()
    if found is not None:
        correct(case, HOUSEHOLD, found[0], found[1], case.asked.get("fields", {}), at="fields.")
    return case.finish()


def new_member(case: Case, household: str, home: Row, fields: Mapping[str, Any], relationship: str) -> str:
    """Add a person who was not registered yet to a household; gives the id."""
    if not fields.get("full_name"):
        case.wrong("name_missing", "fields.full_name")
    _check_dates(case, {"registered_on": case.on, **fields}, "fields.")
    person = case.add(PERSON, **fields, operation=home["operation"], registered_on=case.on)
    case.add(MEMBERSHIP, person=person, household=household, relationship=relationship or UNKNOWN, since=case.on)
    case.announce("PersonAdded", person, household)
    return person


def correct(case: Case, table: str, key: str, row: Row, fields: Mapping[str, Any], *, at: str) -> None:
    """Write what is different into a row; further answers that are not named stay."""
    different = {name: value for name, value in fields.items() if not same(row.get(name), value)}
    if "extras" in different:  # answers that are not named stay
        different["extras"] = {**(row.get("extras") or {}), **different["extras"]}
        if same(row.get("extras"), different["extras"]):
            del different["extras"]
    if not different:
        return
    if table == PERSON:
        _check_dates(case, {**row, **different}, at)
    case.change(table, key, **different)
    case.announce("PersonChanged" if table == PERSON else "HouseholdChanged", key)


def _check_dates(case: Case, row: Mapping[str, Any], at: str) -> None:
    """Birth before arrival before registration, as far as partial dates let it be told, and nothing ahead of today."""
    born, arrived = (_partial(row.get(name)) for name in ("birth_date", "arrived_on"))
    registered, today = _partial(row.get("registered_on")), PartialDate.of(case.today)
    for name, date in (("birth_date", born), ("arrived_on", arrived)):
        if date is not None and today.surely_before(date):
            case.wrong("change_day_ahead", f"{at}{name}", day=str(date))
    for name, earlier, later in (("birth_date", born, arrived), ("birth_date", born, registered)):
        if earlier is not None and later is not None and later.surely_before(earlier):
            case.wrong("change_dates_swapped", f"{at}{name}", earlier=str(earlier), later=str(later))


def _partial(text: Any) -> PartialDate | None:
    return PartialDate.from_text(str(text)) if text else None
