"""One person at the desk among a million registered: milliseconds until whoever looks the same is told, through PostgreSQL.

The register is filled, its features and keys made as the night does it. Then registered people come again: with a slip of the finger in
the name, another telephone and no document. Each is made into features, looked up by key under a registration officer's reach,
and weighed, as the page of registering by hand asks for it. Goal: p95 ≤ 300 ms, and each of them is found. Filling is not timed.
"""

import os
import random
import statistics
import time
from typing import Any

DATABASE = True
GOAL_MS = 300.0


def main(people: int | None = None, asked: int = 300) -> dict[str, Any]:
    """Run the benchmark; people by default one million, or BANYAN_BENCH_ROWS."""
    from register_fill import fill

    from banyan.config.benching import progress

    os.environ["BANYAN_DEMAND_MFA"] = "0"
    people = people or int(os.environ.get("BANYAN_BENCH_ROWS", "1000000"))
    return measure(fill(people, os.environ["BANYAN_DATABASE_OWNER"], say=progress), asked)


def measure(filled: Any, asked: int) -> dict[str, Any]:
    """Ask in a filled register who looks like people who come a second time."""
    import polars as pl
    from django.db import connection

    from banyan.config.benching import progress
    from banyan.people.linkage import actions
    from banyan.people.linkage.queries.incoming import lookalikes
    from banyan.people.registry import queries as registry
    from banyan.people.registry.demo.naming import slipped
    from banyan.platform.access.testing import make_account
    from banyan.platform.access.viewers import system_viewer, viewer_of, viewing

    progress("features and keys")
    start = time.perf_counter()
    actions.refresh(operation_id=filled.operation.pk, by=system_viewer("linkage"))
    made = time.perf_counter() - start
    officer = viewer_of(make_account("registration-officer", operation=filled.operation))
    chooser = random.Random(7)
    known = chooser.sample(filled.known, min(asked, len(filled.known)))
    with viewing(officer), connection.cursor() as cursor:
        frames = registry.linkage_rows(ids=[one.id for one in known], seen_by=officer)
        rows = pl.concat(list(frames)).to_dicts()
        cursor.execute("SELECT count(*) FROM linkage_key")
        ((keys,),) = cursor.fetchall()
    spent, found = [], 0
    for number, row in enumerate(rows):
        again = row | {
            "full_name": slipped(row["full_name"], chooser),
            "phones": [],
            "documents": [],
            "person": "0",
            "household": None,
        }
        start = time.perf_counter()
        with viewing(officer):
            alike = lookalikes(
                pl.DataFrame([again], schema_overrides={"phones": pl.List(pl.String), "documents": pl.List(pl.String)}),
                operation_id=filled.operation.pk, seen_by=officer,
            )  # fmt: skip
        if number >= 10:
            spent.append((time.perf_counter() - start) * 1000)
        found += any(str(one.person_id) == row["person"] for one in alike)
    p95 = statistics.quantiles(spent, n=20)[18]
    return {
        "figure": round(p95, 1),
        "unit": "ms, p95, to tell who looks like one person",
        "goal": GOAL_MS,
        "ratio": round(p95 / GOAL_MS, 2),
        "against": f"the goal of {GOAL_MS:.0f} ms",
        "median_ms": round(statistics.median(spent), 1),
        "found": round(found / len(rows), 3),
        "conditions": {"people": filled.people, "keys": keys, "asked": len(spent), "features_and_keys_s": round(made)},
    }  # fmt: skip
