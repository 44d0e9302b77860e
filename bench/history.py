"""What history costs: COPY of many rows into a kept table, and single updates, against the same without history.

Interleaved rounds on one throwaway server that syncs to disk as a real one does. The figure is the worse of the two
ratios, each divided by its goal (COPY ≤ 2.2 times, median single update ≤ 1.5 times): 1.0 or less passes.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

COPY_GOAL, UPDATE_GOAL = 2.2, 1.5
SETTINGS = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=4GB")

# 36 columns as a register of persons has them: ids, names, dates, codes, flags, amounts, one document.
COLUMNS = {
    "scope_id": "int",
    "household_id": "uuid",
    **dict.fromkeys(("given", "father", "grandfather", "family", "full_name", "birth", "sex", "phone"), "text"),
    **dict.fromkeys(("pcode", "admin1", "admin2", "site", "document_type", "document", "status"), "text"),
    **dict.fromkeys(("registered_on", "verified_on", "arrived_on"), "date"),
    **dict.fromkeys(("changed_at",), "timestamptz"),
    **dict.fromkeys(("head", "alternate", "disabled", "pregnant", "chronic", "unaccompanied"), "boolean"),
    **dict.fromkeys(("size", "age", "vulnerability", "batch"), "int"),
    **dict.fromkeys(("income", "debt", "score"), "numeric(12, 2)"),
    "extra": "jsonb",
}
_TEXTS = {
    "sex": "CASE i % 2 WHEN 0 THEN 'F' ELSE 'M' END",
    "birth": "to_char(date '1940-01-01' + (i % 29000 * 7919 % 29000), 'YYYY-MM-DD')",
    "status": "'active'",
    "document_type": "'national-id'",
    "pcode": "'MMR' || lpad((i * 31 % 57600)::text, 9, '0')",
}
_VALUES = {
    "int": "(i * 7 % 1000)",
    "uuid": "md5((i / 5)::text)::uuid",
    "date": "(date '2020-01-01' + (i % 2000))",
    "timestamptz": "(timestamptz '2024-01-01' + i * interval '1 second')",
    "boolean": "(i % 11 = 0)",
    "numeric(12, 2)": "((i % 100000) / 100.0)",
    "jsonb": """jsonb_build_object('source', 'bench', 'row', i)""",
}


def _source(column: str, kind: str) -> str:
    if kind == "text":
        return _TEXTS.get(column, f"'{column}' || (i % 12000 * {len(column) * 131} % 12000)")
    return f"{_VALUES[kind]}::{kind}"


def main(rows: int | None = None, rounds: int = 5, updates: int = 1500) -> dict[str, Any]:
    """Run the benchmark; rows by default a million, or BANYAN_BENCH_ROWS."""
    from banyan.config.server import throwaway

    rows = rows or int(os.environ.get("BANYAN_BENCH_ROWS", "1000000"))
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder, throwaway(*SETTINGS) as addresses:
        for role, address in addresses.items():
            os.environ[f"BANYAN_DATABASE_{role.upper()}"] = address
        os.environ.update(
            BANYAN_HOME=folder, BANYAN_DATABASE_ROLE="owner", DJANGO_SETTINGS_MODULE="banyan.config.settings"
        )
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        try:
            copied = _measure_copy(addresses["superuser"], Path(folder) / "rows", rows, rounds)
            updated = _measure_updates(updates, rounds)
        finally:
            connection.close()
    copy_ratio = statistics.median(kept / plain for plain, kept in copied)
    update_ratio = statistics.median(kept / plain for plain, kept in updated)
    plain, kept = (statistics.median(pair[side] for pair in copied) for side in (0, 1))
    return {
        "bench": "history",
        "figure": round(max(copy_ratio / COPY_GOAL, update_ratio / UPDATE_GOAL), 3),
        "unit": "share of the goal (1.0 or less passes)",
        "ratio": round(copy_ratio, 2),
        "against": f"COPY of the same rows into the same table without history; goals: copy ≤ {COPY_GOAL}, single update ≤ {UPDATE_GOAL}",
        "conditions": {
            "ratio of COPY": round(copy_ratio, 2),
            "ratio of a single update": round(update_ratio, 2),
            "rows": rows,
            "columns": len(COLUMNS) + 1,
            "rounds": rounds,
            "copy_seconds": {"without": round(plain, 2), "with": round(kept, 2)},
            "update_ms_p50": {
                "without": round(statistics.median(pair[0] for pair in updated) * 1000, 3),
                "with": round(statistics.median(pair[1] for pair in updated) * 1000, 3),
            },
            "load": round(os.getloadavg()[0], 1),
        },
    }


def _make(table: str, *, kept: bool) -> None:
    """The table anew; `kept` with history's triggers."""
    from django.db import connection, models

    from banyan.platform.history import installing
    from banyan.platform.kernel.models import Model
    from banyan.platform.kernel.privacy import Privacy

    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TABLE {table} (id uuid PRIMARY KEY, {columns})")
    if kept:
        meta = type("Meta", (), {"app_label": "bench", "db_table": table})
        body = {"__module__": __name__, "Meta": meta, "scope_id": models.IntegerField(), "tracked": True}
        model = _models.get(table) or type("Row", (Model,), {**body, "privacy": {"scope_id": Privacy.INTERNAL}})
        _models[table] = model
        installing.install([model])


_models: dict[str, Any] = {}


def _measure_copy(superuser: str, file: Path, rows: int, rounds: int) -> list[tuple[float, float]]:
    """Seconds of COPY without and with history, commit included, in turns that change places."""
    import psycopg
    from django.db import connection

    sources = ", ".join(_source(name, kind) for name, kind in COLUMNS.items())
    query = f"COPY (SELECT uuidv7(), {sources} FROM generate_series(1, {rows}) AS i) TO STDOUT (FORMAT binary)"
    found = []
    with psycopg.connect(superuser, autocommit=True) as outside:
        for number in range(rounds):
            seconds: dict[bool, float] = {}
            # New rows every round, as life brings them: the same ids again would fall into the middle of history's index.
            with connection.cursor() as cursor, file.open("wb") as stream, cursor.copy(query) as copy:
                for block in copy:
                    stream.write(block)
            for kept in (False, True) if number % 2 else (True, False):
                table = "bench_kept" if kept else "bench_plain"
                _make(table, kept=kept)
                outside.execute("CHECKPOINT")
                seconds[kept] = _copy(table, file)
            found.append((seconds[False], seconds[True]))
            print(f"COPY round {number + 1}: {found[-1][0]:.2f} s, with history {found[-1][1]:.2f} s", file=sys.stderr)
    return found


def _copy(table: str, file: Path) -> float:
    from django.db import connection

    from banyan.platform.access.viewers import system_viewer, viewing

    begin = time.perf_counter()
    with (
        viewing(system_viewer("bench"), cause="import:bench"),
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy,
        file.open("rb") as stream,
    ):
        while block := stream.read(1 << 20):
            copy.write(block)
    return time.perf_counter() - begin


def _measure_updates(updates: int, rounds: int) -> list[tuple[float, float]]:
    """Median seconds of a transaction with one update of one row, without and with history, in turns."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM bench_plain ORDER BY id LIMIT {updates}")
        ids = [row[0] for row in cursor.fetchall()]
    found = []
    for number in range(rounds):
        seconds: dict[str, list[float]] = {"bench_plain": [], "bench_kept": []}
        for position, key in enumerate(ids):
            tables = ("bench_plain", "bench_kept") if position % 2 else ("bench_kept", "bench_plain")
            for table in tables:
                seconds[table].append(_update(table, key, number * updates + position))
        found.append((statistics.median(seconds["bench_plain"]), statistics.median(seconds["bench_kept"])))
        print(
            f"UPDATE round {number + 1}: {found[-1][0] * 1000:.3f} ms, with {found[-1][1] * 1000:.3f} ms",
            file=sys.stderr,
        )
    return found


def _update(table: str, key: Any, value: int) -> float:
    """One update as an action makes it: the database is told who acts, the row is changed, the transaction commits."""
    from django.db import connection

    from banyan.platform.access.viewers import system_viewer, viewing

    begin = time.perf_counter()
    with viewing(system_viewer("bench"), cause="page:bench"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET status = %s, batch = %s WHERE id = %s", [f"moved {value}", value, key])
    return time.perf_counter() - begin


if __name__ == "__main__":
    import json

    print(json.dumps(main()))
