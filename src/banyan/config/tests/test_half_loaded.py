"""A first start that was interrupted while it loaded the demo: the next one begins anew, and touches nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from banyan.config import demo, opening, preparation
from banyan.config.reporting import Report
from banyan.config.trouble import Trouble

REPORT = Report(quiet=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of its own with its server running."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("BANYAN_DATABASE_OWNER", "BANYAN_DATABASE_APP"):
            patch.setenv(name, "")  # as it was before, once this is over
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("BANYAN_HOME", str(tmp_path_factory.mktemp("half") / "home"))
        with opening.opened("up", sole=True):
            yield Path(os.environ["BANYAN_HOME"])


def leave(home: Path, **marks: str) -> None:
    """What an earlier start left: a table, a file, marks."""
    with psycopg.connect(os.environ["BANYAN_DATABASE_OWNER"], autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS half (id int)")
    (home / "files").mkdir(exist_ok=True)
    (home / "files" / "photo").write_text("x")
    with preparation.Marks() as kept:
        for name, value in marks.items():
            kept.set(name.replace("_", " "), value)


def is_there(home: Path) -> bool:
    with psycopg.connect(os.environ["BANYAN_DATABASE_OWNER"]) as connection:
        found = connection.execute("SELECT to_regclass('half')").fetchone()
    kept = (home / "files" / "photo").exists()
    assert kept == bool(found and found[0]), "database and files are emptied together"
    return kept


@pytest.mark.parametrize("marks", [{}, {"kind": "empty"}, {"demo_begun": "yes", "kind": "demo"}])
def test_what_was_never_begun_or_is_whole_stays(home: Path, marks: dict[str, str]) -> None:
    leave(home, **marks)
    demo.clear_half_loaded(REPORT)
    assert is_there(home)
    opening.start_over()


def test_a_demo_that_was_cut_short_is_emptied_for_the_next_load(home: Path) -> None:
    leave(home, demo_begun="yes", program="abc")
    demo.clear_half_loaded(REPORT)
    assert not is_there(home)
    with preparation.Marks() as marks:
        assert (marks.get(demo.BEGUN), marks.get("program")) == ("", ""), "so that it is migrated again"
    with psycopg.connect(os.environ["BANYAN_DATABASE_APP"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,), "the application may enter the new one"


def test_of_a_server_of_ones_own_it_is_said_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(home, demo_begun="yes")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@elsewhere/theirs")
    with pytest.raises(Trouble, match="half of it is in the database"):
        demo.clear_half_loaded(REPORT)
    assert is_there(home)
