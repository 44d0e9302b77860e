"""The small world of these tests."""

import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from banyan.people.quality.tests import worlds


@pytest.fixture(scope="session")
def tables(django_db_setup: None) -> Iterator[None]:
    """The tables of the small world."""
    yield from worlds.make_tables(os.environ["BANYAN_DATABASE_OWNER"])


@pytest.fixture
def declarations(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The checks of the small world, and no others."""
    yield from worlds.declaring(monkeypatch)


def set_today(monkeypatch: pytest.MonkeyPatch, day: Any) -> None:
    """Let the engine take this day for today."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *_a, **_k: day)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The day that the engine takes for today; set with today(day)."""
    set_today(monkeypatch, worlds.TODAY)
    return partial(set_today, monkeypatch)


@pytest.fixture
def world(tables: None, db: None, declarations: None, today: Any) -> worlds.World:
    """An operation of two areas with nobody in it yet."""
    return worlds.make_world()
