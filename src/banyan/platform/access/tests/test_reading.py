"""The log of reads: chained, append-only, and found out when somebody rewrites it."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from banyan.platform.access import queries
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem


@pytest.fixture
def log(transactional_db: None, system: Viewer) -> list[Any]:
    return [log_read(system, kind="open", subject="registry.person", ids=[new_id()], purpose="test") for _ in range(5)]


@pytest.fixture
def owner(owner_address: str) -> Any:
    with psycopg.connect(owner_address, autocommit=True) as connection:
        yield connection


def test_an_untouched_log_is_intact(log: list[Any], system: Viewer) -> None:
    assert queries.chain_faults(seen_by=system) == []
    assert len([head for head in queries.chain_heads(seen_by=system) if head[1]]) >= 1
    with viewing(system):
        assert ReadEntry.objects.count() == 5


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE access_readentry SET purpose = 'other' WHERE id = %(second)s", "changed"),
        ("UPDATE access_readentry SET ids = '{}' WHERE id = %(second)s", "changed"),
        ("UPDATE access_readentry SET at = at - interval '1 day' WHERE id = %(second)s", "changed"),
        ("DELETE FROM access_readentry WHERE id = %(second)s", "missing before"),
        ("DELETE FROM access_readentry WHERE id = %(last)s", "end cut off"),
        ("DELETE FROM access_readentry", "end cut off"),
    ],
    ids=["purpose", "records", "time", "one removed", "last removed", "all removed"],
)
def test_even_the_owner_cannot_rewrite_it_unseen(
    log: list[Any], owner: Any, system: Viewer, statement: str, fault: str
) -> None:
    values = {"second": log[1], "last": log[-1]}
    assert owner.execute(statement, values).rowcount == 0, "row-level security is forced on the owner too"
    owner.execute("ALTER TABLE access_readentry NO FORCE ROW LEVEL SECURITY")
    assert owner.execute(statement, values).rowcount > 0
    assert fault in {found[2] for found in queries.chain_faults(seen_by=system)}


@pytest.mark.django_db
def test_a_rolled_back_read_leaves_no_gap(system: Viewer) -> None:
    with pytest.raises(RuntimeError), viewing(system):
        log_read(system, kind="open", subject="a.b", ids=[])
        raise RuntimeError
    log_read(system, kind="open", subject="a.b", ids=[])
    assert queries.chain_faults(seen_by=system) == []


@pytest.mark.django_db
def test_nobody_logs_in_another_name_and_only_overseers_read(reader: Viewer, viewer_with: Any) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="sealed viewer"), transaction.atomic():
        cursor.execute("SELECT access_log_read('open', 'a.b', '{}', 0, '', '')")
    log_read(reader, kind="open", subject="a.b", ids=[])
    with viewing(reader):
        assert ReadEntry.objects.count() == 0
    with viewing(viewer_with("access.view_read_log")):
        assert ReadEntry.objects.get().actor == str(reader.id)
    for query in (queries.reads, queries.chain_faults, queries.chain_heads, queries.alerts):
        with pytest.raises(Problem):
            query(seen_by=reader)
    with pytest.raises(Problem):
        queries.reads_of(ReadEntry.objects.all(), "x", seen_by=reader)


def test_readers_do_not_wait_for_each_other(transactional_db: None, system: Viewer) -> None:
    """Two transactions log at the same time; neither waits for the other's commit."""
    both_logged = threading.Barrier(2, timeout=10)
    failures: list[BaseException] = []

    def read() -> None:
        try:
            with viewing(system_viewer("thread")):
                log_read(system_viewer("thread"), kind="open", subject="a.b", ids=[])
                both_logged.wait()
        except BaseException as failure:  # noqa: BLE001 — carried to the test's own thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert queries.chain_faults(seen_by=system) == []
    with viewing(system):
        assert ReadEntry.objects.values("lane").distinct().count() == 2
