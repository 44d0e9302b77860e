"""A small house to plant violations in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.guards.source import House

ROOMS = ("platform.kernel", "platform.access", "reference.codes", "reference.places")
Plant = Callable[..., House]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Plant files, as {path under banyan/: text}, into a house of four rooms that breaks no rule by itself."""

    def planted(files: dict[str, str], rooms: tuple[str, ...] = ROOMS) -> House:
        for room in rooms:
            folder = tmp_path / "banyan" / room.replace(".", "/")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").touch()
        for name, text in files.items():
            path = tmp_path / "banyan" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return House(tmp_path, rooms)

    return planted
