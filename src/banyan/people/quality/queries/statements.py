"""The statements of the engine: a pass that writes only what moved, and the scores of a day.

Each is one statement over sets. Rows come from a `Plan`; `bits` are the checks with what has to be known of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from banyan.people.quality.queries.definitions import CheckInForce
from banyan.people.quality.queries.plans import Plan

BREAKDOWNS = ("place", "site", "interviewer", "source")
_WORDS = ("eligible", "failed", "unknown", "waived")

# Which checks of a record are waived today.
_WAIVED = """
    SELECT w.record_id, bit_or(1::bigint << b.bit) AS bits
    FROM quality_waiver w JOIN unnest(%(q_keys)s::text[], %(q_bits)s::int[]) AS b (key, bit) ON b.key = w.check_key
    WHERE w.operation_id = %(q_operation)s AND w.subject = %(q_subject)s AND w.ended_on IS NULL
      AND w.expires_on >= %(q_today)s GROUP BY w.record_id
"""
_RUN = """
WITH bits AS MATERIALIZED (
    SELECT * FROM unnest(
        %(q_keys)s::text[], %(q_versions)s::int[], %(q_bits)s::int[], %(q_live)s::boolean[], %(q_fresh)s::boolean[],
        %(q_since)s::date[], %(q_targets)s::numeric[], %(q_weights)s::numeric[]
    ) AS b (key, version, bit, live, fresh, since, target, weight)
), looked AS ({scan}),
waived AS ({waived}), found AS (
    SELECT l.id, l.scope_id, l.place, l.site, l.interviewer, l.source, l.eligible, l.failed, l.unknown,
           coalesce(w.bits, 0) & l.failed AS waived
    FROM looked l LEFT JOIN waived w ON w.record_id = l.id
), before AS (
    SELECT * FROM quality_state WHERE operation_id = %(q_operation)s AND subject = %(q_subject)s {only}
), moved AS MATERIALIZED (
    SELECT coalesce(n.id, s.id) AS id, n.id IS NOT NULL AS there, s.id IS NOT NULL AS was_there,
           coalesce(n.scope_id, s.scope_id) AS scope_id, n.place, n.site, n.interviewer, n.source,
           {new},
           s.scope_id AS old_scope_id, s.place AS old_place, s.site AS old_site, s.interviewer AS old_interviewer,
           s.source AS old_source, s.eligible AS old_eligible, s.failed AS old_failed, s.unknown AS old_unknown,
           s.waived AS old_waived, s.since
    FROM found n FULL JOIN before s ON s.id = n.id
    WHERE n.id IS NULL OR s.id IS NULL
       OR (n.scope_id, n.place, n.site, n.interviewer, n.source, {compared})
          IS DISTINCT FROM (s.scope_id, s.place, s.site, s.interviewer, s.source, s.eligible, s.failed, s.unknown, s.waived)
), written AS (
    INSERT INTO quality_state (id, subject, operation_id, scope_id, place, site, interviewer, source, eligible, failed, unknown,
                               waived, since)
    SELECT id, %(q_subject)s, %(q_operation)s, scope_id, place, site, interviewer, source, eligible, failed, unknown, waived,
           %(q_today)s
    FROM moved WHERE there
    ON CONFLICT (id, subject) DO UPDATE SET
        scope_id = excluded.scope_id, place = excluded.place, site = excluded.site, interviewer = excluded.interviewer,
        source = excluded.source, eligible = excluded.eligible, failed = excluded.failed, unknown = excluded.unknown,
        waived = excluded.waived
), gone AS (
    DELETE FROM quality_state s USING moved m WHERE s.id = m.id AND s.subject = %(q_subject)s AND NOT m.there
), issues AS (
    INSERT INTO quality_issue AS i (record_id, check_key, subject, operation_id, scope_id, first_seen, last_seen, resolved_on,
                                    resolved_by, reopened)
    SELECT m.id, b.key, %(q_subject)s, %(q_operation)s, m.scope_id,
           CASE WHEN o.opened THEN %(q_today)s ELSE greatest(m.since, b.since) END,
           CASE WHEN o.opened THEN %(q_today)s ELSE greatest(m.since, b.since) END,
           CASE WHEN NOT o.opened THEN %(q_today)s::date END,
           CASE WHEN o.opened THEN '' ELSE coalesce(c.cause, '') END, 0
    FROM moved m CROSS JOIN bits b CROSS JOIN LATERAL (SELECT (m.failed >> b.bit & 1) = 1 AS opened) o
    LEFT JOIN unnest(%(q_caused)s::uuid[], %(q_causes)s::text[]) AS c (id, cause) ON c.id = m.id
    WHERE m.was_there AND b.live AND NOT b.fresh AND ((m.failed # m.old_failed) >> b.bit & 1) = 1
    ON CONFLICT (record_id, check_key) DO UPDATE SET
        scope_id = excluded.scope_id, resolved_on = excluded.resolved_on, resolved_by = excluded.resolved_by,
        last_seen = CASE WHEN excluded.resolved_on IS NULL THEN excluded.last_seen ELSE i.last_seen END,
        reopened = i.reopened + (excluded.resolved_on IS NULL AND i.resolved_on IS NOT NULL)::int
    RETURNING resolved_on
){tally}
SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM issues WHERE resolved_on IS NULL),
       (SELECT count(*) FROM issues WHERE resolved_on IS NOT NULL)
"""
# Who moved, without writing: such a statement may run on all processors, one that writes on one. No LIMIT, which would have
# the planner reckon with a few rows.
_WHO = """
WITH waived AS ({waived})
SELECT CASE WHEN count(*) <= %(q_most)s THEN coalesce(array_agg(id), '{{}}') END FROM (
    SELECT coalesce(n.id, s.id) AS id
    FROM (SELECT l.*, coalesce(w.bits, 0) & l.failed AS waived FROM ({scan}) l LEFT JOIN waived w ON w.record_id = l.id) n
    FULL JOIN (
        SELECT * FROM quality_state WHERE operation_id = %(q_operation)s AND subject = %(q_subject)s
    ) s ON s.id = n.id
    WHERE n.id IS NULL OR s.id IS NULL
       OR (n.scope_id, n.place, n.site, n.interviewer, n.source, n.eligible, n.failed, n.unknown, n.waived)
          IS DISTINCT FROM (s.scope_id, s.place, s.site, s.interviewer, s.source, s.eligible, s.failed, s.unknown, s.waived)
) differing
"""
# What moved, taken from the day's counts where it was and added where it is. Only checks that it touches.
_TALLY = """, tallied AS (
    INSERT INTO quality_snapshot AS s (day, operation_id, scope_id, breakdown, value, check_key, version, eligible, failed,
                                       unknown, waived, target, weight)
    SELECT %(q_today)s, %(q_operation)s, c.scope_id, d.breakdown, d.value, b.key, b.version,
           sum(c.sign * (c.eligible >> b.bit & 1)), sum(c.sign * (c.failed >> b.bit & 1)),
           sum(c.sign * (c.unknown >> b.bit & 1)), sum(c.sign * (c.waived >> b.bit & 1)), b.target, b.weight
    FROM (
        SELECT -1 AS sign, old_scope_id AS scope_id, old_place AS place, old_site AS site, old_interviewer AS interviewer,
               old_source AS source, old_eligible AS eligible, old_failed AS failed, old_unknown AS unknown,
               old_waived AS waived FROM moved WHERE was_there
        UNION ALL
        SELECT 1, scope_id, place, site, interviewer, source, eligible, failed, unknown, waived FROM moved WHERE there
    ) c
    CROSS JOIN bits b
    CROSS JOIN LATERAL (VALUES ('all', ''), ('place', c.place::text), ('site', c.site), ('interviewer', c.interviewer),
                               ('source', c.source)) d (breakdown, value)
    WHERE (d.breakdown = 'all' OR d.value <> '') AND (c.eligible >> b.bit & 1) = 1
    GROUP BY c.scope_id, d.breakdown, d.value, b.key, b.version, b.bit, b.target, b.weight
    HAVING sum(c.sign) <> 0 OR sum(c.sign * (c.failed >> b.bit & 1)) <> 0 OR sum(c.sign * (c.unknown >> b.bit & 1)) <> 0
        OR sum(c.sign * (c.waived >> b.bit & 1)) <> 0
    ON CONFLICT (operation_id, breakdown, day, check_key, version, scope_id, value) DO UPDATE SET
        eligible = s.eligible + excluded.eligible, failed = s.failed + excluded.failed,
        unknown = s.unknown + excluded.unknown, waived = s.waived + excluded.waived
)"""
_SCORES = """
WITH alike AS (
    SELECT scope_id, place::text, site, interviewer, source, eligible, failed, unknown, waived, count(*)::int AS n
    FROM quality_state WHERE operation_id = %(q_operation)s AND subject = %(q_subject)s
    GROUP BY scope_id, place, site, interviewer, source, eligible, failed, unknown, waived
), totals AS (
    SELECT scope_id, grouping(place, site, interviewer, source) AS level,
           coalesce(place, site, interviewer, source, '') AS value{sums}
    FROM alike GROUP BY GROUPING SETS
        ((scope_id), (scope_id, place), (scope_id, site), (scope_id, interviewer), (scope_id, source))
)
INSERT INTO quality_snapshot (day, operation_id, scope_id, breakdown, value, check_key, version, eligible, failed, unknown, waived,
                              target, weight)
SELECT %(q_today)s, %(q_operation)s, t.scope_id,
       CASE t.level WHEN 15 THEN 'all' WHEN 7 THEN 'place' WHEN 11 THEN 'site' WHEN 13 THEN 'interviewer' ELSE 'source' END,
       t.value, b.key, b.version, b.eligible, b.failed, b.unknown, b.waived, b.target, b.weight
FROM totals t CROSS JOIN LATERAL (VALUES {rows}) b (key, version, target, weight, eligible, failed, unknown, waived)
WHERE b.eligible > 0 AND (t.level = 15 OR t.value <> '')
"""
_AGES = """
WITH told AS (
    SELECT scope_id, place::text, coalesce(site, '') AS site, coalesce(interviewer, '') AS interviewer,
           coalesce(source, '') AS source, born ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' AS exact, born LIKE '%%-01-01' AS january,
           least(99, extract(year FROM told_on)::int - left(born, 4)::int
               - (length(born) >= 10 AND substr(born, 6, 5) > to_char(told_on, 'MM-DD'))::int) AS age
    FROM (SELECT {columns} FROM {source} WHERE {rows} OFFSET 0) people WHERE born ~ '^[0-9]{{4}}'
), alike AS (
    SELECT scope_id, place, site, interviewer, source, age, count(*)::int AS n, count(*) FILTER (WHERE exact)::int AS known,
           count(*) FILTER (WHERE exact AND january)::int AS january
    FROM told WHERE age >= 0 GROUP BY scope_id, place, site, interviewer, source, age
), totals AS (
    SELECT scope_id, grouping(place, site, interviewer, source) AS level,
           coalesce(place, site, interviewer, source, '') AS value, age, sum(n) AS n, sum(known) AS known,
           sum(january) AS january
    FROM alike GROUP BY GROUPING SETS ((scope_id, age), (scope_id, place, age), (scope_id, site, age),
                                       (scope_id, interviewer, age), (scope_id, source, age))
)
INSERT INTO quality_agecount (day, operation_id, scope_id, subject, breakdown, value, ages, known, first_of_january)
SELECT %(q_today)s, %(q_operation)s, scope_id, %(q_subject)s,
       CASE level WHEN 15 THEN 'all' WHEN 7 THEN 'place' WHEN 11 THEN 'site' WHEN 13 THEN 'interviewer' ELSE 'source' END,
       value, jsonb_object_agg(age, n), sum(known), sum(january)
FROM totals WHERE level = 15 OR value <> '' GROUP BY scope_id, level, value
"""
_FILLED = """
INSERT INTO quality_filled (day, operation_id, scope_id, check_key, version, asked, filled)
SELECT %(q_today)s, %(q_operation)s, {scope}, %(q_key)s, %(q_version)s, count(*) * %(q_fields)s, sum({filled})
FROM {source} WHERE {rows} GROUP BY {scope}
"""
Statement = tuple[str, dict[str, Any]]


class Statements:
    """The statements for one plan, with what they bind.

    fresh: keys that are computed for the first time. complete: the plan holds every check that there is, so that bits of others
    are dropped; so it is for all records at once.
    """

    def __init__(self, plan: Plan, *, fresh: frozenset[tuple[str, int]] = frozenset(), complete: bool = False) -> None:
        self.plan = plan
        self.fresh = fresh
        self.complete = complete or plan.only is None

    def who(self, most: int) -> Statement:
        """Who moved: one row with their ids, null when there are more than `most`."""
        sql = _WHO.format(scan=self.plan.sql(), waived=_WAIVED)  # before its values: compiling binds them
        columns = _columns(self.plan.read, self.fresh, self.plan.today)
        return sql, {
            **self.plan.values, **self._common(), "q_most": most, "q_keys": columns["q_keys"], "q_bits": columns["q_bits"],
        }  # fmt: skip

    def run(self, causes: Mapping[Any, str], *, tally: bool) -> Statement:
        """The pass itself: rows of (moved, opened, resolved). causes: who moved which record, as far as is known.

        tally: move the day's counts along, for a pass over few records.
        """
        keep = 0 if self.complete else ~self.plan.mask
        words = {word: f"coalesce(n.{word}, 0) | (coalesce(s.{word}, 0) & %(q_keep)s)" for word in _WORDS}
        if self.complete:
            words = {word: f"coalesce(n.{word}, 0)" for word in _WORDS}
        only = "" if self.plan.only is None else "AND id = ANY(%(q_only)s)"
        sql = _RUN.format(
            scan=self.plan.sql(),
            waived=_WAIVED,
            only=only,
            new=", ".join(f"CASE WHEN n.id IS NULL THEN 0 ELSE {sql} END AS {word}" for word, sql in words.items()),
            compared=", ".join(words.values()),
            tally=_TALLY if tally else "",
        )
        values = {
            **self.plan.values, **self._common(), **_columns(self.plan.read, self.fresh, self.plan.today),
            "q_keep": keep, "q_caused": list(causes), "q_causes": list(causes.values()),
        }  # fmt: skip
        if self.plan.only is not None:
            values["q_only"] = list(self.plan.only)
        return sql, values

    def scores(self) -> Statement:
        """The counts of the day, by scope and breakdown, from where every record stands."""
        sums, rows, values = [], [], self._common()
        for check in self.plan.read:
            bit = check.bit
            sums += [
                f", coalesce(sum(n) FILTER (WHERE {word} >> {bit} & 1 = 1), 0)::int AS {word}{bit}" for word in _WORDS
            ]
            rows.append(
                f"(%(q_key{bit})s, {int(check.version)}, %(q_target{bit})s::numeric, %(q_weight{bit})s::numeric, "
                + ", ".join(f"t.{word}{bit}" for word in _WORDS)
                + ")"
            )
            values |= {f"q_key{bit}": check.key, f"q_target{bit}": check.target, f"q_weight{bit}": check.weight}
        return _SCORES.format(sums="".join(sums), rows=", ".join(rows)), values

    def ages(self) -> Statement:
        """The ages of the day, by scope and breakdown, on the day on which they were told. Needs a birth date."""
        by, plan = self.plan.breakdown, self.plan
        day = "%(q_today)s::date"
        columns = {
            "scope_id": plan.column(plan.subject.scope),
            "born": plan.over(by.birth_date),
            "told_on": f"coalesce({plan.over(by.told_on)}, {day})" if by.told_on else day,
            "place": f"({plan.over(by.place)})::uuid",
            **{name: f"({plan.over(getattr(by, name))})::text" for name in BREAKDOWNS[1:]},
        }
        sql = _AGES.format(
            columns=", ".join(f"{sql} AS {name}" for name, sql in columns.items()),
            source=plan.from_sql(),
            rows=plan.where_sql(),
        )
        return sql, {**plan.values, **self._common()}

    def filled(self, check: CheckInForce) -> Statement:
        """How many of the mandatory fields are filled in, by scope, over the live records of an unread plan."""
        plan = self.plan
        sql = _FILLED.format(
            scope=plan.column(plan.subject.scope),
            filled=plan.filled(check.fields),
            source=plan.from_sql(),
            rows=plan.where_sql(),
        )
        return sql, {
            **plan.values, **self._common(), "q_key": check.key, "q_version": check.version, "q_fields": len(check.fields),
        }  # fmt: skip

    def _common(self) -> dict[str, Any]:
        return {
            "q_operation": self.plan.operation_id,
            "q_subject": self.plan.subject.key,
            "q_today": self.plan.today,
        }


def _columns(checks: Sequence[CheckInForce], fresh: frozenset[tuple[str, int]], today: date) -> dict[str, list[Any]]:
    """What a pass has to know of each check, column by column."""
    return {
        "q_keys": [one.key for one in checks],
        "q_versions": [one.version for one in checks],
        "q_bits": [one.bit for one in checks],
        "q_live": [one.overlap is None for one in checks],
        "q_fresh": [(one.key, one.version) in fresh for one in checks],
        "q_since": [one.since or today for one in checks],
        "q_targets": [one.target for one in checks],
        "q_weights": [one.weight for one in checks],
    }
