"""Test harness: a real PostgreSQL for the session, migrated by the owner, tested as the application role."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent
_HOME = tempfile.TemporaryDirectory(prefix="banyan-test-")
os.environ["BANYAN_HOME"] = _HOME.name
os.environ["BANYAN_DATABASE_ROLE"] = "app"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")


def pytest_configure(config: pytest.Config) -> None:
    """Start the server before Django reads its settings; one server for each worker keeps workers independent."""
    if config.option.collectonly or (getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")):
        return
    from banyan.config.server import throwaway

    server = throwaway("max_connections=60")
    addresses = server.__enter__()
    config.add_cleanup(lambda: server.__exit__(None, None, None))
    for role, address in addresses.items():
        os.environ[f"BANYAN_DATABASE_{role.upper()}"] = address


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> None:
    """Migrate as the owner in a process of its own; the tests themselves hold only the application role."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
        env={**os.environ, "BANYAN_DATABASE_ROLE": "owner"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def owner_address() -> str:
    """Address of the owner role, for tests that must look past the application role."""
    return os.environ["BANYAN_DATABASE_OWNER"]


@pytest.fixture
def app_address() -> str:
    """Address of the application role, for tests that bypass the ORM."""
    return os.environ["BANYAN_DATABASE_APP"]


@pytest.fixture(scope="session")
def shared_data() -> Iterator[Path]:
    """Real input files kept beside the project; absent elsewhere than in development and CI."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the shared data folder must be there in CI")
        pytest.skip("the shared data folder is not beside this checkout")
    yield folder
