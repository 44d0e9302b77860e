"""What registering by file costs: 100,000 people in 20,000 households with thirty columns, from upload to registered.

CSV and XLSX, each received by the action that pages call, read, checked, staged, accepted by another person and
registered with history and search keys by a worker process of its own. Nobody is waited for: the mapping is remembered
from a small file before, and the batch is accepted as soon as it can be; the comparison of its people with the register,
while which a person reviews, is waited for and told apart. `ratio` is people per second of the slower
import to those of a bare COPY of the same people into the same table with its indexes, no triggers, no row-level
security. Beside it: the peak memory of the worker, and a page asked for all the while, against the same page at rest.
"""

import io
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import import_people
import page
import page_load

from banyan.config.benching import progress, throwaway_database
from banyan.config.installation import ROOT

PEOPLE = int(os.environ.get("BANYAN_BENCH_PEOPLE", "100000"))
GOAL, FLOOR, MEMORY_GOAL, PAGE_GOAL = 0.2, 0.1, 1024, 2.0
PAUSE = 0.2
PATH = "/"
SERVER = ("shared_buffers=512MB", "max_wal_size=4GB")
REGISTER = (
    "registry_person", "registry_household", "registry_membership", "registry_document", "registry_phone", "registry_need",
    "registry_notice", "registry_namekey",
)  # fmt: skip


def main() -> dict[str, Any]:
    """Run the benchmark."""
    os.environ["BANYAN_DEMAND_MFA"] = "0"
    with throwaway_database(*SERVER) as addresses:
        field = _field()
        found: dict[str, dict[str, float]] = {}
        with _worker() as memory, page._server() as port:
            cookie = page._session_of(field.officer_account)
            _import(field, import_people.as_csv(_people(200, "W")), "first.csv")
            idle = _asked(port, cookie, until=time.monotonic() + 15)
            for name, content in _files():
                memory.clear()
                with _asking(port, cookie) as times:
                    found[name] = _import(field, content, name)
                found[name] |= {
                    "people_per_s": round(PEOPLE / found[name]["seconds"]), "memory_mb": round(max(memory) / 2**20),
                    "page_p95_ms": round(page._p95(times), 1), "page_ratio": round(page._p95(times) / page._p95(idle), 2),
                }  # fmt: skip
                progress(f"{name}: {found[name]}")
        copied = _copied(addresses["superuser"])
    slowest = max(one["seconds"] for one in found.values())
    return {
        "figure": round(PEOPLE / slowest),
        "unit": "people/s",
        "ratio": round(copied / slowest, 3),
        "goal": f"{GOAL}, never under {FLOOR}; worker ≤ {MEMORY_GOAL} MB; page p95 ≤ {PAGE_GOAL} × idle",
        "against": f"bare COPY of the same people into registry_person, its indexes on: {copied:.2f} s",
        "conditions": {
            "people": PEOPLE, "households": PEOPLE // 5, "columns": len(import_people.COLUMNS),
            "idle_page_p95_ms": round(page._p95(idle), 1), **found,
        },
    }  # fmt: skip


def _people(count: int, mark: str) -> Any:
    import polars as pl

    return import_people.people(count, seed=sum(map(ord, mark))).with_columns(
        (mark + pl.col("Household ID")).alias("Household ID")
    )


def _files() -> Iterator[tuple[str, bytes]]:
    """One after the other, so that they never stand in memory together."""
    progress("writing the files")
    yield "people.csv", import_people.as_csv(_people(PEOPLE, "C"))
    yield "people.xlsx", import_people.as_xlsx(_people(PEOPLE, "X"))


class _Field:
    """The operation and who works in it."""

    operation: Any
    scope: int
    clerk: Any
    officer: Any
    officer_account: Any


def _field() -> _Field:
    from banyan.platform.access import actions as access
    from banyan.platform.access import queries
    from banyan.platform.access.testing import make_account
    from banyan.platform.access.viewers import system_viewer, viewer_of, viewing
    from banyan.reference.codes import actions as codes
    from banyan.reference.places.models import Place

    system, field = system_viewer("bench"), _Field()
    villages = import_people.villages()
    townships = sorted({township for _code, township in villages})
    areas = [("MMR", "Myanmar", None, "MMR"), ("MMR001", "Kachin", "MMR", "MMR")]
    scopes = access.register_areas([*areas, *((code, code, "MMR001", "MMR") for code in townships)], by=system)
    field.operation = access.add_operation("BENCH", "Bench", "MMR", by=system)
    with viewing(system):
        codes.load_shipped_lists(by=system)
        Place.objects.bulk_create(
            Place(country="MMR", pcode=code, level=4, kind="village", name=f"Village {code}", scope_id=scopes[township])
            for code, township in villages
        )
        field.scope = queries.operation_scope(field.operation.pk, seen_by=system)
    field.officer_account = make_account("registration-officer", operation=field.operation)
    field.officer = viewer_of(field.officer_account)
    field.clerk = viewer_of(make_account("registration-clerk", operation=field.operation))
    return field


def _import(field: _Field, content: bytes, name: str) -> dict[str, float]:
    """Seconds from the upload to the last person registered, and of the parts."""
    from banyan.people.collection import actions
    from banyan.people.collection.rules.shapes import Mapping

    begun = time.perf_counter()
    batch = actions.submit_batch(
        [(name, content)], by=field.clerk, operation_id=field.operation.pk, scope_id=field.scope
    )
    batch = _until(field, batch, "mapping", "review", "refused")
    if batch.state == "mapping":
        actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk)
        batch = _until(field, batch, "review", "refused")
    if batch.state != "review" or batch.counts["errors"]:
        raise RuntimeError(f"{name}: {batch.state}, {batch.counts}, {batch.notes}")
    checked = time.perf_counter()
    uncompared = _compared(field, batch)
    compared = time.perf_counter()
    actions.accept_batch(batch.pk, by=field.officer, uncompared=uncompared)
    batch = _until(field, batch, "accepted")
    ended = time.perf_counter()
    return {
        "seconds": round(ended - begun - (compared - checked), 2), "to_review": round(checked - begun, 2),
        "to_compared": round(compared - checked, 2), "to_registered": round(ended - compared, 2),
    }  # fmt: skip


def _compared(field: _Field, batch: Any) -> str:
    """Wait while the people are compared with the register; why the batch is accepted when that failed, else nothing."""
    from banyan.people.collection import queries
    from banyan.platform.access.viewers import viewing

    state = "running"
    while state == "running":
        with viewing(field.officer):
            fresh = queries.batch(batch.pk, seen_by=field.officer)
            found = queries.comparison(fresh, seen_by=field.officer)
        state = found.state if found else "done"
        time.sleep(0.25 if state == "running" else 0)
    return "comparing failed" if state == "failed" else ""


def _until(field: _Field, batch: Any, *wanted: str) -> Any:
    from banyan.people.collection import queries
    from banyan.platform.access.viewers import viewing

    # Asked seldom: asking costs the processor that is measured.
    while batch.state not in wanted:
        time.sleep(0.25)
        with viewing(field.officer):
            batch = queries.batch(batch.pk, seen_by=field.officer)
    return batch


@contextmanager
def _worker() -> Iterator[list[int]]:
    """The worker as `up` runs it; the list fills with its resident bytes, twenty times a second."""
    import psutil

    process = subprocess.Popen(
        [sys.executable, "-m", "django", "work"], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
    seen: list[int] = [0]
    over = threading.Event()

    def watch() -> None:
        whole = psutil.Process(process.pid)
        while not over.wait(0.05):
            try:
                seen.append(
                    whole.memory_info().rss + sum(child.memory_info().rss for child in whole.children(recursive=True))
                )
            except psutil.Error:
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # what it does after the last import is not measured
            process.kill()
            process.wait()


@contextmanager
def _asking(port: int, cookie: str) -> Iterator[list[float]]:
    """While the block runs, the page is asked for a few times a second; the list fills with milliseconds."""
    over = threading.Event()
    times: list[float] = []

    def ask() -> None:
        while not over.wait(PAUSE):
            times.extend(page_load.requests(port, PATH, cookie, 0.001))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def _asked(port: int, cookie: str, *, until: float) -> list[float]:
    times: list[float] = []
    page_load.requests(port, PATH, cookie, 1)
    while time.monotonic() < until:
        times += page_load.requests(port, PATH, cookie, 0.001)
        time.sleep(PAUSE)
    return times


def _copied(superuser: str, rounds: int = 3) -> float:
    """Seconds of a bare COPY of the people of one import into the emptied table of people, indexes on; the median."""
    import psycopg

    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        rows = io.BytesIO()
        with connection.cursor().copy(
            f"COPY (SELECT * FROM registry_person ORDER BY id DESC LIMIT {PEOPLE}) TO STDOUT (FORMAT binary)"
        ) as copy:
            for part in copy:
                rows.write(part)
        took = []
        for _round in range(rounds):
            connection.execute(f"TRUNCATE {', '.join(REGISTER)} CASCADE")
            connection.execute("CHECKPOINT")
            begun = time.perf_counter()
            with connection.cursor().copy("COPY registry_person FROM STDIN (FORMAT binary)") as copy:
                view = rows.getbuffer()
                for start in range(0, len(view), 1 << 20):
                    copy.write(view[start : start + (1 << 20)])
            took.append(time.perf_counter() - begun)
            view.release()
    return statistics.median(took)
