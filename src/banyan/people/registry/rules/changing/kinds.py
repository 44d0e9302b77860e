"""The kinds of changes: what each asks for, about whom, how it is planned, and the rule that holds when nobody set another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from banyan.people.registry.rules.changing import households, members, parts, people, status, updating
from banyan.people.registry.rules.changing.case import Case, Mint, Plan
from banyan.people.registry.rules.changing.fields import Known
from banyan.people.registry.rules.changing.inputs import (
    DOCUMENT_INPUTS,
    NEED_INPUTS,
    NOTICE_INPUTS,
    PHONE_INPUTS,
    Input,
    read_asked,
)
from banyan.people.registry.rules.changing.invariants import broken
from banyan.people.registry.rules.changing.records import Records
from banyan.platform.kernel.problems import Problem

Subject = Literal["person", "household", "either"]
_ON = Input("on", "day")
_ENDING = Input("ending", "text")
_RELATIONSHIP = Input("relationship", "choice", "relationship", most=40)
_RELATIONSHIPS = Input("relationships", "choices_of_people", "relationship")
_NEW_HEAD = Input("new_head", "record")
_CLOSE_EMPTIED = Input("close_emptied", "flag")
_PERSON = Input("person", "record", required=True)
_HOUSEHOLD = Input("household", "record", required=True)
_EITHER = (Input("person", "record"), Input("household", "record"))
_PART = Input("part", "record")
_END = Input("end", "flag")


@dataclass(frozen=True)
class Kind:
    """A kind of change. `approval`: whether another person approves, unless the operation decides otherwise."""

    code: str
    subject: Subject
    inputs: tuple[Input, ...]
    plan: Callable[[Case], Plan]
    approval: bool = True


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("correct_identity", "person", (_PERSON, Input("fields", "person_fields", required=True)), people.correct_identity),
        Kind(
            "correct_household", "household", (_HOUSEHOLD, Input("fields", "household_fields", required=True)),
            people.correct_household,
        ),
        Kind(
            "add_member", "household",
            (_HOUSEHOLD, Input("person", "record"), Input("fields", "person_fields"), _RELATIONSHIP, _ON),
            members.add_member,
        ),
        Kind(
            "remove_member", "person",
            (_PERSON, _HOUSEHOLD, _ON, _ENDING, _NEW_HEAD, _RELATIONSHIPS, _CLOSE_EMPTIED), members.remove_member,
        ),
        Kind(
            "transfer_member", "person",
            (_PERSON, Input("to", "record", required=True), _RELATIONSHIP, _ON, _ENDING, _NEW_HEAD, _RELATIONSHIPS,
             _CLOSE_EMPTIED),
            members.transfer_member,
        ),
        Kind("change_head", "household", (_HOUSEHOLD, _PERSON, _RELATIONSHIPS, _ON), members.change_head),
        Kind(
            "split_household", "household",
            (_HOUSEHOLD, Input("members", "records", required=True), Input("head", "record", required=True),
             _RELATIONSHIPS, _NEW_HEAD, Input("fields", "household_fields"), _ON),
            households.split_household,
        ),
        Kind(
            "merge_households", "household",
            (_HOUSEHOLD, Input("other", "record", required=True), _RELATIONSHIPS, _ON), households.merge_households,
        ),
        Kind(
            "close", "either",
            (*_EITHER, Input("status", "text", most=10), Input("ending", "choice", "inactive-reasons", required=True),
             _ON, _NEW_HEAD, _RELATIONSHIPS, _CLOSE_EMPTIED),
            status.close,
        ),
        Kind("reactivate", "either", (*_EITHER, _ON), status.reactivate),
        Kind(
            "change_document", "person",
            (_PERSON, _PART, *DOCUMENT_INPUTS, _END), parts.change_document,
        ),
        Kind(
            "change_phone", "person",
            (_PERSON, _PART, *PHONE_INPUTS, _END), parts.change_phone, approval=False,
        ),
        Kind(
            "change_need", "person",
            (_PERSON, _PART, *NEED_INPUTS, _END, _ON), parts.change_need, approval=False,
        ),
        Kind(
            "change_notice", "either",
            (*_EITHER, _PART, *NOTICE_INPUTS, _END, _ON), parts.change_notice, approval=False,
        ),
        Kind(
            "update", "either",
            (*_EITHER, Input("records", "updates"), Input("added", "members"), _ON), updating.update,
        ),
    )
}  # fmt: skip
# Made by a later submission of the same household, never typed in by somebody.
NOT_TYPED = frozenset({"update"})


def kind_of(code: str) -> Kind:
    """The kind of that code. Raises Problem registry.change_field_unknown."""
    if code not in KINDS:
        raise Problem("registry.change_field_unknown", field=code)
    return KINDS[code]


def read(code: str, given: Mapping[str, Any], known: Known) -> tuple[dict[str, Any], list[Problem]]:
    """What was asked for, as plain values, and every problem in it."""
    kind = kind_of(code)
    asked, found = read_asked(kind.inputs, given, known)
    if code == "change_need" and asked.get("code") in known.sensitive:
        asked["sensitive"] = True
    if kind.subject == "either" and bool(asked.get("person")) == bool(asked.get("household")):
        found.append(Problem("registry.change_record_missing"))
    return asked, found


def plan(code: str, asked: Mapping[str, Any], records: Records, *, mint: Mint, today: date) -> Plan:
    """What a change would do to the records as they stand, with everything that stands against it."""
    made = kind_of(code).plan(Case(asked, records, mint, today))
    if made.problems:
        return made
    return Plan(made.edits, made.lines, tuple(broken(records, made.edits)), made.facts)


def named(code: str, asked: Mapping[str, Any]) -> dict[str, list[str]]:
    """The people and households that a change names: {"person": [ids], "household": [ids]}."""
    found: dict[str, list[str]] = {"person": [], "household": []}
    for each in kind_of(code).inputs:
        value = asked.get(each.name)
        if value is None or each.name == "part":
            continue
        if each.kind == "updates":
            for item in value:
                found[item["table"]].append(item["id"])
        elif each.kind in ("record", "records"):
            table = "household" if each.name in ("household", "to", "other") else "person"
            found[table] += [value] if isinstance(value, str) else value
        elif each.kind == "choices_of_people":
            found["person"] += list(value)
    return {table: list(dict.fromkeys(keys)) for table, keys in found.items()}


# Columns of a part that a form shows beside what is typed.
_OF_PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "change_document": ("document", ("type", "number", "issuer", "issued_on", "expires_on")),
    "change_phone": ("phone", ("number",)),
    "change_need": ("need", ("code", "since", "note", "sensitive")),
    "change_notice": ("notice", ("version", "language", "given_on", "purposes", "legal_basis")),
}


def typed_over(code: str, asked: Mapping[str, Any], records: Records) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What was typed over values that stand in the register, by column, and those values; empty for other kinds.

    For corrections the fields of the record, for a document, telephone, need or notice that is there its columns.
    """
    if "fields" in asked and code in ("correct_identity", "correct_household"):
        table, key = subject_of(code, asked)
        return dict(asked["fields"]), records.row(table, key) or {}
    if asked.get("part") and code in _OF_PARTS:
        table, names = _OF_PARTS[code]
        return {name: asked[name] for name in names if name in asked}, records.row(table, str(asked["part"])) or {}
    return {}, {}


def narrowed(code: str, asked: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The same request with only these columns written over what stands there."""
    if code not in _OF_PARTS:
        return {**asked, "fields": dict(typed)}
    _table, names = _OF_PARTS[code]
    return {**{name: value for name, value in asked.items() if name not in names}, **typed}


def subject_of(code: str, asked: Mapping[str, Any]) -> tuple[str, str]:
    """("person" or "household", id): the record that a request is about, at which it is listed."""
    subject = kind_of(code).subject
    if subject == "either":
        subject = "household" if asked.get("household") else "person"
    return subject, str(asked.get(subject) or "")


def offered() -> Sequence[Kind]:
    """Kinds that people propose, in the order in which they are offered."""
    return [kind for kind in KINDS.values() if kind.code not in NOT_TYPED]
