"""The reference pages say what the code says."""

from banyan.config import reference


def test_reference_pages_are_current() -> None:
    assert not reference.stale(), "run ./banyan docs and commit docs/reference"
