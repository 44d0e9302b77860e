"""What the tests of this room share."""

from collections.abc import Callable

import pytest

from banyan.platform.access.models import Account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of
from banyan.reference.codes import actions as codes

SYSTEM = system_viewer("test")


@pytest.fixture
def lists(db: None) -> None:
    """The code lists that come with Banyan."""
    codes.load_shipped_lists(by=SYSTEM)


@pytest.fixture
def manager(make_account: Callable[..., Account]) -> Viewer:
    """Somebody who keeps reference data."""
    return viewer_of(make_account("information-manager"))
