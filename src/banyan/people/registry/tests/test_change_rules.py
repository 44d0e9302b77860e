"""Rules of change requests: what each kind reads and does, what stands against it, how two people's values are merged."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from banyan.people.registry import states
from banyan.people.registry.rules.changing import kinds, merging
from banyan.people.registry.rules.changing.case import Plan
from banyan.people.registry.rules.changing.fields import Field, Known, read_fields, read_value
from banyan.people.registry.rules.changing.invariants import broken
from banyan.people.registry.rules.changing.records import Edit, Line, Records, lines, merged, same
from banyan.platform.kernel.problems import Problem

TODAY = date(2026, 5, 1)
KNOWN = Known(today=TODAY, codes={"sex": {"female", "male"}, "relationship": {"head", "child", "spouse", "unknown"}}, region="MM", places={"X1": str(UUID(int=99))})  # fmt: skip


def uid(number: int) -> str:
    return str(UUID(int=number))


def person(number: int, **values: Any) -> dict[str, Any]:
    return {"operation": uid(1), "scope_id": 1, "reference": f"P{number}", "version": 1, "full_name": f"N{number}", "sex": "female",
            "birth_date": "1990", "arrived_on": None, "registered_on": "2026-01-01", "status": "active", "status_reason": "",
            "status_since": None, "extras": {"a": "1"}, "occupation": "", "legal_status": "", **values}  # fmt: skip


def home(number: int, **values: Any) -> dict[str, Any]:
    return {"operation": uid(1), "scope_id": 1, "reference": f"H{number}", "version": 1, "registered_on": "2026-01-01", "place": None,
            "address": "", "status": "active", "status_reason": "", "status_since": None, "extras": {}, **values}  # fmt: skip


def member(who: int, where: int, *, head: bool = False, **values: Any) -> dict[str, Any]:
    return {"person": uid(who), "household": uid(where), "relationship": "head" if head else "child", "is_head": head,
            "is_collector": False, "is_alternate": False, "since": "2026-01-01", "until": None, "reason": "", **values}  # fmt: skip


def world(**more: dict[str, dict[str, Any]]) -> Records:
    """Household 10 with 1 (head), 2, 3; household 20 with 4 alone; 5 without household; 30 closed with 6; 7 elsewhere."""
    rows: dict[str, dict[str, dict[str, Any]]] = {
        "person": {uid(n): person(n) for n in range(1, 6)}
        | {uid(6): person(6, status="closed", status_reason="left", status_since="2026-02-01"), uid(7): person(7, operation=uid(2)),
           uid(8): person(8, status="withdrawn", status_reason="error")},
        "household": {uid(10): home(10), uid(20): home(20), uid(30): home(30, status="closed", status_reason="left", status_since="2026-02-01"),
                      uid(40): home(40, operation=uid(2))},
        "membership": {uid(101): member(1, 10, head=True), uid(102): member(2, 10), uid(103): member(3, 10),
                       uid(104): member(4, 20, head=True), uid(106): member(6, 30, head=True), uid(107): member(7, 40, head=True)},
        "document": {uid(201): {"person": uid(1), "type": "passport", "number": "A 1", "number_key": "A1", "issuer": "", "issued_on": "2020", "expires_on": None, "is_current": True}},
        "phone": {uid(301): {"person": uid(1), "number": "+95912345678", "raw": "09 1", "position": 0}},
        "need": {uid(401): {"person": uid(1), "code": "disability", "since": "2026-01-01", "until": None, "note": "", "sensitive": False}},
        "notice": {uid(501): {"person": uid(1), "household": None, "version": "1", "language": "my", "given_on": "2026-01-01", "purposes": {}, "legal_basis": "consent", "withdrawn_on": None}},
    }  # fmt: skip
    return Records({table: rows.get(table, {}) | more.get(table, {}) for table in rows})


def minting() -> Any:
    numbers = count(9000)
    return lambda: uid(next(numbers))


def planned(kind: str, records: Records | None = None, /, **given: Any) -> Plan:
    asked, problems = kinds.read(kind, given, KNOWN)
    if problems:
        return Plan((), (), tuple(problems))
    return kinds.plan(kind, asked, records or world(), mint=minting(), today=TODAY)


def codes(plan: Plan) -> set[str]:
    return {problem.code.removeprefix("registry.").removeprefix("kernel.") for problem in plan.problems}


def members_of(records: Records, household: int) -> dict[str, tuple[str, bool]]:
    return {row["person"]: (row["relationship"], row["is_head"]) for row in records.members(uid(household)).values()}


P1, P2, P3, P4, P5, P6, P7, P8, H10, H20, H30, H40 = (uid(n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 30, 40))
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("correct_identity", {}, "change_value_missing"),
    ("correct_identity", {"person": "x", "fields": {"full_name": "A"}}, "change_record_missing"),
    ("correct_identity", {"person": uid(77), "fields": {"full_name": "A"}}, "change_record_missing"),
    ("correct_identity", {"person": P1, "fields": {"full_name": "N1"}}, "change_nothing"),
    ("correct_identity", {"person": P1, "fields": {"full_name": " "}}, "change_value_missing"),
    ("correct_identity", {"person": P1, "fields": {"full_name": "x" * 201}}, "value_too_long"),
    ("correct_identity", {"person": P1, "fields": {"full_name": {"a": 1}}}, "change_value_malformed"),
    ("correct_identity", {"person": P1, "fields": {"shoe": "A"}}, "change_field_unknown"),
    ("correct_identity", {"person": P1, "fields": "A"}, "change_value_malformed"),
    ("correct_identity", {"person": P1, "fields": {"full_name": "A"}, "more": 1}, "change_field_unknown"),
    ("correct_identity", {"person": P1, "fields": {"sex": "robot"}}, "value_unknown"),
    ("correct_identity", {"person": P1, "fields": {"nationality": "Burma"}}, "value_unknown"),
    ("correct_identity", {"person": P1, "fields": {"birth_date": "31.02.1990"}}, "date_impossible"),
    ("correct_identity", {"person": P1, "fields": {"birth_date": "2026-06"}}, "change_day_ahead"),
    ("correct_identity", {"person": P1, "fields": {"birth_date": "2026-02-01"}}, "change_dates_swapped"),
    ("correct_identity", {"person": P1, "fields": {"arrived_on": "1980"}}, "change_dates_swapped"),
    ("correct_identity", {"person": P1, "fields": {"email": "nobody"}}, "change_email_malformed"),
    ("correct_identity", {"person": P1, "fields": {"place": "Nowhere"}}, "place_unknown"),
    ("correct_identity", {"person": P1, "fields": {"extras": ["x"]}}, "change_value_malformed"),
    ("correct_identity", {"person": P1, "fields": {"extras": {"a": ["x"]}}}, "change_value_malformed"),
    ("correct_identity", {"person": P6, "fields": {"full_name": "A"}}, "change_record_closed"),
    ("correct_household", {"household": H10, "fields": {"lat": "91"}}, "change_number_malformed"),
    ("correct_household", {"household": H10, "fields": {"lat": "x"}}, "change_number_malformed"),
    ("correct_household", {"household": H10, "fields": {"size_reported": "2.5"}}, "change_number_malformed"),
    ("correct_household", {"household": H10, "fields": {"phone": "1"}}, "change_phone_malformed"),
    ("correct_household", {"household": H10, "fields": {"phone": "abc"}}, "change_phone_malformed"),
    ("correct_household", {"household": H30, "fields": {"address": "A"}}, "change_record_closed"),
    ("correct_household", {"household": H10, "fields": {"interviewed_on": "2026-01"}}, "change_day_partial"),
    ("add_member", {"household": H10}, "change_value_missing"),
    ("add_member", {"household": H30, "fields": {"full_name": "A"}}, "change_record_closed"),
    ("add_member", {"household": H10, "fields": {"sex": "male"}}, "name_missing"),
    ("add_member", {"household": H10, "person": P4}, "already_member"),
    ("add_member", {"household": H10, "person": P7}, "two_operations"),
    ("add_member", {"household": H10, "person": P8}, "change_record_closed"),
    ("add_member", {"household": H10, "person": P5, "relationship": "head"}, "change_head_twice"),
    ("add_member", {"household": H10, "person": P5, "on": "2026-06-01"}, "change_day_ahead"),
    ("add_member", {"household": H10, "person": P5, "on": "2025-06-01"}, "change_day_early"),
    ("remove_member", {"household": H10, "person": P4}, "change_not_a_member"),
    ("remove_member", {"household": H10, "person": P1}, "change_head_needed"),
    ("remove_member", {"household": H10, "person": P1, "new_head": P1}, "change_head_needed"),
    ("remove_member", {"household": H20, "person": P4}, "change_household_emptied"),
    ("remove_member", {"household": H10, "person": P2, "relationships": {P4: "child"}}, "change_not_a_member"),
    ("remove_member", {"household": H10, "person": P2, "relationships": {P3: "head"}}, "change_head_twice"),
    ("remove_member", {"household": H10, "person": P2, "relationships": {"x": "child"}}, "change_record_missing"),
    ("remove_member", {"household": H10, "person": P2, "relationships": "x"}, "change_value_malformed"),
    ("transfer_member", {"person": P5, "to": H10}, "change_not_a_member"),
    ("transfer_member", {"person": P2, "to": H10}, "change_same_household"),
    ("transfer_member", {"person": P2, "to": H30}, "change_record_closed"),
    ("transfer_member", {"person": P2, "to": H40}, "two_operations"),
    ("transfer_member", {"person": P4, "to": H10}, "change_household_emptied"),
    ("change_head", {"household": H10, "person": P1}, "change_head_already"),
    ("change_head", {"household": H10, "person": P4}, "change_not_a_member"),
    ("split_household", {"household": H10, "members": [P1, P2, P3], "head": P1}, "change_split_whole"),
    ("split_household", {"household": H10, "members": [P2], "head": P3}, "change_head_elsewhere"),
    ("split_household", {"household": H10, "members": [P4], "head": P4}, "change_not_a_member"),
    ("split_household", {"household": H30, "members": [P6], "head": P6}, "change_record_closed"),
    ("split_household", {"household": H10, "members": [P1], "head": P1}, "change_head_needed"),
    ("merge_households", {"household": H10, "other": H10}, "change_same_household"),
    ("merge_households", {"household": H10, "other": H30}, "change_record_closed"),
    ("merge_households", {"household": H10, "other": H40}, "two_operations"),
    ("close", {"ending": "left"}, "change_record_missing"),
    ("close", {"person": P1, "household": H10, "ending": "left"}, "change_record_missing"),
    ("close", {"person": P1}, "change_value_missing"),
    ("close", {"person": P2, "ending": "left", "status": "gone"}, "value_unknown"),
    ("close", {"person": P1, "ending": "left"}, "change_head_needed"),
    ("close", {"person": P4, "ending": "left"}, "change_household_emptied"),
    ("close", {"person": P6, "ending": "left"}, "change_record_closed"),
    ("close", {"household": H30, "ending": "left"}, "change_record_closed"),
    ("close", {"household": H10, "ending": "left", "on": "2025-01-01"}, "change_day_early"),
    ("reactivate", {"person": P1}, "change_active_already"),
    ("reactivate", {"person": P8}, "record_withdrawn"),
    ("reactivate", {"person": P6}, "change_record_closed"),
    ("reactivate", {"person": uid(77)}, "change_record_missing"),
    ("reactivate", {"household": H30, "on": "2026-01-15"}, "change_day_early"),
    ("change_document", {"person": P6, "type": "passport", "number": "1"}, "change_record_closed"),
    ("change_document", {"person": P1, "type": "passport"}, "change_value_missing"),
    ("change_document", {"person": P1, "end": True}, "change_value_missing"),
    ("change_document", {"person": P2, "part": uid(201), "number": "B"}, "change_part_missing"),
    ("change_document", {"person": P1, "type": "x", "number": "1", "issued_on": "2027"}, "change_day_ahead"),
    ("change_document", {"person": P1, "type": "x", "number": "1", "issued_on": "2020", "expires_on": "2019"}, "change_dates_swapped"),
    ("change_document", {"person": P1, "part": uid(201), "number": "A 1"}, "change_nothing"),
    ("change_phone", {"person": P6, "number": "+95912345679"}, "change_record_closed"),
    ("change_phone", {"person": P1}, "change_value_missing"),
    ("change_phone", {"person": P1, "number": "+95912345678"}, "change_phone_known"),
    ("change_phone", {"person": P1, "end": "yes"}, "change_value_missing"),
    ("change_need", {"person": P6, "code": "x"}, "change_record_closed"),
    ("change_need", {"person": P1}, "change_value_missing"),
    ("change_need", {"person": P1, "code": "disability"}, "change_need_known"),
    ("change_need", {"person": P1, "code": "x", "since": "2026-07-01"}, "change_day_ahead"),
    ("change_need", {"person": P1, "part": uid(401), "end": True, "on": "2025-01-01"}, "change_day_early"),
    ("change_need", {"person": P1, "end": True, "code": "x"}, "change_value_missing"),
    ("change_notice", {"person": P6, "given_on": "2026-03-01"}, "change_record_closed"),
    ("change_notice", {"person": P1}, "change_value_missing"),
    ("change_notice", {"person": P1, "given_on": "2027-01-01"}, "change_day_ahead"),
    ("change_notice", {"person": P1, "part": uid(501), "end": True, "on": "2025-01-01"}, "change_day_early"),
    ("change_notice", {"person": P1, "end": True, "given_on": "2026-01-01"}, "change_value_missing"),
    ("change_notice", {"person": P1, "given_on": "2026-01-01", "purposes": "x"}, "change_value_malformed"),
    ("update", {"household": H10, "records": [{"table": "dog", "id": P1, "fields": {}}]}, "change_value_malformed"),
    ("update", {"household": H10, "records": "x"}, "change_value_malformed"),
    ("change_head", {"household": H30, "person": P6}, "change_record_closed"),
    ("reactivate", {"household": H10}, "change_active_already"),
    ("reactivate", {"household": uid(77)}, "change_record_missing"),
    ("add_member", {"household": H10, "person": P5, "relationship": "head", "on": "2027-01-01"}, "change_day_ahead"),
    ("merge_households", {"household": H10, "other": H20, "on": "2027-01-01"}, "change_day_ahead"),
    ("update", {"household": H10, "records": [{"table": "person", "id": uid(77), "fields": {"full_name": "A"}}]}, "change_record_missing"),
    ("update", {"household": H10, "records": [{"table": "person", "id": P6, "fields": {"full_name": "A"}}]}, "change_record_closed"),
    ("update", {"household": H10, "records": [{"table": "person", "id": P1, "fields": {"shoe": "A"}}]}, "change_field_unknown"),
    ("update", {"household": H30, "added": [{"fields": {"full_name": "A"}, "relationship": "child"}]}, "change_record_closed"),
    ("update", {"household": H10, "added": [{"fields": {"full_name": "A"}, "relationship": "uncle"}]}, "value_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given_", "code"), BAD)
def test_what_stands_against_a_change(kind: str, given_: dict[str, Any], code: str) -> None:
    plan = planned(kind, **given_)
    assert code in codes(plan)


def test_everything_wrong_is_told_at_once() -> None:
    plan = planned(
        "correct_identity", person=P1, fields={"full_name": "", "sex": "robot", "email": "x", "birth_date": "never"}
    )
    assert {problem.at.field for problem in plan.problems if problem.at} == {
        "fields.full_name", "fields.sex", "fields.email", "fields.birth_date",
    }  # fmt: skip


def applied(kind: str, records: Records | None = None, /, **given_: Any) -> tuple[Plan, Records]:
    records = records or world()
    plan = planned(kind, records, **given_)
    assert not plan.problems, plan.problems
    return plan, records.after(plan.edits)


class TestWhatChangesDo:
    def test_corrections_write_only_what_differs(self) -> None:
        plan, after = applied(
            "correct_identity",
            person=P1,
            fields={"full_name": "A", "sex": "female", "extras": {"b": "2"}, "birth_date": "1990~"},
        )
        assert {line.field for line in plan.lines} == {"full_name", "extras", "birth_date"}
        assert after.row("person", P1)["extras"] == {"a": "1", "b": "2"}
        assert plan.facts == (("PersonChanged", (P1,)),)
        plan, after = applied(
            "correct_household",
            household=H10,
            fields={
                "place": "X1",
                "lat": "16.5",
                "phone": "09 123 456 789",
                "size_reported": "3",
                "interviewed_on": "2026-01-02",
            },
        )
        row = after.row("household", H10)
        assert (row["place"], row["lat"], row["phone"], row["size_reported"]) == (uid(99), 16.5, "+959123456789", 3)

    def test_the_same_further_answers_change_nothing(self) -> None:
        assert codes(planned("correct_identity", person=P1, fields={"extras": {"a": "1"}})) == {"change_nothing"}
        more = world(person={P1: person(1, extras={"a": "1", "b": "2"})})
        assert codes(planned("correct_identity", more, person=P1, fields={"extras": {"a": "1"}})) == {"change_nothing"}

    def test_a_new_member_is_registered(self) -> None:
        _plan, after = applied(
            "add_member",
            household=H10,
            fields={"full_name": "New", "sex": "male"},
            relationship="child",
            on="2026-02-01",
        )
        assert len(after.members(H10)) == 4
        new = after.row("person", uid(9000))
        assert (new["full_name"], new["operation"], new["registered_on"], new["status"]) == (
            "New",
            uid(1),
            "2026-02-01",
            "active",
        )
        _plan, after = applied("add_member", household=H10, person=P5)
        assert members_of(after, 10)[P5] == ("unknown", False)

    def test_the_head_may_leave_when_another_one_is_named(self) -> None:
        plan, after = applied("remove_member", household=H10, person=P1, new_head=P2, relationships={P3: "spouse"})
        assert members_of(after, 10) == {P2: ("head", True), P3: ("spouse", False)}
        assert ("HeadChanged", (H10, P2)) in plan.facts
        assert after.membership(P1) is None

    def test_the_last_one_may_leave_when_the_household_closes(self) -> None:
        _plan, after = applied("remove_member", household=H20, person=P4, close_emptied=True)
        assert after.row("household", H20)["status"] == "closed"
        _plan, after = applied("transfer_member", person=P4, to=H10, close_emptied="on", relationship="spouse")
        assert members_of(after, 10)[P4] == ("spouse", False)
        assert after.row("household", H20)["status_reason"] == "no member left"

    def test_another_head(self) -> None:
        _plan, after = applied(
            "change_head", household=H10, person=P2, relationships={P1: "spouse", P2: "head", P3: ""}
        )
        assert members_of(after, 10) == {P2: ("head", True), P1: ("spouse", False), P3: ("child", False)}

    def test_a_split(self) -> None:
        plan, after = applied(
            "split_household",
            household=H10,
            members=[P1, P2],
            head=P2,
            new_head=P3,
            relationships={P1: "spouse"},
            fields={"address": "New street"},
        )
        new = plan.facts[-1][1][1]
        assert members_of(after, 10) == {P3: ("head", True)}
        assert {row["person"]: row["relationship"] for row in after.members(new).values()} == {P2: "head", P1: "spouse"}
        assert after.row("household", new)["address"] == "New street"
        _plan, after = applied("split_household", household=H10, members=[P3], head=P3, relationships={P2: "spouse"})
        assert members_of(after, 10)[P2] == ("spouse", False)

    def test_a_merge(self) -> None:
        plan, after = applied("merge_households", household=H10, other=H20, relationships={P4: "spouse", P2: "spouse"})
        assert members_of(after, 10) == {
            P1: ("head", True),
            P2: ("spouse", False),
            P3: ("child", False),
            P4: ("spouse", False),
        }
        assert after.row("household", H20)["status_reason"] == "merged"
        assert ("HouseholdsMerged", (H10, H20)) in plan.facts

    def test_closing_and_reactivating(self) -> None:
        _plan, after = applied("close", person=P2, ending="deceased")
        assert after.membership(P2) is None
        _plan, after = applied("close", person=P5, ending="left")
        assert after.row("person", P5)["status"] == "closed"
        _plan, after = applied("close", person=P1, ending="left", status="inactive")
        assert members_of(after, 10)[P1] == ("head", True), "who is only away stays a member"
        _plan, back = applied("reactivate", after, person=P1)
        assert back.row("person", P1)["status"] == "active"
        _plan, after = applied("close", household=H10, ending="left")
        assert {after.row("person", key)["status"] for key in (P1, P2, P3)} == {"closed"}
        assert len(after.members(H10)) == 3
        _plan, back = applied("reactivate", after, household=H10)
        assert {back.row("person", key)["status"] for key in (P1, P2, P3)} == {"active"}
        partly = world(person={P2: person(2, status="inactive", status_reason="left", status_since="2026-01-05")})
        _plan, after = applied("close", partly, household=H10, ending="left")
        _plan, back = applied("reactivate", after, household=H10)
        assert back.row("person", P2)["status"] == "inactive", "who was away before is away still"
        _plan, back = applied(
            "reactivate", world(membership={uid(106): member(6, 30, head=True, person=uid(66))}), person=P6
        )
        assert back.row("person", P6)["status"] == "active"

    def test_documents(self) -> None:
        _plan, after = applied(
            "change_document", person=P1, type="national_id", number="12/abc (N) 1", issued_on="2019"
        )
        assert after.row("document", uid(9000))["number_key"] == "12ABCN1"
        _plan, after = applied("change_document", person=P1, part=uid(201), number="A 2")
        assert after.row("document", uid(201))["number_key"] == "A2"
        _plan, after = applied("change_document", person=P1, part=uid(201), end=True)
        assert after.row("document", uid(201))["is_current"] is False

    def test_telephones(self) -> None:
        _plan, after = applied("change_phone", person=P1, number="+95912345679", raw="09 12")
        assert after.row("phone", uid(9000))["position"] == 1
        _plan, after = applied("change_phone", person=P1, part=uid(301), number="+95912345670")
        assert after.row("phone", uid(301))["number"] == "+95912345670"
        plan, after = applied("change_phone", person=P1, part=uid(301), end=True)
        assert after.row("phone", uid(301)) is None
        assert {(line.field, line.after) for line in plan.lines} == {
            ("number", None),
            ("raw", None),
            ("position", None),
        }

    def test_needs(self) -> None:
        _plan, after = applied("change_need", person=P1, code="pregnant", sensitive="no", since="2026-02-01")
        assert after.row("need", uid(9000))["sensitive"] is False
        _plan, after = applied("change_need", person=P1, part=uid(401), end=True, on="2026-04-01")
        assert after.row("need", uid(401))["until"] == "2026-04-01"
        _plan, after = applied("change_need", after, person=P1, code="disability")
        assert len(after.parts("need", P1)) == 2

    def test_notices(self) -> None:
        _plan, after = applied(
            "change_notice", household=H10, given_on="2026-02-01", purposes={"aid": "yes", "share": "no"}
        )
        assert after.row("notice", uid(9000))["purposes"] == {"aid": True, "share": False}
        _plan, after = applied("change_notice", person=P1, part=uid(501), end=True, on="2026-02-01")
        assert after.row("notice", uid(501))["withdrawn_on"] == "2026-02-01"

    def test_an_update_touches_many_records_and_adds_people(self) -> None:
        plan, after = applied(
            "update", household=H10,
            records=[{"table": "household", "id": H10, "fields": {"address": "B"}}, {"table": "person", "id": P1, "fields": {"full_name": "X"}},
                     {"table": "person", "id": P2, "fields": {"full_name": "N2"}}],
            added=[{"fields": {"full_name": "Baby"}, "relationship": "child"}],
        )  # fmt: skip
        assert len(after.members(H10)) == 4
        assert {line.person for line in plan.lines if line.table == "person"} == {P1, uid(9000)}

    def test_a_household_that_came_without_a_head_may_be_corrected(self) -> None:
        headless = world(membership={uid(101): member(1, 10)})
        applied("correct_household", headless, household=H10, fields={"address": "B"})
        _plan, after = applied("change_head", headless, household=H10, person=P2)
        assert after.head(H10) == P2


def test_what_a_change_names() -> None:
    asked = {"household": H10, "other": H20, "relationships": {P4: "spouse"}}
    assert kinds.named("merge_households", asked) == {"person": [P4], "household": [H10, H20]}
    asked = {"person": P1, "records": [{"table": "household", "id": H10}], "added": []}
    assert kinds.named("update", asked) == {"person": [P1], "household": [H10]}
    assert kinds.subject_of("close", {"person": P1}) == ("person", P1)
    assert [kind.code for kind in kinds.offered()][-1] == "change_notice"
    with pytest.raises(Problem):
        kinds.kind_of("dance")


def test_values_are_read_strictly() -> None:
    assert read_value(Field("x", "partial"), "", KNOWN) is None
    assert read_value(Field("x"), None, KNOWN) == ""
    assert read_value(Field("x", "day"), date(2026, 1, 2), KNOWN) == "2026-01-02"
    assert read_value(Field("x", "email"), "a@b.org", KNOWN) == "a@b.org"
    assert read_value(Field("x", "country", "iso-3166-1"), "mmr", KNOWN) == "MMR"
    read, found = read_fields({"a": Field("a")}, {"a": " x  y ", "b": 1}, KNOWN)
    assert read == {"a": "x y"}
    assert [problem.code for problem in found] == ["registry.change_field_unknown"]


def test_invariants_hold_nothing_against_what_was_wrong_before() -> None:
    records = world(membership={uid(101): member(1, 10), uid(108): member(2, 20)})
    assert [problem.code for problem in broken(records, [Edit("change", "household", H10, {"address": "x"})])] == [
        "registry.already_member"
    ]
    two = Edit("change", "membership", uid(102), {"is_head": True})
    assert [problem.code for problem in broken(world(), [two])] == ["registry.head_twice"]
    gone = [Edit("change", "membership", uid(104), {"until": "2026-02-01"})]
    assert [problem.code for problem in broken(world(), gone)] == ["registry.change_household_emptied"]
    assert world().head(uid(77)) is None


def test_edits_of_a_row_become_one() -> None:
    add, change, remove = (
        Edit("add", "phone", "1", {"a": 1}),
        Edit("change", "phone", "1", {"b": 2}),
        Edit("remove", "phone", "1"),
    )
    assert merged([add, change]) == (Edit("add", "phone", "1", {"a": 1, "b": 2}),)
    assert merged([add, remove]) == ()
    assert merged([change, remove]) == (remove,)
    assert lines(world(), [Edit("change", "person", P1, {"full_name": "N1", "occupation": None})]) == ()


class TestMerging:
    """Before, now, typed: what is written, what is left to the other, what is asked about."""

    @pytest.mark.parametrize(
        ("seen", "now", "typed", "mine", "theirs", "clashes"),
        [
            ("a", "a", "a", {}, {}, 0),
            ("a", "a", "b", {"f": "b"}, {}, 0),
            ("a", "c", "a", {}, {"f": "c"}, 0),
            ("a", "c", "c", {}, {"f": "c"}, 0),
            ("a", "c", "b", {}, {}, 1),
            ("", None, "", {}, {}, 0),
            (None, "", "b", {"f": "b"}, {}, 0),
        ],
    )
    def test_one_field(self, seen: Any, now: Any, typed: Any, mine: Any, theirs: Any, clashes: int) -> None:
        found = merging.compared({"f": seen}, {"f": now}, {"f": typed})
        assert (found.mine, found.theirs, len(found.clashes)) == (mine, theirs, clashes)

    def test_fields_that_were_not_typed(self) -> None:
        found = merging.compared({"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {})
        assert (found.mine, found.theirs) == ({}, {"a": "2"})
        assert merging.compared({}, {"a": "1"}, {"a": "2"}).mine == {"a": "2"}, "what was not seen counts as it is"

    @given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), min_size=3), st.data())
    def test_nothing_of_either_is_lost(self, seen: dict[str, str], data: st.DataObject) -> None:
        now, typed = (
            data.draw(st.fixed_dictionaries({key: st.sampled_from(["", "1", "2"]) for key in seen})) for _ in range(2)
        )
        found = merging.compared(seen, now, typed)
        asked = {clash.field for clash in found.clashes}
        for key in seen:
            result = {**now, **found.mine}[key]
            if key in asked:
                assert len({seen[key], now[key], typed[key]}) == 3
            else:
                assert result in (now[key], typed[key])
                assert result != seen[key] or seen[key] == now[key] == typed[key] or seen[key] in (now[key], typed[key])
                if typed[key] != seen[key]:
                    assert result == typed[key]
                elif now[key] != seen[key]:
                    assert result == now[key]

    def proposed(self, kind: str = "correct_identity", **given_: Any) -> tuple[tuple[Line, ...], dict[str, Any]]:
        asked, _problems = kinds.read(kind, given_, KNOWN)
        return kinds.plan(kind, asked, world(), mint=minting(), today=TODAY).lines, asked

    def drift(self, kind: str, given_: dict[str, Any], now: Records) -> list[str]:
        proposed, asked = self.proposed(kind, **given_)
        again = kinds.plan(kind, asked, now, mint=minting(), today=TODAY)
        moved = merging.overtaken(proposed, again, now)
        assert all(set(each.as_key()) == {"drift", "table", "row", "field"} for each in moved)
        return sorted({each.drift for each in moved}), merging.stands_in_the_way(moved), bool(again.problems)  # type: ignore[return-value]

    def test_how_the_register_moves_away(self) -> None:
        named = {"person": P1, "fields": {"full_name": "A", "occupation": "Tailor"}}
        assert self.drift("correct_identity", named, world()) == ([], False, False)
        other = world(person={P1: person(1, address="moved")})
        assert self.drift("correct_identity", named, other) == ([], False, False)
        theirs = world(person={P1: person(1, full_name="B")})
        assert self.drift("correct_identity", named, theirs) == (["moved"], True, False)
        done = world(person={P1: person(1, full_name="A")})
        assert self.drift("correct_identity", named, done) == (["done"], False, False)
        merge = {"household": H10, "other": H20}
        wider = world(membership={uid(105): member(5, 20)})
        assert "wider" in self.drift("merge_households", merge, wider)[0]
        left = world(membership={uid(104): member(4, 10)})
        assert self.drift("merge_households", merge, left)[1]
        gone = Records({"person": {P1: person(1)}, "phone": {}})
        assert self.drift("change_phone", {"person": P1, "part": uid(301), "end": True}, gone) == (["gone"], True, True)

    def test_what_a_new_row_takes_over_may_move(self) -> None:
        before = world(household={H10: home(10, address="Old street")})
        asked, _none = kinds.read("split_household", {"household": H10, "members": [P2], "head": P2}, KNOWN)
        proposed = kinds.plan("split_household", asked, before, mint=minting(), today=TODAY).lines
        now = world(household={H10: home(10, address="New street")})
        again = kinds.plan("split_household", asked, now, mint=minting(), today=TODAY)
        assert {each.drift for each in merging.overtaken(proposed, again, now)} == {"moved"}

    def test_typed_over(self) -> None:
        records = world()
        asked = {"person": P1, "fields": {"full_name": "A"}}
        assert kinds.typed_over("correct_identity", asked, records)[0] == {"full_name": "A"}
        part = {"person": P1, "part": uid(201), "number": "B", "end": True}
        typed, now = kinds.typed_over("change_document", part, records)
        assert (typed, now["number"]) == ({"number": "B"}, "A 1")
        assert kinds.narrowed("change_document", part, {}) == {"person": P1, "part": uid(201), "end": True}
        assert kinds.narrowed("correct_identity", asked, {}) == {"person": P1, "fields": {}}
        assert kinds.typed_over("close", {"person": P1}, records) == ({}, {})


class TestStates:
    def test_the_table_is_the_lifecycle(self) -> None:
        for state in states.ChangeState.values:
            for verb in {step.verb for step in states.STEPS}:
                wanted = [step.target for step in states.STEPS if step.verb == verb and state in step.sources]
                if wanted:
                    assert states.advance(state, verb) == wanted[0]
                else:
                    with pytest.raises(Problem) as caught:
                        states.advance(state, verb)
                    assert caught.value.code == "registry.change_state"

    def test_verbs_follow_permissions(self) -> None:
        assert states.verbs("proposed", {states.APPROVE}) == ["approve", "reject"]
        assert set(states.verbs("stale", {states.PROPOSE})) == {"overtake", "renew", "withdraw"}
        assert states.verbs("applied", {states.PROPOSE, states.APPROVE}) == []
        assert set(states.TONES) == set(states.ChangeState.values)


class ChangingHouseholds(RuleBasedStateMachine):
    """Whatever is asked for in whatever order, what is written keeps the register whole."""

    def __init__(self) -> None:
        super().__init__()
        self.records = world()
        self.mint = minting()
        self.ended: list[tuple[str, str]] = []
        self.joined: dict[str, int] = {
            key: 1 if self.records.membership(key) else 0 for key in self.records.all("person")
        }

    def pick(self, data: st.DataObject, table: str) -> str:
        return data.draw(st.sampled_from(sorted(self.records.all(table))))

    def ask(self, kind: str, **given_: Any) -> None:
        asked, problems = kinds.read(kind, given_, KNOWN)
        if problems:
            return
        plan = kinds.plan(kind, asked, self.records, mint=self.mint, today=TODAY)
        if plan.problems:
            return
        for edit in plan.edits:
            if edit.table == "membership" and edit.kind == "add":
                key = edit.values["person"]
                self.joined[key] = self.joined.get(key, 0) + 1
            if edit.table == "membership" and edit.values.get("until"):
                row = self.records.row("membership", edit.id)
                assert row is not None, "only an open membership ends"
                self.ended.append((row["person"], row["household"]))
        named = [
            Edit("change", edit.table, edit.id, {"reference": "NEW"})
            for edit in plan.edits
            if edit.kind == "add" and edit.table in ("person", "household")
        ]
        self.records = self.records.after([*plan.edits, *named])

    @rule(data=st.data(), fresh=st.booleans())
    def add(self, data: st.DataObject, fresh: bool) -> None:
        given_: dict[str, Any] = {"household": self.pick(data, "household")}
        self.ask(
            "add_member",
            **given_,
            **({"fields": {"full_name": "New"}} if fresh else {"person": self.pick(data, "person")}),
        )

    @rule(data=st.data(), closing=st.booleans())
    def move(self, data: st.DataObject, closing: bool) -> None:
        self.ask(
            "transfer_member",
            person=self.pick(data, "person"),
            to=self.pick(data, "household"),
            new_head=self.pick(data, "person"),
            close_emptied=closing,
        )

    @rule(data=st.data(), closing=st.booleans())
    def take_out(self, data: st.DataObject, closing: bool) -> None:
        who = self.pick(data, "person")
        held = self.records.membership(who)
        self.ask(
            "remove_member",
            person=who,
            household=held[1]["household"] if held else H10,
            new_head=self.pick(data, "person"),
            close_emptied=closing,
        )

    @rule(data=st.data())
    def head(self, data: st.DataObject) -> None:
        self.ask("change_head", household=self.pick(data, "household"), person=self.pick(data, "person"))

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        where = self.pick(data, "household")
        people = [row["person"] for row in self.records.members(where).values()]
        if people:
            leaving = data.draw(st.lists(st.sampled_from(people), min_size=1, unique=True))
            self.ask(
                "split_household",
                household=where,
                members=leaving,
                head=leaving[0],
                new_head=data.draw(st.sampled_from(people)),
            )

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        self.ask("merge_households", household=self.pick(data, "household"), other=self.pick(data, "household"))

    @rule(data=st.data(), whole=st.booleans(), status=st.sampled_from(["closed", "inactive"]), emptied=st.booleans())
    def close(self, data: st.DataObject, whole: bool, status: str, emptied: bool) -> None:
        subject = {"household": self.pick(data, "household")} if whole else {"person": self.pick(data, "person")}
        self.ask(
            "close", **subject, ending="left", status=status, close_emptied=emptied, new_head=self.pick(data, "person")
        )

    @rule(data=st.data(), whole=st.booleans())
    def reopen(self, data: st.DataObject, whole: bool) -> None:
        self.ask(
            "reactivate",
            **({"household": self.pick(data, "household")} if whole else {"person": self.pick(data, "person")}),
        )

    @invariant()
    def nobody_is_in_two_households(self) -> None:
        people = [row["person"] for row in self.records.all("membership").values()]
        assert len(people) == len(set(people))

    @invariant()
    def every_living_household_has_one_head(self) -> None:
        for key, row in self.records.all("household").items():
            members = [each for each in self.records.all("membership").values() if each["household"] == key]
            if row["status"] in ("active", "inactive"):
                assert sum(each["is_head"] for each in members) == 1
                assert [each["relationship"] for each in members].count("head") == 1

    @invariant()
    def nobody_is_lost_and_history_is_whole(self) -> None:
        assert {uid(n) for n in range(1, 9)} <= set(self.records.all("person"))
        for key, joined in self.joined.items():
            still = 1 if self.records.membership(key) else 0
            left = sum(1 for who, _where in self.ended if who == key)
            assert joined == left + still, "every membership is open or ended, none vanished"

    @precondition(lambda self: True)
    @invariant()
    def sizes_are_those_of_the_reference(self) -> None:
        """The slow way: walk over everybody and ask where they belong."""
        reference: dict[str, int] = {}
        for key in self.records.all("person"):
            held = self.records.membership(key)
            if held:
                reference[held[1]["household"]] = reference.get(held[1]["household"], 0) + 1
        for key in self.records.all("household"):
            assert len(self.records.members(key)) == reference.get(key, 0)


TestChangingHouseholds = ChangingHouseholds.TestCase
TestChangingHouseholds.settings = settings(max_examples=20, stateful_step_count=15)


def test_same_means_the_same() -> None:
    assert same(None, "")
    assert same([], {})
    assert not same(False, None)
    assert not same(0, "")
