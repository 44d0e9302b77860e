"""Updates from a later submission of a household: what it says of them, and of what they have.

Documents, telephones, needs and notices that are new are added; where only one can be meant it is corrected. Nothing and
nobody is taken away: who leaves something out of a form has not said that it is gone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from banyan.people.registry.rules.asking import document_key
from banyan.people.registry.rules.changing.case import Case, Plan
from banyan.people.registry.rules.changing.parts import write_document
from banyan.people.registry.rules.changing.people import correct, new_member
from banyan.people.registry.rules.changing.records import DOCUMENT, NEED, NOTICE, PERSON, PHONE, Row, empty

Things = Sequence[Mapping[str, Any]]


def update(case: Case) -> Plan:
    """Take over what a later submission says about a household, its people and what they have."""
    for number, item in enumerate(case.asked.get("records", ())):
        table, key, at = item["table"], item["id"], f"records.{number}"
        row = case.records.row(table, key)
        if row is None:
            case.wrong("change_record_missing", at)
        elif row["status"] in ("closed", "withdrawn"):
            case.wrong("change_record_closed", at, reference=row["reference"])
        else:
            correct(case, table, key, row, item["fields"], at=f"{at}.")
            if _belongings(case, table, key, item, f"{at}."):
                case.announce("PersonChanged" if table == PERSON else "HouseholdChanged", key)
    added = case.asked.get("added", ())
    home = case.household() if added else None
    for number, item in enumerate(added if home is not None else ()):
        person = new_member(case, home[0], home[1], item["fields"], item["relationship"])  # type: ignore[index]  # not None here
        _belongings(case, PERSON, person, item, f"added.{number}.")
    return case.finish()


def _belongings(case: Case, table: str, owner: str, said: Mapping[str, Any], at: str) -> bool:
    """What a person or household is said to have, in lists named as in `inputs.BELONGINGS`; whether anything is new."""
    before = len(case.edits)
    if table == PERSON:
        _documents(case, owner, said.get("documents", ()), f"{at}documents.")
        _phones(case, owner, said.get("phones", ()))
        _needs(case, owner, said.get("needs", ()), f"{at}needs.")
    _notices(case, table, owner, said.get("notices", ()), f"{at}notices.")
    return len(case.edits) > before


def _documents(case: Case, person: str, said: Things, at: str) -> None:
    held = {key: row for key, row in case.records.parts(DOCUMENT, person).items() if row["is_current"]}
    keys = {document_key(str(each.get("number", ""))) for each in said}
    for number, each in enumerate(said):
        values = {name: value for name, value in each.items() if not empty(value)}
        part = _same_document(held, values)
        if part is not None:
            values.pop("number")  # written in another way, it is the same
        elif sum(other.get("type") == each.get("type") for other in said) == 1:
            part = _only_one(held, values.get("type"), keys)
        write_document(case, person, part, values, at=f"{at}{number}.")


def _same_document(held: Mapping[str, Row], values: Mapping[str, Any]) -> tuple[str, Row] | None:
    wanted = values.get("type"), document_key(str(values.get("number", "")))
    return next(((key, row) for key, row in held.items() if (row["type"], row["number_key"]) == wanted), None)


def _only_one(held: Mapping[str, Row], kind: object, said: set[str]) -> tuple[str, Row] | None:
    """The only document of that type, if the submission does not name it beside another."""
    found = [(key, row) for key, row in held.items() if row["type"] == kind]
    return found[0] if len(found) == 1 and found[0][1]["number_key"] not in said else None


def _phones(case: Case, person: str, said: Things) -> None:
    held = case.records.parts(PHONE, person)
    numbers = {row["number"] for row in held.values()}
    fresh = {str(each["number"]): each for each in said if each.get("number") and each["number"] not in numbers}
    if len(held) == len(said) == len(fresh) == 1:
        ((key, _row),) = held.items()
        ((number, each),) = fresh.items()
        case.change(PHONE, key, number=number, raw=str(each.get("raw") or number))
        return
    position = max((int(row["position"]) for row in held.values()), default=-1)
    for place, (number, each) in enumerate(fresh.items(), start=position + 1):
        case.add(PHONE, number=number, raw=str(each.get("raw") or number), position=place, person=person)


def _needs(case: Case, person: str, said: Things, at: str) -> None:
    known = {row["code"] for row in case.records.parts(NEED, person).values() if row["until"] is None}
    for number, each in enumerate(said):
        code, since = each.get("code"), str(each.get("since") or case.on)
        if not code or code in known:
            continue
        known.add(code)
        if since > case.today.isoformat():
            case.wrong("change_day_ahead", f"{at}{number}.since", day=since)
        case.add(NEED, code=code, since=since, sensitive=bool(each.get("sensitive")), person=person)


def _notices(case: Case, table: str, owner: str, said: Things, at: str) -> None:
    """A notice is given anew when it is another one, or something else was agreed to."""
    held = [row for row in case.records.parts(NOTICE, owner).values() if row["withdrawn_on"] is None]
    for number, each in enumerate(said):
        version, purposes = each.get("version") or "", dict(each.get("purposes") or {})
        given_on = str(each.get("given_on") or case.on)
        if any((row["version"], dict(row["purposes"])) == (version, purposes) for row in held):
            continue
        if given_on > case.today.isoformat():
            case.wrong("change_day_ahead", f"{at}{number}.given_on", day=given_on)
        case.add(
            NOTICE, **{table: owner}, version=version, purposes=purposes, given_on=given_on,
            language=each.get("language") or "", legal_basis=each.get("legal_basis") or "consent",
        )  # fmt: skip
