"""Fixtures of the tests of places."""

from collections.abc import Iterator

import pytest

from banyan.platform.access.viewers import system_viewer, viewing


@pytest.fixture
def seeing(db: None) -> Iterator[None]:
    """The system looks on, so that tests may read tables that are under row-level security."""
    with viewing(system_viewer("tests")):
        yield
