"""The life of a version, in full."""

import pytest

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
    assert advance(state, verb) == expected
