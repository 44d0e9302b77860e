"""A targeting run as one statement: every live record graded, scored and judged, and written down as it was found.

One statement sees one state of the register, however many people work on it meanwhile: so a run is a frozen picture.
"""

from collections.abc import Sequence
from typing import Any, Final

from banyan.aid.programmes.models import TargetingRun
from banyan.aid.programmes.queries.target_reading import Asked, LineTree, RuleTree
from banyan.aid.programmes.rules.targeting import (
    LETTERS,
    MET,
    UNKNOWN,
    Algebra,
    asks,
    cells,
    composition_formula,
    folded,
)
from banyan.people.quality.declarations import declared
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.declarations import Field, Subject, subjects
from banyan.platform.criteria.queries import Scan
from banyan.platform.criteria.rules.tree import Condition, FieldRef

CHANGE: Final = "programmes.change_targeting"
# The id of what a relation leads to: nothing that a criterion may name.
_ID: Final = Field("related_id", "text", "", "{t}.id")

_RUN = """
WITH listed AS MATERIALIZED (
    SELECT coalesce(person_id, household_id) AS id, bool_or(kind = 'include') AS included, bool_or(kind = 'exclude') AS excluded,
           max(reason) FILTER (WHERE kind = 'include') AS in_reason, max(source) FILTER (WHERE kind = 'include') AS in_source,
           max(reason) FILTER (WHERE kind = 'exclude') AS out_reason, max(source) FILTER (WHERE kind = 'exclude') AS out_source
    FROM programmes_listentry WHERE targeting_id = %(t_targeting)s GROUP BY 1
), looked AS (
    SELECT {columns} FROM {source} WHERE {rows} OFFSET 0
), graded AS (
    SELECT *, {grades} FROM (SELECT *, {marks} FROM looked OFFSET 0) AS parts OFFSET 0
), scored AS (
    SELECT g.*, {eligible} AS eligible, {score} AS score, coalesce(l.included, false) AS included,
           coalesce(l.excluded, false) AS excluded, l.in_reason, l.in_source, l.out_reason, l.out_source
    FROM graded g LEFT JOIN listed l ON l.id = g.id OFFSET 0
)
INSERT INTO programmes_targetrow (run_id, operation_id, scope_id, household_id, person_id, place_id, size, composition, marks,
                                  atoms, eligible, points, score, verdict, reason, source)
SELECT %(t_run)s, %(t_operation)s, scope_id, household_id, person_id, place_id, size, composition, {letters}, {atoms},
       substr('{alphabet}', eligible + 1, 1), {points}, score,
       CASE WHEN excluded THEN 'excluded' WHEN included THEN 'included' WHEN {nothing} OR eligible = 0 THEN 'out' {judged} END,
       coalesce(CASE WHEN excluded THEN out_reason WHEN included THEN in_reason END, ''),
       coalesce(CASE WHEN excluded THEN out_source WHEN included THEN in_source END, '')
FROM scored
"""
# What is said where a threshold has to be reached, and where there is none.
_THRESHOLD = """
WHEN score IS NULL THEN 'unknown' WHEN score < %(t_threshold)s THEN 'out' WHEN eligible = 2 THEN 'in' ELSE 'unknown'
"""
_NO_THRESHOLD = "WHEN eligible = 2 THEN 'in' ELSE 'unknown'"

_SQL: Final = Algebra[str](
    both=lambda parts: f"least({', '.join(parts)})",
    either=lambda parts: f"greatest({', '.join(parts)})",
    turned=lambda part: f"({MET} - {part})",
    chosen=lambda which, yes, no: f"(CASE {which} WHEN {MET} THEN {yes} WHEN 0 THEN {no} ELSE {UNKNOWN} END)",
)
"""Grades joined in SQL as rules.targeting.GRADES joins them."""


class TargetingStatement:
    """The statement of a run: rows of live records within the reach of `seen_by`, on the run's day."""

    def __init__(self, run: TargetingRun, asked: Asked, *, seen_by: Viewer) -> None:
        self.run, self.asked, self.viewer = run, asked, seen_by
        self.scan: Scan = criteria.scan(asked.nodes, asked.subject, seen_by=seen_by, today=run.day)
        self.subject: Subject = subjects()[asked.subject]

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The statement with its values."""
        asked = self.asked
        # Compiling binds values and joins what is related, so it comes before FROM is asked for.
        columns = self._columns()
        sql = _RUN.format(
            columns=", ".join(f"{text} AS {name}" for name, text in columns.items()),
            source=self.scan.from_sql(),
            rows=self._rows(),
            marks=", ".join(self._marks()) or "NULL",
            grades=", ".join(f"{self._grade(place, rule)} AS r{place}" for place, rule in enumerate(asked.rules))
            or "NULL",
            eligible=_greatest([f"r{place}" for place in range(len(asked.rules))]),
            score=_sum([f"p{place}" for place in range(len(asked.score))]),
            letters=_letters([f"r{place}" for place in range(len(asked.rules))]),
            atoms=" || ' ' || ".join(self._atoms()) or "''",
            alphabet=LETTERS,
            points=f"ARRAY[{', '.join(f'p{place}' for place in range(len(asked.score)))}]::numeric[]",
            nothing="FALSE" if asks(asked.rules, asked.threshold) else "TRUE",
            judged=_NO_THRESHOLD if asked.threshold is None else _THRESHOLD,
        )
        values = {
            "t_run": self.run.pk, "t_operation": self.run.operation_id, "t_targeting": self.run.targeting_id,
            "t_threshold": asked.threshold, **self.scan.values,
        }  # fmt: skip
        return sql, values

    def _columns(self) -> dict[str, str]:
        scan, person = self.scan, self.asked.subject == "person"
        columns = {
            "id": scan.id,
            "scope_id": f"{scan.alias}.{self.subject.scope}",
            "household_id": self._household() if person else scan.id,
            "person_id": scan.id if person else "NULL::uuid",
            # Where a record lives, as its room says for the scores of quality: no criterion is needed for it.
            "place_id": declared().breakdowns[self.asked.subject].place.replace("{t}", scan.alias),
            **self._people(person=person),
        }
        for place, rule in enumerate(self.asked.rules):
            columns |= dict(zip(_parts(place, rule), map(self._mark, rule.leaves), strict=True))
        return columns | {f"p{place}": self._points(line) for place, line in enumerate(self.asked.score)}

    def _people(self, *, person: bool) -> dict[str, str]:
        """How many people a record is, and who they are. Read by the program, for what it asks is the same everywhere."""
        if person:
            counts = [f"({self.scan.certain(self._own(composition_formula(*cell)))})::int" for cell in cells()]
            return {"size": "1", "composition": f"ARRAY[{', '.join(counts)}]"}
        counts = [self._least(f"members.filter(m, {composition_formula(*cell, 'm')}).size()") for cell in cells()]
        return {"size": self._least("members.size()"), "composition": f"ARRAY[{', '.join(counts)}]"}

    def _own(self, text: str) -> Condition:
        return criteria.check(text, self.asked.subject, seen_by=system_viewer("targeting"))

    def _least(self, text: str) -> str:
        """How many it is at least: those of whom it is certain."""
        counted = criteria.formula(text, self.asked.subject, seen_by=system_viewer("targeting"))
        return f"({self.scan.number(counted)[0]})::int"

    def _household(self) -> str:
        relation = self.subject.relation_named("household")
        assert relation is not None  # noqa: S101 — the register relates people to their household
        return self.scan.column(FieldRef("", (relation,), _ID))

    def _mark(self, leaf: Condition) -> str:
        certain, refuted = self.scan.certain(leaf), self.scan.refuted(leaf)
        return f"(CASE WHEN {certain} THEN {MET} WHEN {refuted} THEN 0 ELSE {UNKNOWN} END)"

    def _points(self, line: LineTree) -> str:
        return f"round({self.scan.known_number(line.node)} * {self.scan.bind(line.weight)}, 4)"

    def _marks(self) -> list[str]:
        """The parts of each rule as letters."""
        return [f"{_letters(_parts(place, rule))} AS m{place}" for place, rule in enumerate(self.asked.rules)]

    def _grade(self, place: int, rule: RuleTree) -> str:
        return folded(rule.node, iter(_parts(place, rule)), _SQL)

    def _atoms(self) -> list[str]:
        return [f"m{place}" for place in range(len(self.asked.rules))]

    def _rows(self) -> str:
        """Live records of the operation, where the viewer may write down what is found of them."""
        reach = self.viewer.reach(CHANGE)
        conditions = []
        if not reach.everything:
            conditions.append(f"{self.scan.alias}.{self.subject.scope} = ANY({self.scan.bind(sorted(reach.scopes))})")
        return self.scan.where_sql(*conditions, operation=self.run.operation_id)


def _parts(place: int, rule: RuleTree) -> list[str]:
    """Columns of the parts of a rule."""
    return [f"a{place}_{number}" for number in range(len(rule.leaves))]


def _letters(columns: Sequence[str]) -> str:
    return " || ".join(f"substr('{LETTERS}', {column} + 1, 1)" for column in columns) or "''"


def _greatest(columns: Sequence[str]) -> str:
    return f"greatest({', '.join(columns)})" if columns else str(MET)


def _sum(columns: Sequence[str]) -> str:
    return f"({' + '.join(columns)})" if columns else "NULL::numeric"
