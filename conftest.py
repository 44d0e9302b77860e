"""Test harness: a real PostgreSQL for the session, migrated by the owner, tested as the application role.

The server starts with the first test that asks for the database, so tests of rules pay nothing. Each xdist worker has
a server of its own. A migrated cluster is kept under build/ and copied while no source file has changed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no finding: examples may be slow to make and to run.
# In CI the same examples each time: a change must not fail by the luck of another's dice. At the desk they vary.
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent
PASSWORD = "only-for-tests"
JOURNEYS = "tests/journeys"
_HOME = tempfile.TemporaryDirectory(prefix="banyan-test-", ignore_cleanup_errors=True)
os.environ["BANYAN_HOME"] = _HOME.name
os.environ["BANYAN_DATABASE_ROLE"] = "app"
# Fixed, because a kept cluster holds what was derived from them.
os.environ["BANYAN_SECRET_DJANGO"] = "only-for-tests-django"
os.environ["BANYAN_SECRET_SEAL"] = "only-for-tests-seal"
# Tests that are about second factors say so themselves.
os.environ["BANYAN_DEMAND_MFA"] = "0"
os.environ.pop("DATABASE_URL", None)
if os.environ.get("DJANGO_SETTINGS_MODULE"):
    # pytest-django would have read the settings before this file could say where the database is.
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests set it themselves.")
os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("BANYAN_TEST_SETTINGS", "banyan.config.settings")
sys.path.insert(0, str(ROOT / "src"))

from banyan.config.server import CARELESS, Server, addresses, close_database, make_roles  # noqa: E402

SERVER = Server(Path(_HOME.name) / "pg")
# Known before the server runs: Django reads its settings first.
for _role, _address in addresses(SERVER, PASSWORD).items():
    os.environ[f"BANYAN_DATABASE_{_role.upper()}"] = _address


import django  # noqa: E402

django.setup()
# Accounts and viewers for the tests of all rooms. It imports models, so Django has to be set up above.
pytest_plugins = ["banyan.platform.access.testing"]


def pytest_xdist_setupnodes() -> None:
    """The workers inherit the environment, and must not find the settings named in it: see above."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of one file go to one worker, which makes what they share once; all journeys too: they share an installation."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return JOURNEYS if file.startswith(f"{JOURNEYS}/") else file

    config.option.loadscopereorder = False  # the order is ours, see below
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left with it when the others are done."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: (not item.nodeid.startswith(JOURNEYS), not item.nodeid.startswith("tests/")))


def _source_hash() -> str:
    """Changes whenever anything changes that a migration, or what runs after migrations, may read."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes() + sys.version.encode())
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in {".py", ".sql", ".json", ".csv"} and "tests" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _migrate() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"],
        env={**os.environ, "BANYAN_DATABASE_ROLE": "owner", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        SERVER.stop()
        pytest.fail(f"The migrations fail:\n{done.stdout}\n{done.stderr[-3000:]}", pytrace=False)


def _start_server() -> None:
    """Copy the kept cluster, or make, migrate and keep one; then start it."""
    kept = ROOT / "build" / "test-clusters" / _source_hash()
    kept.parent.mkdir(parents=True, exist_ok=True)
    settings = (*CARELESS, "max_connections=40", "shared_buffers=128MB")
    with open(kept.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the second worker waits for the first one's cluster
        if kept.exists():
            shutil.copytree(kept, SERVER.folder, symlinks=True)
            SERVER.folder.chmod(0o700)
        else:
            SERVER.create(PASSWORD)
            SERVER.start(*settings)
            make_roles(_superuser("postgres"), database="banyan", owner_password=PASSWORD, app_password=PASSWORD)
            _migrate()
            _as_superuser("CREATE DATABASE banyan_clean TEMPLATE banyan STRATEGY=FILE_COPY")
            SERVER.stop()
            for old in sorted(kept.parent.glob("*/"), key=lambda path: path.stat().st_mtime)[:-6]:
                shutil.rmtree(old, ignore_errors=True)
            unfinished = Path(tempfile.mkdtemp(dir=kept.parent, prefix="unfinished-"))
            shutil.copytree(SERVER.folder, unfinished / "pg", symlinks=True, ignore=shutil.ignore_patterns("socket"))
            (unfinished / "pg").rename(kept)
            unfinished.rmdir()
    SERVER.start(*settings)


def _superuser(database: str) -> str:
    return SERVER.address("postgres", PASSWORD, database)


def _as_superuser(*statements: str) -> None:
    import psycopg

    with psycopg.connect(_superuser("postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
        close_database(connection, "banyan")


# What the database is made from after a test with real commits: the migrated one, or that with what the file at hand keeps.
_BEGINNINGS = ["banyan_clean"]


def _renew_database(_case: Any = None) -> None:
    """After a test with real commits: the database as it was before it (0.1 s), whatever the test did to it."""
    _let_go()
    _as_superuser(
        "DROP DATABASE IF EXISTS banyan WITH (FORCE)",
        f"CREATE DATABASE banyan TEMPLATE {_BEGINNINGS[-1]} OWNER banyan_owner STRATEGY=FILE_COPY",
    )
    # A thread that was still at work may have opened a pool in between, whose connections are dead now.
    _let_go()


# The transaction under the tests of the file at hand, where they share what they begin from: see `once`.
_UNDER: list[Any] = []


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """Makes what the tests of a file begin from once, not for each of them: once(make_world, 2).

    It is written in a transaction under those of the tests, so that each finds it as it was made. For what tests change in
    memory a fixture hands out copies: `deepcopy(made)`. Tests of the file that do not ask for it find it in the database
    too. Not for tests with real commits.
    """
    from django.db import connection, transaction

    def make(maker: Callable[..., Any], *given: Any, **more: Any) -> Any:
        with django_db_blocker.unblock():
            if not _UNDER:
                under: Any = transaction.atomic()
                under._from_testcase = True  # as Django marks its own: what must be outermost may stand on it
                under.__enter__()
                _UNDER.append(under)
            made = maker(*given, **more)
            connection.check_constraints()  # now and not at the end of each test
            return made

    yield make
    with django_db_blocker.unblock():
        _take_away()


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """As `once`, for tests with real commits: kept(make_world, 2).

    It is committed, and after each test the database is made anew with it.
    """

    def make(maker: Callable[..., Any], *given: Any, **more: Any) -> Any:
        with django_db_blocker.unblock():
            _take_away()
            made = maker(*given, **more)
            _let_go()
            beginning = f"banyan_kept_{len(_BEGINNINGS)}"
            _as_superuser(f"CREATE DATABASE {beginning} TEMPLATE banyan OWNER banyan_owner STRATEGY=FILE_COPY")
            _BEGINNINGS.append(beginning)
            return made

    yield make
    with django_db_blocker.unblock():
        gone, _BEGINNINGS[1:] = _BEGINNINGS[1:], []
        _renew_database()
        _as_superuser(*(f"DROP DATABASE {each}" for each in gone))


def _take_away() -> None:
    """Undo what the tests of a file shared."""
    from django.db import transaction

    while _UNDER:
        transaction.set_rollback(True)
        _UNDER.pop().__exit__(None, None, None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Nothing that is made once may be shared by a test that commits: it would be gone for the others."""
    names = set(getattr(item, "fixturenames", ()))
    marks = [mark.kwargs.get("transaction") for mark in item.iter_markers("django_db")]
    if "once" in names and (names & {"transactional_db", "live_server"} or any(marks)):
        raise pytest.UsageError(f"{item.nodeid} commits, and shares what was made once.")


def _let_go() -> None:
    """Close every connection of this process, pooled ones too."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        getattr(connection, "close_pool", lambda: None)()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A migrated database; the tests themselves hold only the application role."""
    from django.test import TransactionTestCase

    _start_server()
    # Django would flush the tables, which the application role may not, and which loses what migrations wrote.
    TransactionTestCase._fixture_teardown = _renew_database  # type: ignore[method-assign]
    set_up = TransactionTestCase._fixture_setup.__func__  # type: ignore[attr-defined]

    def begin_afresh(case: Any) -> None:
        """A test with real commits begins with connections of its own: those before it may have been ended meanwhile."""
        _take_away()
        _let_go()
        set_up(case)

    TransactionTestCase._fixture_setup = classmethod(begin_afresh)  # type: ignore[attr-defined]
    yield
    with django_db_blocker.unblock():
        _let_go()
    SERVER.stop()


@pytest.fixture
def owner_address(django_db_setup: None) -> str:
    """Address of the owner role, for tests that must look past the application role."""
    return os.environ["BANYAN_DATABASE_OWNER"]


@pytest.fixture
def app_address(django_db_setup: None) -> str:
    """Address of the application role, for tests that bypass the ORM."""
    return os.environ["BANYAN_DATABASE_APP"]


@pytest.fixture
def superuser_address(django_db_setup: None) -> str:
    """Address of the server's superuser, for tests of roles and of the server itself."""
    return os.environ["BANYAN_DATABASE_SUPERUSER"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real input files kept beside the project; absent elsewhere than in development and CI."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the shared data folder must be there in CI")
        pytest.skip("the shared data folder is not beside this checkout")
    return folder
