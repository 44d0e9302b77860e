"""The small world of these tests."""

import pytest

from banyan.aid.programmes.tests.worlds import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A country with two states, an operation, and who runs programmes there."""
    return make_world()
