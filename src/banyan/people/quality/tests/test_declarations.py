"""What rooms may declare, and what is refused at the start."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from banyan.people.quality.declarations import CheckDeclarationError, Param, gather, value_of
from banyan.people.quality.states import OWN_STEPS, OverrideState, OwnState, advance_override, advance_own
from banyan.people.quality.tests.worlds import BREAKDOWNS, CHECKS, RECORDS
from banyan.platform.kernel.problems import Problem

GOOD = CHECKS[0]


def module(*checks: Any, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(CHECKS=checks, **more)


def test_declarations_are_put_together_by_key_and_subject() -> None:
    found = gather([module(*CHECKS, RECORDS=RECORDS), SimpleNamespace(BREAKDOWNS=BREAKDOWNS)])
    assert list(found.checks) == [one.key for one in CHECKS]
    assert set(found.records) == {"being", "home"}
    assert set(found.breakdowns) == {"being"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([replace(GOOD, key="No Key")], "a key is"),
        ([replace(GOOD, dimension="beauty")], "unknown dimension"),
        ([replace(GOOD, score="luck")], "unknown dimension"),
        ([replace(GOOD, failed="")], "a predicate"),
        ([replace(GOOD, mandatory=True)], "a predicate"),
        ([replace(GOOD, target=Decimal(0))], "above 0"),
        ([replace(GOOD, version=0)], "above 0"),
        ([replace(GOOD, params=(Param("days", "integer", "many", ""),))], "the default of"),
        ([GOOD, GOOD], "declared twice"),
        ([GOOD, replace(GOOD, key="other")], "have the number 1"),
    ],
)  # fmt: skip
def test_a_declaration_that_contradicts_itself_is_refused(wrong: list[Any], words: str) -> None:
    with pytest.raises(CheckDeclarationError, match=words):
        gather([module(*wrong)])


def test_a_subject_has_one_breakdown_and_one_way_to_be_shown() -> None:
    for more in ({"BREAKDOWNS": BREAKDOWNS * 2}, {"RECORDS": RECORDS * 2}):
        with pytest.raises(CheckDeclarationError, match="declared twice"):
            gather([module(**more)])


@pytest.mark.parametrize(
    ("kind", "default", "stored", "value"),
    [
        ("integer", 3, "7", 7), ("integer", 3, "x", 3), ("integer", 3, None, 3), ("integer", 3, True, 3),
        ("decimal", Decimal(1), "2.5", Decimal("2.5")), ("decimal", Decimal(1), "x", Decimal(1)), ("decimal", Decimal(1), [], Decimal(1)),
        ("text", "a", "b", "b"), ("boolean", False, True, True), ("boolean", False, "yes", False),
    ],
)  # fmt: skip
def test_a_stored_parameter_is_read_as_its_kind(kind: Any, default: Any, stored: Any, value: Any) -> None:
    assert value_of(Param("p", kind, default, "P"), stored) == value


def test_own_checks_go_their_way_and_no_other() -> None:
    assert [advance_own(state, verb) for state, verb in (("draft", "test"), ("tested", "publish"), ("live", "retire"))] == [
        OwnState.TESTED, OwnState.LIVE, OwnState.RETIRED,
    ]  # fmt: skip
    allowed = {(source, step.verb) for step in OWN_STEPS for source in step.sources}
    for state in OwnState:
        for verb in ("write", "test", "publish", "retire"):
            if (state, verb) not in allowed:
                with pytest.raises(Problem):
                    advance_own(state, verb)
    assert advance_override("asked", "confirm") == OverrideState.OPEN
    assert advance_override("asked", "refuse") == OverrideState.REFUSED
    with pytest.raises(Problem):
        advance_override("open", "refuse")
