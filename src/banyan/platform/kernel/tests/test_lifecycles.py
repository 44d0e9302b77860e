"""A lifecycle leads from state to state by the rows of its table, and says what may be done and what not."""

import pytest

from banyan.platform.kernel.lifecycles import Lifecycle, Step
from banyan.platform.kernel.problems import Problem

LAMP = Lifecycle(
    (
        Step(frozenset({"off"}), "light", "on", "lamp.light"),
        Step(frozenset({"on", "off"}), "break", "broken", "lamp.break"),
    ),
    {"off": "dark", "on": "bright", "broken": "in pieces"},
    "not_found",
)


@pytest.mark.parametrize(
    ("state", "verb", "target"), [("off", "light", "on"), ("on", "break", "broken"), ("off", "break", "broken")]
)
def test_a_verb_leads_to_the_state_of_its_row(state, verb, target):
    assert LAMP.after(state, verb) == target


@pytest.mark.parametrize(
    ("state", "verb"), [("on", "light"), ("broken", "light"), ("broken", "break"), ("off", "dance")]
)
def test_a_verb_that_does_not_fit_is_refused(state, verb):
    with pytest.raises(Problem) as refused:
        LAMP.after(state, verb)
    assert refused.value.code == "kernel.not_found"


def test_what_may_be_done_depends_on_state_and_permissions():
    assert LAMP.verbs("off") == ["light", "break"]
    assert LAMP.verbs("off", {"lamp.light"}) == ["light"]
    assert LAMP.verbs("off", set()) == LAMP.verbs("broken") == []


def test_each_verb_names_its_permission():
    assert LAMP.permission_for("break") == "lamp.break"
    with pytest.raises(LookupError, match="dance"):
        LAMP.permission_for("dance")
