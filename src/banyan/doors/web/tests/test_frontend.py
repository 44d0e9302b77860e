"""The built front end: what an ordinary page loads, what the lock file says, and pages without a build."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from banyan.doors.web import frontend

FOLDER = Path(settings.ROOT) / "frontend"
SCRIPT_LIMIT, STYLE_LIMIT = 100_000, 60_000


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing remembered of the build, before and after."""
    for function in (frontend._manifest, frontend.tags, frontend.icon, frontend.icon_drawing):
        function.cache_clear()
    yield
    for function in (frontend._manifest, frontend.tags, frontend.icon, frontend.icon_drawing):
        function.cache_clear()


def loaded(kind: str) -> list[Path]:
    names = re.findall(rf'(?:href|src)="/static/([^"]+\.{kind})"', frontend.tags("shell"))
    return [frontend.folder() / name for name in names]


def test_an_ordinary_page_is_light() -> None:
    if not frontend.built():
        pytest.skip("the front end is not built")
    sizes = {kind: sum(len(gzip.compress(path.read_bytes())) for path in loaded(kind)) for kind in ("js", "css")}
    assert 0 < sizes["js"] < SCRIPT_LIMIT
    assert 0 < sizes["css"] < STYLE_LIMIT


def test_the_lock_file_names_no_download_host() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_bytes())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_pages_work_without_a_build(fresh: None, tmp_path: Path, settings: object) -> None:
    settings.FRONTEND_DIST = tmp_path  # type: ignore[attr-defined]
    assert not frontend.built()
    assert "npm run build" in frontend.tags("shell")
    assert "<svg" in frontend.icon("house")


def test_every_icon_named_in_templates_was_built() -> None:
    if not frontend.built():
        pytest.skip("the front end is not built")
    templates = (Path(settings.ROOT) / "src" / "banyan").rglob("templates/**/*.html")
    named = {name for path in templates for name in re.findall(r'{%\s*icon\s+"([a-z0-9-]+)"', path.read_text("utf-8"))}
    assert sorted(name for name in named if not frontend.icon_drawing(name)) == []
