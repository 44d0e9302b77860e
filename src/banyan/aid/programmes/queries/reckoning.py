"""Entitlements reckoned by set: one statement for a programme, whatever its formulas ask and however many are enrolled.

The meaning is that of `rules.entitling`; tests hold the two against each other.
"""

# ruff: noqa: S608 — composed of the constants below and of what criteria compile; values are bound

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import DataError, connection, transaction

from banyan.aid.programmes.models import ForWhom
from banyan.aid.programmes.rules.entitling import TOO_LARGE, Terms
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.rules import tree, write
from banyan.platform.criteria.rules.tree import Condition, Node
from banyan.platform.kernel.money import Rounding
from banyan.platform.kernel.problems import Problem

# Fewer records than these are looked at one by one instead of scanning the register.
_FEW: Final = 500
_SIZE: Final = "members.size()"
# Whole units that a number holds, and what is left: exact, which a quotient of numerics is not.
_ROUNDED: Final = {
    Rounding.DOWN: "0",
    Rounding.FLOOR: "0",
    Rounding.UP: "(q.rest > 0)::int",
    Rounding.CEILING: "(q.rest > 0)::int",
    Rounding.HALF_UP: "(2 * q.rest >= {unit})::int",
    Rounding.HALF_EVEN: "(2 * q.rest > {unit} OR (2 * q.rest = {unit} AND mod(q.whole, 2) = 1))::int",
}
_STATEMENT: Final = """
SELECT e.*, s.size, l.line, l.item, l.unit, coalesce(l.parts, '[]') AS parts, c.cause, CASE WHEN c.cause = '' THEN a.amount END AS came_to
FROM ({who}) e
LEFT JOIN (SELECT {columns} FROM {source} WHERE {rows} OFFSET 0) s ON s.id = e.record
CROSS JOIN LATERAL (VALUES {lines}) AS l(line, item, unit, low, high, parts)
CROSS JOIN LATERAL (SELECT div(l.low, {unit}) AS whole, l.low - div(l.low, {unit}) * {unit} AS rest) q
CROSS JOIN LATERAL (SELECT least((q.whole + {up}) * {unit}, {cap}) AS amount) a
CROSS JOIN LATERAL (SELECT CASE WHEN s.id IS NULL THEN 'absent' WHEN l.low IS NULL OR l.low IS DISTINCT FROM l.high THEN 'unknown'
    WHEN l.low < 0 THEN 'negative' WHEN a.amount >= {most} THEN 'beyond' ELSE '' END AS cause) c
"""


@contextmanager
def answered(about: int) -> Iterator[Any]:
    """A cursor for statements made of formulas over so many records: what the database cannot work out is a Problem.

    Of rows just written, and of what formulas ask, the planner knows little: many records are joined by hashing, which is never
    much slower, and never loops over all pairs. Raises Problem criteria.not_answerable.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if about >= _FEW:
                cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'")
            yield cursor
            if about >= _FEW:
                # After an error the savepoint is rolled back, and the setting with it.
                cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem = DEFAULT")
    except DataError as error:
        raise Problem("criteria.not_answerable", reason=str(error).split("\n")[0]) from None


@dataclass(frozen=True)
class Line:
    """One thing that is given: its formula as a tree; in cash there is one line without item."""

    item: str
    unit: str
    formula: Node

    @property
    def figures(self) -> tuple[Node, ...]:
        """What its formula takes from records."""
        return tree.figures(self.formula)

    def frozen(self) -> dict[str, Any]:
        """As a run keeps it."""
        return {
            "item": self.item,
            "unit": self.unit,
            "formula": write(self.formula),
            "figures": [write(one) for one in self.figures],
        }


def lines_of(written: Sequence[Mapping[str, Any]], subject: str, operation_id: UUID, *, seen_by: Viewer) -> list[Line]:
    """Lines with their formulas read. Raises every Problem of a formula."""
    return [
        Line(
            one["item"],
            one["unit"],
            criteria.formula(one["formula"], subject, seen_by=seen_by, operation_id=operation_id),
        )
        for one in written
    ]


@dataclass(frozen=True)
class Reckoning:
    """Whose entitlement is reckoned: `who` is SQL giving rows with a column `record`, the id of the household or person."""

    subject: str
    operation_id: UUID
    day: date
    who: str
    values: Mapping[str, Any]
    about: int

    def statement(self, lines: Sequence[Line], terms: Terms, *, seen_by: Viewer) -> tuple[str, dict[str, Any]]:
        """SQL of the columns of `who`, size, line, item, unit, parts, cause and came_to; and its values.

        `cause` is empty where it could be decided; `came_to` is the amount or quantity then.
        """
        people = self.subject == ForWhom.PERSON
        size = None if people else criteria.formula(_SIZE, self.subject, seen_by=seen_by)
        nodes = [line.formula for line in lines]
        scan = criteria.scan(
            [*nodes, *([size] if size else [])], self.subject, seen_by=seen_by, today=self.day,
            many="each" if self.about < _FEW else "grouped",
        )  # fmt: skip
        columns = [f"{scan.id} AS id", "1 AS size" if size is None else f"({scan.known_number(size)})::int AS size"]
        places = []
        for place, line in enumerate(lines):
            low, high = scan.number(line.formula)
            parts = ", ".join(_figure(scan, one) for one in line.figures)
            columns += [f"{low} AS low{place}", f"{high} AS high{place}", f"jsonb_build_array({parts}) AS parts{place}"]
            said = f"{scan.bind(line.item)}::text, {scan.bind(line.unit)}::text"
            places.append(f"({place}, {said}, s.low{place}, s.high{place}, s.parts{place})")
        unit = f"{scan.bind(terms.unit)}::numeric"
        sql = _STATEMENT.format(
            who=self.who,
            columns=", ".join(columns),
            source=scan.from_sql(),
            rows=scan.where_sql(f"{scan.id} IN (SELECT w.record FROM ({self.who}) w)", operation=self.operation_id),
            lines=", ".join(places),
            unit=unit,
            up=_ROUNDED[terms.rounding].format(unit=unit),
            cap="NULL" if terms.cap is None else f"{scan.bind(terms.cap)}::numeric",
            most=TOO_LARGE,
        )
        return sql, {**scan.values, **self.values}


def _figure(scan: criteria.Scan, node: Node) -> str:
    """What a record gives a formula, as JSON: true or false; a number as text, two where it may be either; null where not known."""
    if node.kind == "boolean":
        condition: Condition = node  # type: ignore[assignment]  # what says yes or no is a condition
        return f"to_jsonb(CASE WHEN {scan.certain(condition)} THEN true WHEN {scan.refuted(condition)} THEN false END)"
    low, high = scan.number(node)
    if low == high:
        return f"to_jsonb(({low})::text)"
    one, two = f"to_jsonb(({low})::text)", f"jsonb_build_array(({low})::text, ({high})::text)"
    return f"CASE WHEN {low} = {high} THEN {one} WHEN {low} < {high} THEN {two} END"
