"""The small world of these tests."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from banyan.aid.programmes.tests.worlds import World, make_world


@pytest.fixture(scope="module")
def ground(once: Callable[..., World]) -> World:
    """The world, made once for the tests of a file."""
    return once(make_world)


@pytest.fixture
def world(ground: World, db: None) -> World:
    """A country with two states, an operation, and who runs programmes there."""
    return deepcopy(ground)
