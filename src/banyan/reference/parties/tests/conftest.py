"""What the tests of this room share."""

from collections.abc import Callable

import pytest

from banyan.platform.access.models import Account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of
from banyan.reference.codes import actions as codes

SYSTEM = system_viewer("test")


@pytest.fixture(scope="module")
def shipped(once: Callable[..., object]) -> None:
    """See `lists`; loaded once for the tests of a file, for the languages of the world take seconds."""
    once(codes.load_shipped_lists, by=SYSTEM)


@pytest.fixture
def lists(shipped: None, db: None) -> None:
    """The code lists that come with Banyan."""


@pytest.fixture
def manager(make_account: Callable[..., Account]) -> Viewer:
    """Somebody who keeps reference data."""
    return viewer_of(make_account("information-manager"))
