"""Fixtures of history's tests; imports wait until Django is set up."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def wells(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The kept table, known to history as a model of the house would be."""
    from banyan.platform.history import tracking
    from banyan.platform.history.tests.wells import Well, WellName

    kept = tracking.tracked_models()
    monkeypatch.setattr(tracking, "tracked_models", lambda: [*kept, Well, WellName])
    return Well


@pytest.fixture(autouse=True)
def _tables(request: pytest.FixtureRequest) -> None:
    """There before a test of this room opens its transaction; tests with real commits renew the whole database."""
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        from banyan.platform.history.tests.wells import make_tables

        make_tables()


@pytest.fixture
def system() -> Any:
    """Who sees everything."""
    from banyan.platform.access.viewers import system_viewer

    return system_viewer("tests")


@pytest.fixture
def working(system: Any, wells: Any) -> Iterator[Any]:
    """The test runs as the system, in its transaction."""
    from banyan.platform.access.viewers import viewing

    with viewing(system, cause="import:0198", action="wells.count_wells"):
        yield system
