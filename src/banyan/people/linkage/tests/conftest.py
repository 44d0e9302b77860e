"""The small world of these tests."""

import pytest

from banyan.people.linkage.tests.worlds import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A country with two states and two operations."""
    return make_world()
