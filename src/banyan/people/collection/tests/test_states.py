"""The lifecycle of a batch, exhaustively."""

import pytest

from banyan.people.collection import states
from banyan.people.collection.states import BATCH_STEPS, BatchState, advance, permission_for, verbs
from banyan.platform.access.declarations import declared
from banyan.platform.kernel.problems import Problem

TABLE = """
received   read   reading
refused    read   reading
reading    ask    mapping
reading    check  checking
mapping    check  checking
review     check  checking
checking   stage  review
reading    refuse refused
checking   refuse refused
mapping    reject rejected
review     reject rejected
refused    reject rejected
review     accept accepting
accepted   accept accepting
accepting  finish accepted
accepted   undo   undone
"""
ALLOWED = {(state, verb): target for state, verb, target in (line.split() for line in TABLE.strip().splitlines())}
VERBS = sorted({step.verb for step in BATCH_STEPS})


@pytest.mark.parametrize("state", list(BatchState))
@pytest.mark.parametrize("verb", VERBS)
def test_every_pair_of_state_and_verb_is_decided(state: str, verb: str) -> None:
    if target := ALLOWED.get((state, verb)):
        assert advance(state, verb) == target
        assert verb in verbs(state)
        return
    assert verb not in verbs(state)
    with pytest.raises(Problem) as caught:
        advance(state, verb)
    assert caught.value.code == "collection.batch_state"


def test_every_state_has_a_label_and_a_way_in() -> None:
    assert set(states.LABELS) == set(BatchState)
    assert {step.target for step in BATCH_STEPS} | {BatchState.RECEIVED} == set(BatchState)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_asks_for_a_declared_permission(verb: str) -> None:
    assert permission_for(verb) in declared().permissions


def test_an_unknown_verb_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        permission_for("dance")
