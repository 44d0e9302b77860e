"""What each kind of change asks for, and how it is read: every problem at its field, all at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from banyan.people.registry.rules.changing.fields import (
    HOUSEHOLD_FIELDS,
    PERSON_FIELDS,
    Field,
    Known,
    read_day,
    read_fields,
    read_flag,
    read_phone,
    read_value,
)
from banyan.platform.kernel.problems import Location, Problem


@dataclass(frozen=True)
class Input:
    """One thing asked for. `kind`: record (an id), records, person_fields, household_fields, choices_of_people, phone,
    day, flag, purposes, updates, members, or a kind of `fields.Field`.
    """

    name: str
    kind: str
    codes: str = ""
    required: bool = False
    most: int = 200


# What a person has, one by one. A later submission brings several of each for several people: see `_belongings`.
DOCUMENT_INPUTS = (
    Input("type", "choice", "document-types", most=40), Input("number", "text", most=80), Input("issuer", "text", most=120),
    Input("issued_on", "partial"), Input("expires_on", "partial"),
)  # fmt: skip
PHONE_INPUTS = (Input("number", "phone"), Input("raw", "text", most=60))
NEED_INPUTS = (
    Input("code", "choice", "specific-needs", most=40), Input("since", "day"), Input("note", "text", most=300),
    Input("sensitive", "flag"),
)  # fmt: skip
NOTICE_INPUTS = (
    Input("version", "text", most=40), Input("language", "language", most=12), Input("given_on", "day"),
    Input("purposes", "purposes"), Input("legal_basis", "text", most=40),
)  # fmt: skip
BELONGINGS: dict[str, tuple[Input, ...]] = {
    "documents": DOCUMENT_INPUTS, "phones": PHONE_INPUTS, "needs": NEED_INPUTS, "notices": NOTICE_INPUTS,
}  # fmt: skip


def read_asked(inputs: Sequence[Input], given: Mapping[str, Any], known: Known) -> tuple[dict[str, Any], list[Problem]]:
    """What was asked for as plain values, and every problem in it. Names that no input has are problems too."""
    read: dict[str, Any] = {}
    found: list[Problem] = []
    for each in inputs:
        value = given.get(each.name)
        if value in (None, "", [], {}):
            if each.required:
                found.append(Problem("registry.change_value_missing", field=each.name, at=Location(field=each.name)))
            continue
        try:
            read[each.name], more = _READERS.get(each.kind, _field)(each, value, known)
            found += more
        except Problem as problem:
            found.append(problem.placed(problem.at or Location(field=each.name)))
    for name in given.keys() - {each.name for each in inputs}:
        found.append(Problem("registry.change_field_unknown", field=name, at=Location(field=name)))
    return read, found


Read = tuple[Any, list[Problem]]


def _field(wanted: Input, given: Any, known: Known) -> Read:
    field = Field(wanted.name, wanted.kind, wanted.codes, wanted.most, wanted.required)
    return read_value(field, given, known), []


def read_id(given: Any) -> str:
    """The id of a record as text. Raises Problem registry.change_record_missing for what is none."""
    try:
        return str(given if isinstance(given, UUID) else UUID(str(given).strip()))
    except ValueError:
        raise Problem("registry.change_record_missing") from None


def _record(_wanted: Input, given: Any, _known: Known) -> Read:
    return read_id(given), []


def _records(_wanted: Input, given: Any, _known: Known) -> Read:
    values = given if isinstance(given, list | tuple) else [given]
    return list(dict.fromkeys(read_id(value) for value in values)), []


def _mapping(wanted: Input, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise Problem("registry.change_value_malformed", field=wanted.name)
    return given


def _person_fields(wanted: Input, given: Any, known: Known) -> Read:
    return read_fields(PERSON_FIELDS, _mapping(wanted, given), known, at=f"{wanted.name}.")


def _household_fields(wanted: Input, given: Any, known: Known) -> Read:
    return read_fields(HOUSEHOLD_FIELDS, _mapping(wanted, given), known, at=f"{wanted.name}.")


def _choices_of_people(wanted: Input, given: Any, known: Known) -> Read:
    """{person: code}; empty codes are left out."""
    read: dict[str, str] = {}
    found: list[Problem] = []
    for key, code in _mapping(wanted, given).items():
        if not code:
            continue
        at = f"{wanted.name}.{key}"
        try:
            read[read_id(key)] = read_value(Field(wanted.name, "choice", wanted.codes, 40), code, known, at=at)
        except Problem as problem:
            found.append(problem.placed(Location(field=at)))
    return read, found


def _phone(_wanted: Input, given: Any, known: Known) -> Read:
    return read_phone(given, known.region), []


def _day(_wanted: Input, given: Any, _known: Known) -> Read:
    return read_day(given), []


def _flag(_wanted: Input, given: Any, _known: Known) -> Read:
    return read_flag(given), []


def _purposes(wanted: Input, given: Any, known: Known) -> Read:
    """{purpose: agreed}."""
    read = {str(key)[:40]: _flag(wanted, value, known)[0] for key, value in _mapping(wanted, given).items()}
    return read, []


def _updates(wanted: Input, given: Any, known: Known) -> Read:
    """[{"table": "person" or "household", "id", "fields": {…}, and lists named as in BELONGINGS}]."""
    read: list[dict[str, Any]] = []
    found: list[Problem] = []
    for number, item in enumerate(_list(wanted, given)):
        at = f"{wanted.name}.{number}."
        table = item.get("table")
        if table not in ("person", "household"):
            raise Problem("registry.change_value_malformed", field=f"{at}table")
        fields = PERSON_FIELDS if table == "person" else HOUSEHOLD_FIELDS
        values, more = read_fields(fields, _mapping(wanted, item.get("fields", {})), known, at=at)
        found += more
        things, more = _belongings(item, known, at)
        found += more
        read.append({"table": table, "id": read_id(item.get("id")), "fields": values, **things})
    return read, found


def _members(wanted: Input, given: Any, known: Known) -> Read:
    """New people of a household: [{"fields": {…}, "relationship": code, and lists named as in BELONGINGS}]."""
    read: list[dict[str, Any]] = []
    found: list[Problem] = []
    relationship = Field("relationship", "choice", "relationship", 40)
    for number, item in enumerate(_list(wanted, given)):
        at = f"{wanted.name}.{number}."
        values, more = read_fields(PERSON_FIELDS, _mapping(wanted, item.get("fields", {})), known, at=at)
        found += more
        things, more = _belongings(item, known, at)
        found += more
        code = read_value(relationship, item.get("relationship"), known, at=at)
        read.append({"fields": values, "relationship": code, **things})
    return read, found


def _belongings(
    item: Mapping[str, Any], known: Known, at: str
) -> tuple[dict[str, list[dict[str, Any]]], list[Problem]]:
    """Documents, telephones, needs and notices that are said of one person or household; kinds without any are left out."""
    read: dict[str, list[dict[str, Any]]] = {}
    found: list[Problem] = []
    for name, inputs in BELONGINGS.items():
        for number, given in enumerate(_list(Input(f"{at}{name}", "members"), item.get(name, []))):
            values, problems = read_asked(inputs, given, known)
            found += [
                problem.placed(Location(field=f"{at}{name}.{number}.{problem.at.field if problem.at else ''}"))
                for problem in problems
            ]
            if values.get("code") in known.sensitive:
                values["sensitive"] = True
            read.setdefault(name, []).append(values)
    return read, found


def _list(wanted: Input, given: Any) -> list[Mapping[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(item, Mapping) for item in given):
        raise Problem("registry.change_value_malformed", field=wanted.name)
    return given


_READERS: dict[str, Callable[[Input, Any, Known], Read]] = {
    "record": _record,
    "records": _records,
    "person_fields": _person_fields,
    "household_fields": _household_fields,
    "choices_of_people": _choices_of_people,
    "phone": _phone,
    "day": _day,
    "flag": _flag,
    "purposes": _purposes,
    "updates": _updates,
    "members": _members,
}
