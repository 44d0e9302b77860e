"""Kill -9 of the worker and of the database in the middle of reading and accepting 50,000 people: what is lost or doubled.

A worker process reads, checks and registers one file. It is killed while it checks, killed while it registers, and the
database is killed while it registers; both are started again as `up` starts them. At the end every person of the file
must be registered, none twice, each with a household, search keys and the whole of its history. The figure counts what
is not as it should be: 0 passes. `tests/command/test_killed_import.py` runs it with fewer people.
"""

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import import_people
import psycopg

from banyan.config.benching import progress, throwaway_database
from banyan.config.installation import ROOT

PEOPLE = int(os.environ.get("BANYAN_BENCH_PEOPLE", "50000"))
SETTINGS = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB", "max_wal_size=4GB")
# Shares of the people registered at which something dies.
WORKER_AT, DATABASE_AT = (0.1, 0.6), (0.35,)
PATIENCE = 1_500
CHECKS = {
    "people missing or too many": """
        SELECT abs((SELECT count(*) FROM registry_person) - %(people)s)""",
    "rows of the file registered twice": """
        SELECT count(*) FROM (SELECT staged_row FROM registry_person GROUP BY staged_row HAVING count(*) > 1) twice""",
    "accepted rows without a person": """
        SELECT count(*) FROM collection_stagedrow r WHERE r.subject = 'person'
        AND NOT EXISTS (SELECT FROM registry_person p WHERE p.staged_row = r.id)""",
    "households missing or too many": """
        SELECT abs((SELECT count(*) FROM registry_household) - (SELECT count(*) FROM collection_submission))""",
    "people without exactly one open membership": """
        SELECT count(*) FROM registry_person p
        WHERE (SELECT count(*) FROM registry_membership m WHERE m.person_id = p.id AND m.until IS NULL) <> 1""",
    "people without search keys": """
        SELECT count(*) FROM registry_person p WHERE NOT EXISTS (SELECT FROM registry_namekey k WHERE k.person_id = p.id)""",
    "submissions not noted as registered": """
        SELECT count(*) FROM collection_submission WHERE registered_at IS NULL OR decision <> 'accepted'""",
    "submissions staged twice": """
        SELECT count(*) FROM (SELECT key FROM collection_submission GROUP BY key HAVING count(*) > 1) twice""",
}


def main() -> dict[str, Any]:
    """Run the scenario."""
    importing = _module("import")
    with throwaway_database(*SETTINGS) as addresses:
        field = importing._field()
        file = import_people.as_csv(import_people.people(PEOPLE))
        world = _World(addresses)
        try:
            kills = _scenario(world, importing, field, file)
        finally:
            world.worker.kill()
            world.worker.wait()
        faults = _faults(addresses["superuser"])
    return {
        "figure": sum(faults.values()),
        "unit": "people, households, keys or events lost or doubled",
        "goal": 0,
        "conditions": {"people": PEOPLE, "kills": kills, "faults": faults},
    }


class _World:
    """The database server and the worker, which die and are started again."""

    def __init__(self, addresses: dict[str, str]) -> None:
        from banyan.config.server import Server

        self.superuser = addresses["superuser"]
        socket = parse_qs(urlsplit(self.superuser).query)["host"][0]
        self.server = Server(Path(socket).parent)
        self.worker = self._start_worker()

    def _start_worker(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "django", "work", "--lost-after", "3"],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill_worker(self) -> None:
        """As the kernel does when memory is short."""
        self.worker.kill()
        self.worker.wait()
        self.worker = self._start_worker()

    def kill_database(self) -> None:
        """The server and whatever it was doing; then it is started as after a power cut."""
        process = self.server.process()
        assert process is not None
        for child in process.children(recursive=True):
            with contextlib.suppress(Exception):
                child.send_signal(signal.SIGKILL)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        self.server.start(*SETTINGS)
        self.keep_alive()

    def keep_alive(self) -> None:
        """A worker that gave up with the database is started again, as `up` does."""
        if self.worker.poll() is not None:
            self.worker = self._start_worker()

    def ask(self, statement: str) -> Any:
        """One value, as the superuser; None while the server is not there."""
        try:
            with psycopg.connect(self.superuser, autocommit=True, connect_timeout=5) as connection:
                row = connection.execute(statement).fetchone()
                return row[0] if row else None
        except psycopg.Error:
            return None


def _scenario(world: _World, importing: Any, field: Any, file: bytes) -> list[str]:
    from banyan.people.collection import actions
    from banyan.people.collection.rules.shapes import Mapping

    kills = []
    batch = actions.submit_batch(
        [("people.csv", file)], by=field.clerk, operation_id=field.operation.pk, scope_id=field.scope
    )
    batch = _until(world, importing, field, batch, "mapping")
    actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk)
    # While it checks: the whole check is one transaction, nothing of it stays.
    _wait(world, "SELECT count(*) FROM jobs_job WHERE name = 'collection.check_batch' AND attempted_at IS NOT NULL", 1)
    time.sleep(0.5)
    world.kill_worker()
    kills.append("worker while checking")
    batch = _until(world, importing, field, batch, "review")
    assert not batch.counts["errors"], batch.counts
    actions.accept_batch(batch.pk, by=field.officer, uncompared=importing._compared(field, batch))
    for share, kind in sorted(
        [*((each, "worker") for each in WORKER_AT), *((each, "database") for each in DATABASE_AT)]
    ):
        _wait(world, "SELECT count(*) FROM registry_person", int(PEOPLE * share))
        registered = world.ask("SELECT count(*) FROM registry_person")
        _let_go()
        world.kill_worker() if kind == "worker" else world.kill_database()
        kills.append(f"{kind} at {registered}")
        progress(kills[-1])
    _until(world, importing, field, batch, "accepted")
    return kills


def _wait(world: _World, statement: str, least: int) -> None:
    end = time.monotonic() + PATIENCE
    while (world.ask(statement) or 0) < least:
        if time.monotonic() > end:
            raise RuntimeError(f"still not {least}: {statement}")
        world.keep_alive()
        time.sleep(0.02)


def _until(world: _World, importing: Any, field: Any, batch: Any, wanted: str) -> Any:
    end = time.monotonic() + PATIENCE
    while world.ask(f"SELECT state FROM collection_batch WHERE id = '{batch.pk}'") != wanted:
        if time.monotonic() > end:
            raise RuntimeError(f"the batch does not become {wanted}")
        world.keep_alive()
        time.sleep(0.2)
    _let_go()
    return importing._until(field, batch, wanted)


def _let_go() -> None:
    """Connections of this process, pooled ones too: they do not survive the server."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        getattr(connection, "close_pool", lambda: None)()


def _faults(superuser: str) -> dict[str, int]:
    from banyan.people.registry.models import Household, Membership, Person
    from banyan.platform.access.viewers import system_viewer, viewing
    from banyan.platform.history.queries import replay_findings

    _let_go()
    with psycopg.connect(superuser) as connection:
        found = {name: connection.execute(check, {"people": PEOPLE}).fetchone()[0] for name, check in CHECKS.items()}
    system = system_viewer("bench")
    with viewing(system):
        for model in (Person, Household, Membership):
            found[f"history of {model._meta.db_table}"] = len(replay_findings(model, seen_by=system))
    return found


def _module(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
