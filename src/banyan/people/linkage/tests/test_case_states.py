"""The lifecycle of a case as a table: what leads where, and what leads nowhere."""

from itertools import product

import pytest

from banyan.people.linkage.states import CASE, CASE_STEPS, MODEL, CaseState, ModelState, advance_case
from banyan.platform.access.declarations import declared
from banyan.platform.kernel.problems import Problem

LEADS = {
    ("open", "propose"): "proposed",
    ("proposed", "confirm"): "merged",
    ("proposed", "refuse"): "open",
    ("open", "separate"): "separate",
    ("open", "shelve"): "shelved",
    ("shelved", "reopen"): "open",
    ("merged", "undo"): "undone",
    ("open", "lapse"): "lapsed",
    ("proposed", "lapse"): "lapsed",
    ("shelved", "lapse"): "lapsed",
}


@pytest.mark.parametrize(("state", "verb"), list(product(CaseState.values, sorted({step.verb for step in CASE_STEPS}))))
def test_every_step_of_a_case(state: str, verb: str) -> None:
    if (state, verb) in LEADS:
        assert advance_case(state, verb) == LEADS[state, verb]
        return
    with pytest.raises(Problem) as found:
        advance_case(state, verb)
    assert found.value.code == "linkage.case_state"


def test_whoever_confirms_or_undoes_may_decide_as_well() -> None:
    # Row-level security asks for it: see policy.
    for role in declared().roles.values():
        if {"linkage.confirm_merge", "linkage.undo_merge"} & set(role.permissions):
            assert "linkage.decide_case" in role.permissions
            assert "registry.merge_person" in role.permissions


def test_every_state_has_words_and_nothing_follows_an_end() -> None:
    assert {str(CASE.labels[state]) for state in CaseState} == {str(state.label) for state in CaseState}
    for state in (CaseState.SEPARATE, CaseState.UNDONE, CaseState.LAPSED):
        assert not CASE.verbs(state)
    assert not MODEL.verbs(ModelState.RETIRED)
