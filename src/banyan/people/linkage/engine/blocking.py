"""Which pairs are compared: whoever shares a key, unless a glance shows that they cannot be one person.

A key that many share says little. It is not joined with itself: those who share it are put in order by name and birth, and each
is compared with the next few, so that the cost stays linear and many registrations of one person still hang together. How
many pairs were left out by that is counted and reported.
"""

from dataclasses import dataclass, field

import duckdb

from banyan.people.linkage.rules.features import BROAD, KINDS, OUTSIDE, WEAK, kinds

# More people than this with one key are compared with their neighbours only.
CAP = 60
NEIGHBOURS = 8
# Broad keys bring pairs only while no more than so many share them.
FEW = 20
_DAYS = 800  # apart: more is no slip and no estimate

_STRONG = sum(1 << number for number, kind in enumerate(KINDS) if kind not in WEAK)
_NOT_INSIDE = ", ".join(str(number) for number, kind in enumerate(KINDS) if kind in OUTSIDE)
_BROAD = ", ".join(str(number) for number, kind in enumerate(KINDS) if kind in BROAD)
_KIND = "(k & 31)"
_SHARED = "array_length(array_intersect(l.{0}, r.{0}))"
# Who lives with the same people, at the same address or on the same telephone is compared whatever the rest says.
_TIED = f"{_SHARED.format('peers')} >= 2 OR {_SHARED.format('address')} >= 3 OR {_SHARED.format('phones')} > 0"
_NEAR = f"l.village = r.village OR l.area = r.area OR {_SHARED.format('address')} > 0"
GLANCE = f"""
    ((l.sex = r.sex OR l.sex IS NULL OR r.sex IS NULL)
     AND ((l.birth_lo IS NULL OR r.birth_lo IS NULL
           OR greatest(l.birth_lo - r.birth_hi, r.birth_lo - l.birth_hi) < {_DAYS} OR substr(l.born, 6) = substr(r.born, 6))
          AND (jaro_winkler_similarity(l.bag, r.bag) >= 0.65 OR {_SHARED.format("sounds")} >= 2)
          OR (l.born = r.born OR jaro_winkler_similarity(l.bag, r.bag) >= 0.9) AND ({_NEAR}))
     OR {_TIED})
"""


@dataclass
class Blocked:
    """What blocking found: by kind of key the pairs it brought, and of keys that too many share the pairs left out.

    broad: by kind, how many broad keys brought nothing because more than a few share them.
    """

    met: int = 0
    pairs: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    capped: list[dict[str, int | str]] = field(default_factory=list)
    broad: dict[str, int] = field(default_factory=dict)
    left_out: int = 0


def block(connection: duckdb.DuckDBPyConnection, *, between: bool, cap: int = CAP) -> Blocked:
    """Fill the table `blocked` (a, b, kinds: one bit for each kind) from the table `people`.

    between: pairs of a new record (side 0) with a registered one (side 1) only.
    """
    found = Blocked()
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT unique_id AS i, side, unnest(keys) AS k, CASE WHEN household IS NULL THEN unique_id ELSE hash(household) END::UBIGINT AS home
        FROM people""")
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE crowded AS
        SELECT k, count(*) AS people, count(*) FILTER (side = 0) AS fresh FROM keyed
        GROUP BY k HAVING count(*) > CASE WHEN {_KIND} IN ({_BROAD}) THEN {min(FEW, cap)} ELSE {cap} END
        {"AND count(DISTINCT side) = 2" if between else ""}""")  # noqa: S608
    sides = "l.side = 0 AND r.side = 1" if between else "l.i < r.i"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT a, b, bit_or(1 << {_KIND})::INTEGER AS kinds FROM (
            SELECT l.i AS a, r.i AS b, l.k FROM keyed l JOIN keyed r ON l.k = r.k AND {sides}
            WHERE NOT (l.home = r.home AND (l.k & 31) IN ({_NOT_INSIDE})) AND l.k NOT IN (SELECT k FROM crowded)
            UNION ALL {_neighbours(between)}
        ) GROUP BY a, b""")  # noqa: S608
    connection.execute(f"""
        CREATE OR REPLACE TABLE blocked AS
        SELECT a, b, kinds FROM met WHERE kinds & {_STRONG} > 0
        UNION ALL
        SELECT a, b, kinds FROM met JOIN people l ON l.unique_id = a JOIN people r ON r.unique_id = b
        WHERE kinds & {_STRONG} = 0 AND {GLANCE}""")  # noqa: S608
    found.met = _number(connection, "SELECT count(*) FROM met")
    connection.execute("DROP TABLE met")
    counts = ", ".join(f"count(*) FILTER (kinds & {1 << number} > 0)" for number in range(len(KINDS)))
    found.pairs, *by_kind = connection.execute(f"SELECT count(*), {counts} FROM blocked").fetchall()[0]  # noqa: S608
    found.keys = {kind: count for kind, count in zip(KINDS, by_kind, strict=True) if count}
    _report_crowded(connection, found, between)
    return found


def _neighbours(between: bool) -> str:
    """Those who share a crowded key that is not broad, each with the next few by name and birth."""
    sides = "l.side <> r.side" if between else "true"
    order = "CASE WHEN {0}.side = 0 THEN {0}.i ELSE {1}.i END" if between else "least({0}.i, {1}.i)"
    other = "CASE WHEN {0}.side = 0 THEN {1}.i ELSE {0}.i END" if between else "greatest({0}.i, {1}.i)"
    queue = f"""(
        SELECT keyed.i, keyed.side, keyed.k, keyed.home,
               row_number() OVER (PARTITION BY keyed.k ORDER BY bag, birth_lo, person) AS place
        FROM keyed JOIN crowded ON crowded.k = keyed.k JOIN people ON people.unique_id = keyed.i
        WHERE (keyed.k & 31) NOT IN ({_BROAD}))"""  # noqa: S608
    return f"""
        SELECT {order.format("l", "r")}, {other.format("l", "r")}, l.k FROM {queue} l
        JOIN {queue} r ON r.k = l.k AND r.place BETWEEN l.place + 1 AND l.place + {NEIGHBOURS}
        WHERE {sides} AND NOT (l.home = r.home AND (l.k & 31) IN ({_NOT_INSIDE}))"""  # noqa: S608


def _report_crowded(connection: duckdb.DuckDBPyConnection, found: Blocked, between: bool) -> None:
    # Of crowds that share a key there would have been people * (people - 1) / 2 pairs.
    pairs = "fresh * (people - fresh)" if between else "people * (people - 1) // 2"
    rows = connection.execute(f"""
        SELECT {_KIND} AS kind, count(*), max(people), sum({pairs})::BIGINT, sum(least({pairs}, people * {NEIGHBOURS}))::BIGINT
        FROM crowded GROUP BY 1 ORDER BY 1""").fetchall()  # noqa: S608
    for kind, keys, people, all_pairs, compared in rows:
        if kinds([kind])[0] in BROAD:
            found.broad[kinds([kind])[0]] = keys
            continue
        found.capped.append(
            {"kind": kinds([kind])[0], "keys": keys, "most_people": people, "left_out": all_pairs - compared}
        )
        found.left_out += all_pairs - compared


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(connection.execute(sql).fetchall()[0][0])
