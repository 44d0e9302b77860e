"""What each kind of change does to the register, and how values are read."""

from datetime import date

import pytest

from banyan.people.registry.rules.changing import kinds
from banyan.people.registry.rules.changing.fields import Field, read_fields, read_value
from banyan.people.registry.rules.changing.invariants import broken
from banyan.people.registry.rules.changing.records import PARTS, Edit, lines, merged, same
from banyan.people.registry.tests.change_worlds import (
    H10,
    H20,
    KNOWN,
    P1,
    P2,
    P3,
    P4,
    P5,
    P6,
    applied,
    codes,
    member,
    members_of,
    person,
    planned,
    uid,
    world,
)
from banyan.platform.kernel.problems import Problem


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

    def test_who_is_named_twice_in_an_update_is_announced_once(self) -> None:
        twice = [{"table": "person", "id": P1, "fields": {name: "X"}} for name in ("full_name", "occupation")]
        plan, after = applied("update", household=H10, records=twice)
        assert plan.facts == (("PersonChanged", (P1,)),)
        row = after.row("person", P1)
        assert row is not None
        assert (row["full_name"], row["occupation"]) == ("X", "X")

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


def test_same_means_the_same() -> None:
    assert same(None, "")
    assert same([], {})
    assert not same(False, None)
    assert not same(0, "")


@pytest.mark.parametrize(
    ("households", "people", "inside"),
    [
        ([H10], [], {H10, P1, P2, P3}),
        ([], [P2], {H10, P1, P2, P3}),
        ([H20], [P1], {H10, H20, P1, P2, P3, P4}),
        ([], [P5], {P5}),
        ([], [], set()),
        ([uid(77)], [uid(78)], set()),
    ],
)
def test_around_a_few_stands_what_stands_around_them_among_all(
    households: list[str], people: list[str], inside: set[str]
) -> None:
    everything = world(notice={uid(502): {"person": None, "household": H10}})
    few = everything.around(households, people)
    assert {*few.all("household"), *few.all("person")} == inside
    for owner in inside:
        assert few.row("person", owner) == everything.row("person", owner)
        assert few.members(owner) == everything.members(owner)
        assert few.membership(owner) == everything.membership(owner)
        assert all(few.parts(part, owner) == everything.parts(part, owner) for part in PARTS)
    if not inside:
        assert not any(few.all(table) for table in ("membership", *PARTS))
