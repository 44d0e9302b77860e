"""What a later submission says that people have: added, corrected where one thing can be meant, never taken away."""

from dataclasses import replace
from typing import Any

import pytest

from banyan.people.registry.rules.changing.case import Plan
from banyan.people.registry.rules.changing.records import Records
from banyan.people.registry.tests import change_worlds
from banyan.people.registry.tests.change_worlds import H10, P1, P2, applied, codes, planned, uid, world


def told(plan: Plan) -> list[tuple[str, str, str, Any]]:
    """Kind, table, column and new value of each line."""
    return [(line.kind, line.table, line.field, line.after) for line in plan.lines]


def of_person(records: Records | None = None, /, who: str = P1, **things: Any) -> tuple[Plan, Records]:
    item = {"table": "person", "id": who, "fields": {}, **things}
    return applied("update", records, household=H10, records=[item])


SECOND = {"person": P1, "type": "passport", "number": "B 2", "number_key": "B2", "issuer": "", "issued_on": None, "expires_on": None,
          "is_current": True}  # fmt: skip


class TestDocuments:
    def test_another_number_corrects_the_only_one_of_its_type(self) -> None:
        plan, after = of_person(documents=[{"type": "passport", "number": "b-၂၃", "issuer": "Yangon"}])
        assert set(told(plan)) == {
            ("change", "document", "number", "b-၂၃"), ("change", "document", "number_key", "B23"),
            ("change", "document", "issuer", "Yangon"),
        }  # fmt: skip
        assert plan.facts == (("PersonChanged", (P1,)),)
        assert len(after.parts("document", P1)) == 1

    def test_the_same_number_written_in_another_way_is_the_same(self) -> None:
        plan = planned("update", household=H10, records=[
            {"table": "person", "id": P1, "fields": {}, "documents": [{"type": "passport", "number": "a-1", "issued_on": "2020"}]},
        ])  # fmt: skip
        assert codes(plan) == {"change_nothing"}
        plan, _after = of_person(documents=[{"type": "passport", "number": "a1", "expires_on": "2030"}])
        assert told(plan) == [("change", "document", "expires_on", "2030")]

    @pytest.mark.parametrize(
        ("records", "documents", "numbers"),
        [
            (None, [("national_id", "7")], {"A 1", "7"}),
            (None, [("passport", "B2"), ("passport", "C3")], {"A 1", "B2", "C3"}),
            (world(document={uid(202): SECOND}), [("passport", "C3")], {"A 1", "B 2", "C3"}),
            (world(document={uid(202): {**SECOND, "is_current": False}}), [("passport", "C3")], {"C3", "B 2"}),
        ],
    )
    def test_what_cannot_be_a_correction_is_one_more(
        self, records: Records | None, documents: list[tuple[str, str]], numbers: set[str]
    ) -> None:
        _plan, after = of_person(records, documents=[{"type": kind, "number": number} for kind, number in documents])
        assert {row["number"] for row in after.parts("document", P1).values()} == numbers

    def test_what_is_wrong_is_told_at_its_place_all_at_once(self) -> None:
        item = {"table": "person", "id": P1, "fields": {}, "documents": [{"type": "national_id", "number": "1", "issued_on": "2027"}, {"issuer": "x"}],
                "needs": [{"code": "injury", "since": "2026-06-01"}], "notices": [{"given_on": "2026-06-01"}]}  # fmt: skip
        plan = planned("update", household=H10, records=[item])
        assert {(problem.code.removeprefix("registry."), str(problem.at and problem.at.field)) for problem in plan.problems} == {
            ("change_day_ahead", "records.0.documents.0.issued_on"), ("change_value_missing", "records.0.documents.1.type"),
            ("change_value_missing", "records.0.documents.1.number"), ("change_day_ahead", "records.0.needs.0.since"),
            ("change_day_ahead", "records.0.notices.0.given_on"),
        }  # fmt: skip
        item = {"table": "person", "id": P1, "fields": {}, "phones": [{"number": "12"}]}
        (problem,) = planned("update", household=H10, records=[item]).problems
        assert problem.at is not None
        assert problem.at.field == "records.0.phones.0.number"


@pytest.mark.parametrize(
    ("held", "said", "numbers"),
    [
        ({}, ["+95912345678"], ["+95912345678"]),
        ({}, ["09 987 654 321"], ["+959987654321"]),
        ({}, ["+95912345678", "+959987654321"], ["+95912345678", "+959987654321"]),
        ({uid(302): {"person": P1, "number": "+959111222333", "raw": "", "position": 4}}, ["+959987654321"],
         ["+95912345678", "+959111222333", "+959987654321"]),
    ],
)  # fmt: skip
def test_telephones(held: dict[str, Any], said: list[str], numbers: list[str]) -> None:
    item = {
        "table": "person",
        "id": P1,
        "fields": {"occupation": "Tailor"},
        "phones": [{"number": each} for each in said],
    }
    _plan, after = applied("update", world(phone=held), household=H10, records=[item])
    rows = sorted(after.parts("phone", P1).values(), key=lambda row: row["position"])
    assert [row["number"] for row in rows] == numbers
    assert len({row["position"] for row in rows}) == len(rows)


def test_needs_are_added_once_and_sensitive_ones_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_worlds, "KNOWN", replace(change_worlds.KNOWN, sensitive={"gbv"}))
    ended = {
        uid(402): {
            "person": P1,
            "code": "injury",
            "since": "2026-01-01",
            "until": "2026-02-01",
            "note": "",
            "sensitive": False,
        }
    }
    needs = [
        {"code": "disability"},
        {"code": "gbv"},
        {"code": "injury", "since": "2026-04-01"},
        {"code": "injury"},
        {"note": "?"},
    ]
    _plan, after = of_person(world(need=ended), needs=needs)
    added = {
        (row["code"], row["since"], row["sensitive"])
        for key, row in after.parts("need", P1).items()
        if key not in (uid(401), uid(402))
    }
    assert added == {("gbv", "2026-05-01", True), ("injury", "2026-04-01", False)}


def test_a_notice_is_noted_when_something_else_was_agreed_to() -> None:
    same = {"version": "1", "purposes": {}}
    assert codes(planned("update", household=H10, records=[{"table": "person", "id": P1, "fields": {}, "notices": [same]}])) == {"change_nothing"}  # fmt: skip
    other = {
        "version": "2",
        "language": "my",
        "purposes": {"registration": True, "sharing": False},
        "given_on": "2026-04-30",
    }
    items = [{"table": "household", "id": H10, "fields": {}, "notices": [other]}, {"table": "person", "id": P2, "fields": {}, "notices": [other]}]  # fmt: skip
    plan, after = applied("update", household=H10, records=items)
    for owner in (H10, P2):
        (row,) = after.parts("notice", owner).values()
        assert (row["version"], row["purposes"], row["given_on"]) == (
            "2",
            {"registration": True, "sharing": False},
            "2026-04-30",
        )
    assert plan.facts == (("HouseholdChanged", (H10,)), ("PersonChanged", (P2,)))


def test_who_is_new_comes_with_what_they_have() -> None:
    item = {"fields": {"full_name": "Baby"}, "relationship": "child", "phones": [{"number": "+959987654321"}],
            "documents": [{"type": "birth_certificate", "number": "77"}], "needs": [{"code": "disability"}]}  # fmt: skip
    plan, after = applied("update", household=H10, added=[item])
    baby = uid(9000)
    assert [len(after.parts(table, baby)) for table in ("document", "phone", "need", "notice")] == [1, 1, 1, 0]
    assert [fact for fact, _ids in plan.facts] == ["PersonAdded"]
    assert {line.person for line in plan.lines} == {baby}
