"""A small register as plain values, for the rules of changes."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from banyan.people.registry.rules.changing import kinds
from banyan.people.registry.rules.changing.case import Plan
from banyan.people.registry.rules.changing.fields import Known
from banyan.people.registry.rules.changing.records import Records

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


def applied(kind: str, records: Records | None = None, /, **given_: Any) -> tuple[Plan, Records]:
    records = records or world()
    plan = planned(kind, records, **given_)
    assert not plan.problems, plan.problems
    return plan, records.after(plan.edits)
