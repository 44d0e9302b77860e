"""What importing places costs: MIMU release 9.6 through the real path, against a bare COPY of the same rows.

The real path reads the four files, checks every row, stages, registers areas, writes places with history, release and
search keys, in the actions that pages and jobs call. The bare COPY writes the rows of the table of places alone into the
same table on the same server, with its indexes and foreign keys and without the triggers of history. `ratio` is rows
per second of the import to those of the COPY (goal: 0.2 or more).
"""

import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

GOAL = 0.2
ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=4GB")
FILES = tuple(f"mimu_9.6_{level}.csv.gz" for level in ("towns", "wards", "village_tracts", "villages"))
COLUMNS = "id, country, pcode, level, kind, parent_id, status, name, names, lon, lat, since, until, scope_id"
# What hangs on places, so that a round can begin anew.
WRITTEN = "places_namekey, places_placename, places_placeinrelease, places_boundary, places_place, places_release"


def main(rounds: int = 3) -> dict[str, Any]:
    """Run the benchmark."""
    from banyan.config.server import throwaway

    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder, throwaway(*SETTINGS) as addresses:
        os.environ["BANYAN_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "banyan.config.settings"
        for role, address in addresses.items():
            os.environ[f"BANYAN_DATABASE_{role.upper()}"] = address
        os.environ["BANYAN_DATABASE_ROLE"] = "app"
        owner = {**os.environ, "BANYAN_DATABASE_ROLE": "owner", "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"]
        subprocess.run(command, env=owner, check=True)
        return _measure(addresses["superuser"], rounds)


def _measure(superuser: str, rounds: int) -> dict[str, Any]:
    import django
    import psycopg

    django.setup()
    contents = [
        (name.removesuffix(".gz"), gzip.decompress((ROOT / "demo/places" / name).read_bytes())) for name in FILES
    ]
    imports: list[dict[str, float]] = []
    copies: list[float] = []
    everything: list[float] = []
    places = 0
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for _round in range(rounds):
            _empty(connection)
            imports.append(_import(contents))
            rows = _rows(connection, "places_place", COLUMNS)
            others = {table: _rows(connection, table) for table in ("places_placeinrelease", "places_namekey")}
            releases = _rows(connection, "places_release")
            places = connection.execute("SELECT count(*) FROM places_place").fetchone()[0]
            _empty(connection)
            _copy(connection, "places_release", releases)
            copies.append(_copy(connection, "places_place", rows, COLUMNS))
            everything.append(copies[-1] + sum(_copy(connection, table, given) for table, given in others.items()))
            print(f"  import {imports[-1]['all']:.2f} s, bare COPY {copies[-1]:.2f} s", file=sys.stderr)
    took = statistics.median(one["all"] for one in imports)
    copied = statistics.median(copies)
    return {
        "bench": "places_import",
        "figure": round(places / took),
        "unit": "rows/s",
        "ratio": round(copied / took, 3),
        "goal": GOAL,
        "against": "bare COPY of the same rows into the same table, its indexes and foreign keys on, history off",
        "conditions": {
            "rows": places,
            "import seconds": round(took, 2),
            "copy seconds": round(copied, 2),
            "copy rows/s": round(places / copied),
            "phases": {name: round(statistics.median(one[name] for one in imports), 2) for name in imports[0]},
            "ratio to COPY of everything the import writes (release rows and search keys too)": round(
                statistics.median(everything) / took, 3
            ),
            "rounds": rounds,
            "cores": os.cpu_count(),
            "load before": round(os.getloadavg()[0], 1),
        },
    }


def _import(contents: list[tuple[str, bytes]]) -> dict[str, float]:
    """The import by its actions, as the job calls them; seconds by phase."""
    from banyan.platform.access.viewers import system_viewer
    from banyan.reference.places import actions

    by = system_viewer("bench")
    start = time.perf_counter()
    batch = actions.upload_files(contents, by=by, country="MMR", authority="MIMU", label="9.6")
    uploaded = time.perf_counter()
    actions.check_import(batch.pk, by=by)
    checked = time.perf_counter()
    actions.take_import(batch.pk, by=by)
    taken = time.perf_counter()
    return {"all": taken - start, "read": uploaded - start, "check": checked - uploaded, "take": taken - checked}


def _empty(connection: Any) -> None:
    connection.execute(
        f"TRUNCATE {WRITTEN}, places_importbatch, places_importfile, places_importfinding, history_event"
    )
    connection.execute("VACUUM ANALYZE places_place")
    connection.execute("CHECKPOINT")


def _rows(connection: Any, table: str, columns: str = "") -> bytes:
    chosen = columns or ", ".join(
        row[0]
        for row in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [table],
        )
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY (SELECT {chosen} FROM {table}) TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _copy(connection: Any, table: str, rows: bytes, columns: str = "") -> float:
    """Seconds of a COPY with foreign keys checked and user triggers off."""
    target = f"{table} ({columns})" if columns else table
    connection.execute("SET session_replication_role = origin")
    connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    start = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        copy.write(rows)
    took = time.perf_counter() - start
    connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    connection.execute("SET session_replication_role = replica")
    return took


if __name__ == "__main__":
    import json

    print(json.dumps(main()))
