"""What a person has: documents, telephones, specific needs; and notices given to a person or a household."""

from collections.abc import Collection

from banyan.people.registry.rules.asking import document_key
from banyan.people.registry.rules.changing.case import Case, Plan
from banyan.people.registry.rules.changing.members import check_day
from banyan.people.registry.rules.changing.records import DOCUMENT, NEED, NOTICE, PHONE, Row, same
from banyan.platform.kernel.dates import PartialDate


def change_document(case: Case) -> Plan:
    """Add a document, correct one, or mark one as no longer in use."""
    found = case.person()
    if found is None:
        return case.finish()
    part = _part(case, DOCUMENT, found[0])
    if case.asked.get("end"):
        if part is not None:
            case.change(DOCUMENT, part[0], is_current=False)
        return _finish(case, found[0])
    write_document(case, found[0], part, _given(case, ("type", "number", "issuer", "issued_on", "expires_on")))
    return _finish(case, found[0])


def write_document(
    case: Case, person: str, part: tuple[str, Row] | None, values: dict[str, object], *, at: str = ""
) -> None:  # fmt: skip
    """A document of a person as `values` have it, over the one that is there or as a new one; notes what is wrong with it."""
    whole = {**(part[1] if part else {}), **values}
    for name in ("type", "number"):
        if not whole.get(name):
            case.wrong("change_value_missing", f"{at}{name}", field=name)
    if whole.get("number"):
        values["number_key"] = document_key(str(whole["number"]))
    issued, expires = (_partial(whole.get(name)) for name in ("issued_on", "expires_on"))
    if issued is not None and PartialDate.of(case.today).surely_before(issued):
        case.wrong("change_day_ahead", f"{at}issued_on", day=str(issued))
    if issued is not None and expires is not None and expires.surely_before(issued):
        case.wrong("change_dates_swapped", f"{at}expires_on", earlier=str(issued), later=str(expires))
    _write(case, DOCUMENT, part, {**values, "is_current": True}, person=person)


def change_phone(case: Case) -> Plan:
    """Add a telephone number, correct one, or take one out."""
    found = case.person()
    if found is None:
        return case.finish()
    part = _part(case, PHONE, found[0])
    held = case.records.parts(PHONE, found[0])
    if case.asked.get("end"):
        if part is not None:
            case.remove(PHONE, part[0])
        return _finish(case, found[0])
    number = case.asked.get("number")
    if not number:
        case.wrong("change_value_missing", "number", field="number")
    elif any(row["number"] == number and (part is None or key != part[0]) for key, row in held.items()):
        case.wrong("change_phone_known", "number", number=number)
    else:
        values = {"number": number, "raw": str(case.asked.get("raw") or number)}
        if part is None:
            values["position"] = max((int(row["position"]) for row in held.values()), default=-1) + 1
        _write(case, PHONE, part, values, person=found[0])
    return _finish(case, found[0])


def change_need(case: Case) -> Plan:
    """Add a specific need, correct one, or say since when it is over."""
    found = case.person()
    if found is None:
        return case.finish()
    part = _part(case, NEED, found[0])
    values = _given(case, ("code", "since", "note", "sensitive"))
    if case.asked.get("end"):
        values["until"] = case.on
    whole = {**(part[1] if part else {}), **values}
    if not whole.get("code"):
        case.wrong("change_value_missing", "code", field="code")
    open_ones = {key: row for key, row in case.records.parts(NEED, found[0]).items() if row["until"] is None}
    if any(row["code"] == whole.get("code") and (part is None or key != part[0]) for key, row in open_ones.items()):
        case.wrong("change_need_known", "code")
    since = str(whole.get("since") or "")
    if since > case.today.isoformat():
        case.wrong("change_day_ahead", "since", day=since)
    if "until" in values:
        check_day(case, since)
    if part is not None or not case.asked.get("end"):
        _write(case, NEED, part, values, person=found[0])
    return _finish(case, found[0])


def change_notice(case: Case) -> Plan:
    """Note a notice given to a person or a household and what they agreed to, correct it, or note its withdrawal."""
    owner = "household" if case.asked.get("household") else "person"
    found = case.household() if owner == "household" else case.person()
    if found is None:
        return case.finish()
    part = _part(case, NOTICE, found[0])
    values = _given(case, ("version", "language", "given_on", "purposes", "legal_basis"))
    given_on = str({**(part[1] if part else {}), **values}.get("given_on") or "")
    if part is None and not given_on:
        case.wrong("change_value_missing", "given_on", field="given_on")
    if given_on > case.today.isoformat():
        case.wrong("change_day_ahead", "given_on", day=given_on)
    if case.asked.get("end"):
        check_day(case, given_on)
        values["withdrawn_on"] = case.on
    if part is not None or not case.asked.get("end"):
        _write(case, NOTICE, part, values, **{owner: found[0]})
    return _finish(case, found[0])


def _partial(text: object) -> PartialDate | None:
    return PartialDate.from_text(str(text)) if text else None


def _part(case: Case, table: str, owner: str) -> tuple[str, Row] | None:
    """The document, phone, need or notice asked for; None for a new one. One that is not the owner's is noted as wrong."""
    key = str(case.asked.get("part") or "")
    if not key:
        if case.asked.get("end"):
            case.wrong("change_value_missing", "part", field="part")
        return None
    row = case.records.parts(table, owner).get(key)
    if row is None:
        case.wrong("change_part_missing", "part")
        return None
    return key, row


def _given(case: Case, names: Collection[str]) -> dict[str, object]:
    return {name: case.asked[name] for name in names if name in case.asked}


def _write(case: Case, table: str, part: tuple[str, Row] | None, values: dict[str, object], **owner: str) -> None:
    if case.problems:
        return
    if part is None:
        case.add(table, **values, **owner)
        return
    different = {name: value for name, value in values.items() if not same(part[1].get(name), value)}
    if different:
        case.change(table, part[0], **different)


def _finish(case: Case, owner: str) -> Plan:
    if case.edits:
        case.announce("HouseholdChanged" if case.asked.get("household") else "PersonChanged", owner)
    return case.finish()
