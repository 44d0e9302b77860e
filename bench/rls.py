"""What row-level security costs at 5 million rows: lookup by id, page by place, count by place, against the same without.

One table protected as rooms protect theirs (ProtectRows), read by the application role with a sealed reach, and the
same table read by a role that row-level security does not hold. Both send the same SQL; rounds are interleaved. Two
viewers: one limited to a state (75 of 430 scopes), one that reaches everything. The figure is the worst ratio of
medians; goal ≤ 1.5.
"""

import os
import random
import statistics
import time
from typing import Any

import psycopg

DATABASE = True
GOAL = 1.5
PLACES, SCOPES = 1_000, 430
STATE = range(100, 175)
PERMISSION = "bench.view_person"

_MAKE = f"""
CREATE TABLE bench_person (
    id uuid PRIMARY KEY, scope_id int NOT NULL, place_id int NOT NULL, name text NOT NULL COLLATE "C",
    born date, sex text, status text, note text
);
INSERT INTO bench_person
SELECT lpad(to_hex(i), 32, '0')::uuid, 1 + (i % {PLACES}) * {SCOPES} / {PLACES}, i % {PLACES}, md5(i::text),
    date '1950-01-01' + (i % 25000), 'f', 'active', repeat('n', 80)
FROM generate_series(1, :rows) AS i;
-- Led by the place, carrying the scope: counts stay within the index although the policy looks at the scope.
CREATE INDEX bench_person_by_place ON bench_person (place_id, name, id) INCLUDE (scope_id);
CREATE INDEX bench_person_by_scope ON bench_person (scope_id, name, id);
GRANT SELECT ON bench_person TO banyan_app;
"""
_QUERIES = {
    "lookup": "SELECT id, scope_id, place_id, name, born, sex, status, note FROM bench_person WHERE id = %s",
    "page": "SELECT id, place_id, name, born, status FROM bench_person WHERE place_id = %s ORDER BY name, id LIMIT 51",
    "count": "SELECT count(*) FROM bench_person WHERE place_id = %s",
}


def main(rows: int | None = None, rounds: int = 400) -> dict[str, Any]:
    """Run the benchmark; rows by default five million, or BANYAN_BENCH_ROWS."""
    from django.conf import settings
    from django.db import connection

    from banyan.config.benching import progress
    from banyan.platform.access import rules
    from banyan.platform.access.migrating import ProtectRows

    rows = rows or int(os.environ.get("BANYAN_BENCH_ROWS", "5000000"))
    host = connection.settings_dict["HOST"]
    owner_address = os.environ["BANYAN_DATABASE_OWNER"]
    progress(f"making {rows:,} rows")
    with psycopg.connect(owner_address, autocommit=True) as owner:
        for statement in _MAKE.split(";\n"):
            if statement.strip():
                owner.execute(statement.replace(":rows", str(rows)))
        owner.execute("VACUUM ANALYZE bench_person")
        # The owner is held by FORCE only; the measured twin is the same table read before it is forced.
        protect = ProtectRows("bench_person", view=PERMISSION, change="bench.change_person")
        for statement in str(protect.sql).split(";\n"):
            if statement.strip():
                owner.execute(statement)
        owner.execute("ALTER TABLE bench_person NO FORCE ROW LEVEL SECURITY")
    ratios: dict[str, float] = {}
    times: dict[str, Any] = {}
    reaches = {"state": f"[{STATE[0]},{STATE[-1]}]", "everything": "(,)"}
    with (
        psycopg.connect(owner_address, cursor_factory=psycopg.ClientCursor) as free,
        psycopg.connect(os.environ["BANYAN_DATABASE_APP"], cursor_factory=psycopg.ClientCursor) as held,
    ):
        inside = [place for place in range(PLACES) if 1 + place * SCOPES // PLACES in STATE]
        for who, scopes in reaches.items():
            held.rollback()
            reach = (
                f"codes.view_list=(,);parties.view_organisation=(,);{PERMISSION}={scopes};places.view_place={scopes}"
            )
            sealed = rules.seal(settings.SEAL_KEY, actor="bench", reach=reach, expires=int(time.time()) + 900)
            held.execute(
                "SELECT set_config('banyan.actor', 'bench', true), set_config('banyan.reach', %s, true),"
                " set_config('banyan.seal', %s, true)",
                [reach, sealed],
            )
            for name, query in _QUERIES.items():
                progress(f"{name}, viewer of {who}")
                pairs = []
                for number in range(rounds + 30):
                    place = random.choice(inside)
                    value: Any = place
                    if name == "lookup":
                        value = f"{place + PLACES * random.randrange(1, rows // PLACES):032x}"
                    pair = []
                    order = (free, held) if number % 2 else (held, free)
                    answers = {}
                    for side in order:
                        start = time.perf_counter()
                        answers[side] = side.execute(query, [value]).fetchall()
                        pair.append((side is held, time.perf_counter() - start))
                    if answers[free] != answers[held]:
                        raise AssertionError(f"{name}: row-level security changes the answer within reach")
                    if number >= 30:
                        pairs.append(dict(pair))
                without, with_it = (statistics.median(pair[side] for pair in pairs) for side in (False, True))
                ratios[f"{name}, {who}"] = round(with_it / without, 2)
                times[f"{name}, {who}"] = {"without": round(without * 1000, 3), "with": round(with_it * 1000, 3)}
        outside = next(place for place in range(PLACES) if place not in inside)
        held.rollback()
        assert held.execute(_QUERIES["count"], [outside]).fetchone() == (0,), "an unsealed session sees rows"
    return {
        "figure": max(ratios.values()),
        "unit": "times the same query without row-level security (worst of six)",
        "ratio": max(ratios.values()),
        "against": "the same table and SQL, read by a role that the policies do not hold",
        "goal": GOAL,
        "passed": max(ratios.values()) <= GOAL,
        "conditions": {
            "ratios": ratios,
            "rows": rows,
            "places": PLACES,
            "rounds": rounds,
            "median_ms": times,
            "socket": bool(host),
        },
    }
