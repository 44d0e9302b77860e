"""The life of a version, in full."""

import pytest

from banyan.platform.kernel.problems import Problem
from banyan.reference.codes.states import VersionState, advance


@pytest.mark.parametrize(
    ("state", "verb", "expected"),
    [
        ("draft", "publish", VersionState.PUBLISHED),
        ("draft", "discard", VersionState.DISCARDED),
        ("published", "publish", None),
        ("published", "discard", None),
        ("discarded", "publish", None),
        ("discarded", "discard", None),
        ("draft", "delete", None),
    ],
)
def test_only_drafts_move(state: str, verb: str, expected: VersionState | None) -> None:
    if expected is not None:
        assert advance(state, verb) == expected
    else:
        with pytest.raises(Problem) as refused:
            advance(state, verb)
        assert refused.value.code == "codes.wrong_state"
