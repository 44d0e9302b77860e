"""The FROM of a compiled criterion: the subject's rows, what they are related to, and the values bound.

Conditions compiled against the same level share its joins: a related record is joined once, and all numbers over the same
related records come from one grouped scan. Identifiers and SQL come from declarations only; whatever
a person wrote is bound under a name.
"""

# ruff: noqa: S608 — composed of declarations and of names made here; values are bound

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeVar

from banyan.platform.criteria.declarations import Field, Relation, Subject, subjects
from banyan.platform.kernel.problems import Problem

Many = Literal["exists", "grouped", "each"]
"""How related records are asked. "exists": a semi-join for every quantifier, right for selecting. "grouped": one grouped scan for
all quantifiers and numbers over the same relation, right when every row is judged. "each": row by row, right for few rows."""

MOST_SQL = 200_000
Part = TypeVar("Part")
_WORD = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_EQUALITY = re.compile(r"([^=<>!]+)=([^=<>!]+)")
# Whatever makes a join more than equalities joined by AND.
_INVOLVED = re.compile(r"\b(OR|NOT|CASE|SELECT|BETWEEN)\b|['\"]", re.IGNORECASE)


class Bound:
    """The values of a statement by name; equal values are bound once."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.values: dict[str, Any] = {}
        self._names: dict[tuple[type, Any], str] = {}

    def place(self, value: Any) -> str:
        """Bind a value and return its place in the SQL."""
        known = (type(value), tuple(value) if isinstance(value, list) else value)
        if known not in self._names:
            name = f"{self.prefix}{len(self.values) + 1}"
            self._names[known] = name
            self.values[name] = value
        return f"%({self._names[known]})s"


class Level:
    """One SELECT: the rows of a subject under an alias, with what is joined to them."""

    def __init__(self, frame: "Frame", subject: Subject) -> None:
        self.frame = frame
        self.subject = subject
        self.alias = frame.fresh("t")
        self._joins: list[str | Gathered] = []
        self._ones: dict[tuple[str, ...], tuple[str, Subject]] = {(): (self.alias, subject)}
        self._groups: dict[tuple[str, Relation], Gathered] = {}

    def one(self, steps: tuple[Relation, ...]) -> tuple[str, Subject]:
        """Alias and subject of the one record these relations lead to, joined when it is not yet."""
        path = tuple(step.name for step in steps)
        if path not in self._ones:
            here, _subject = self.one(steps[:-1])
            there, subject = self.frame.fresh("t"), self.frame.subject(steps[-1].subject)
            conditions = [joined(steps[-1], here, there), *self.frame.live(subject, there)]
            self._joins.append(f"LEFT JOIN {escaped(subject.source)} {there} ON {all_of(conditions)}")
            self._ones[path] = there, subject
        return self._ones[path]

    def field(self, steps: tuple[Relation, ...], one: Field) -> str:
        """SQL of a field of the record these relations lead to."""
        alias, _subject = self.one(steps)
        return self.frame.column(one, alias)

    def gathered(self, steps: tuple[Relation, ...], *, apart: bool) -> "Gathered":
        """The scan over the records of a many-relation, shared by all that is asked of them.

        `apart`: what is asked speaks of records further out. Such a scan is of its own, row by row, and has to be joined when it is
        complete, behind everything that it speaks of.
        """
        here, _subject = self.one(steps[:-1])
        relation = steps[-1]
        if not apart and (here, relation) in self._groups:
            return self._groups[here, relation]
        keys = None if apart or self.frame.many == "each" else equalities(relation)
        found = Gathered(Level(self.frame, self.frame.subject(relation.subject)), relation, here, keys, apart=apart)
        if not apart:
            self._groups[here, relation] = found
            self._joins.append(found)
        return found

    def gathered_beside(self, steps: tuple[Relation, ...]) -> "GatheredBeside | None":
        """A scan over the records of a many-relation, with this level's rows read a second time beside them.

        For what speaks of a record and of its row here alike: one grouped scan instead of a look at every row. None where
        related records are not grouped, the relation is more than equalities, or ids of these rows name several.
        """
        if self.frame.many != "grouped" or not self.subject.distinct or equalities(steps[-1]) is None:
            return None
        self.one(steps[:-1])
        return GatheredBeside(self, Level(self.frame, self.frame.subject(steps[-1].subject)), steps)

    def join(self, gathered: "Gathered") -> None:
        """Join what was gathered apart; what is shared is joined already."""
        if gathered.apart:
            self._joins.append(gathered)

    def exists_sql(self, relation: Relation, here: str, condition: str) -> str:
        """Whether a record of this level, related to the row `here`, meets a condition."""
        rows = all_of([joined(relation, here, self.alias), *self.frame.live(self.subject, self.alias), condition])
        return f"EXISTS (SELECT FROM {self.from_sql()} WHERE {rows})"

    def from_sql(self) -> str:
        """What stands behind FROM."""
        return " ".join([f"{escaped(self.subject.source)} {self.alias}", self.joins_sql()]).strip()

    def joins_sql(self) -> str:
        """What is joined to the rows."""
        return " ".join(one if isinstance(one, str) else one.sql() for one in self._joins)


class Gathered:
    """Numbers over the related records of each row: grouped in one scan, or row by row when there are no keys to group by."""

    def __init__(
        self,
        level: Level,
        relation: Relation,
        here: str,
        keys: "tuple[list[tuple[str, str]], list[str]] | None",
        *,
        apart: bool,
    ) -> None:
        self.apart = apart
        self.level = level
        self.alias = level.frame.fresh("g")
        self._relation = relation
        self._here = here
        self._keys = keys
        self._values: dict[tuple[str, str, str], str] = {}

    def value(self, aggregate: str, of: str, only: str = "TRUE") -> str:
        """The place of an aggregate of something over those related records that meet a condition; null where there are none."""
        known = aggregate, of, only
        if known not in self._values:
            self._values[known] = f"a{len(self._values) + 1}"
        return f"{self.alias}.{self._values[known]}"

    def sql(self) -> str:
        """The join."""
        there = self.level.alias
        rows = self.level.frame.live(self.level.subject, there)
        if self._keys is None:
            return self._by_row([joined(self._relation, self._here, there), *rows])
        values = [f"{_aggregate(*known)} AS {name}" for known, name in self._values.items()]
        equal, alone = self._keys
        keys = [one.replace("{there}", there) for _here, one in equal]
        rows = [one.replace("{there}", there) for one in alone] + rows
        where = f" WHERE {all_of(rows)}" if rows else ""
        columns = [f"{key} AS k{number}" for number, key in enumerate(keys, 1)] + values
        on = [
            f"{self.alias}.k{number} = {one.replace('{here}', self._here)}"
            for number, (one, _there) in enumerate(equal, 1)
        ]
        return (
            f"LEFT JOIN (SELECT {', '.join(columns)} FROM {self.level.from_sql()}{where} GROUP BY {', '.join(keys)})"
            f" {self.alias} ON {' AND '.join(on)}"
        )

    def _by_row(self, rows: list[str]) -> str:
        """What is aggregated becomes a column first: an aggregate of nothing but outer columns would belong to the query outside."""
        columns = {sql: "" for _name, of, only in self._values for sql in (of, only) if sql not in ("*", "TRUE")}
        columns = {sql: f"i{number}" for number, sql in enumerate(columns, 1)}
        inner, outer = self.level.frame.fresh("i"), []
        for (aggregate, of, only), name in self._values.items():
            places = [f"{inner}.{columns[sql]}" if sql in columns else sql for sql in (of, only)]
            outer.append(f"{_aggregate(aggregate, *places)} AS {name}")
        chosen = ", ".join(f"{sql} AS {name}" for sql, name in columns.items())
        return (
            f"LEFT JOIN LATERAL (SELECT {', '.join(outer)} FROM (SELECT {chosen} FROM {self.level.from_sql()}"
            f" WHERE {all_of(rows)}) {inner}) {self.alias} ON TRUE"
        )


class GatheredBeside(Gathered):
    """Numbers over related records in one grouped scan, where what is asked speaks of the row that they are related to as well.

    `again` are the rows here, read a second time: what is asked of a row inside the scan is asked of them. Only live rows of
    the level are of use, so only they are read again. `rows`: conditions on what is gathered, to leave out what decides nothing.
    """

    def __init__(self, here: Level, there: Level, steps: tuple[Relation, ...]) -> None:
        super().__init__(there, steps[-1], here.alias, None, apart=True)
        self.again = Level(here.frame, here.subject)
        self.rows: list[str] = []
        self._from, _subject = self.again.one(steps[:-1])

    def sql(self) -> str:
        """The join."""
        again, there = self.again, self.level
        id_, frame = again.subject.id, there.frame
        on = all_of([joined(self._relation, self._from, there.alias), *frame.live(there.subject, there.alias)])
        rows = all_of([*frame.live(again.subject, again.alias), *self.rows])
        values = [f"{_aggregate(*known)} AS {name}" for known, name in self._values.items()]
        return (
            f"LEFT JOIN (SELECT {', '.join([f'{again.alias}.{id_} AS k1', *values])} FROM {again.from_sql()}"
            f" JOIN {escaped(there.subject.source)} {there.alias} ON {on} {there.joins_sql()}"
            f" WHERE {rows} GROUP BY {again.alias}.{id_}) {self.alias} ON {self.alias}.k1 = {self._here}.{id_}"
        )


def _aggregate(name: str, of: str, only: str) -> str:
    return f"{name}({of})" + ("" if only == "TRUE" else f" FILTER (WHERE {only})")


class Frame:
    """What the levels of one statement have in common: its day, its values, its aliases, and conditions on every row read."""

    def __init__(
        self,
        subject: Subject | str,
        *,
        today: date,
        many: Many,
        within: Collection[int] | None,
        known: Mapping[str, Subject] | None,
        prefix: str,
    ) -> None:
        self._known = known
        self._within = within
        self._aliases = 0
        self._known_parts: dict[Any, Any] = {}
        self.today = today
        self.many = many
        self.bound = Bound(prefix)
        self.level = Level(self, self.subject(subject) if isinstance(subject, str) else subject)

    def from_sql(self) -> str:
        """What stands behind FROM, when everything has been compiled."""
        return self.level.from_sql()

    def live(self, subject: Subject, alias: str, *, inactive: bool = False) -> list[str]:
        """Conditions on every row read, whatever is asked of it."""
        rows = [f"({escaped(subject.active).replace('{t}', alias)})"] if subject.active and not inactive else []
        if self._within is not None and subject.scope:
            rows.append(f"{alias}.{subject.scope} = ANY({self.bound.place(sorted(self._within))})")
        return rows

    def column(self, one: Field, alias: str) -> str:
        """SQL of a field of the row of that alias."""
        sql = escaped(one.sql).replace("{t}", alias)
        return sql.replace("{day}", self.bound.place(self.today)) if "{day}" in sql else sql

    def subject(self, key: str) -> Subject:
        """A declared subject."""
        return (self._known or subjects())[key]

    def once(self, node: Any, levels: Mapping[str, Level], compile_it: "Callable[[], Part]") -> "Part":
        """What a part compiles to, compiled once for the same rows, so that what it joins is joined once."""
        key = node, tuple((variable, level.alias) for variable, level in levels.items())
        if key not in self._known_parts:
            self._known_parts[key] = compile_it()
        found: Part = self._known_parts[key]
        return found

    def fresh(self, kind: str) -> str:
        """An alias that nothing else has."""
        self._aliases += 1
        return f"{self.bound.prefix}{kind}{self._aliases}"


def joined(relation: Relation, here: str, there: str) -> str:
    """The condition of a relation between two aliases."""
    return f"({escaped(relation.join).replace('{here}', here).replace('{there}', there)})"


def equalities(relation: Relation) -> tuple[list[tuple[str, str]], list[str]] | None:
    """A join as pairs of equal expressions (of here, of there), and conditions on there alone; None when it is more than that."""
    if _INVOLVED.search(relation.join):
        return None
    equal, alone = [], []
    for part in re.split(r"\s+AND\s+", escaped(relation.join), flags=re.IGNORECASE):
        match = _EQUALITY.fullmatch(part)
        if "{here}" not in part:
            alone.append(part)
        elif match is None:
            return None
        else:
            sides = sorted((side.strip() for side in match.groups()), key=lambda side: "{there}" in side)
            if "{there}" in sides[0] or "{there}" not in sides[1] or "{here}" in sides[1]:
                return None
            equal.append((sides[0], sides[1]))
    return (equal, alone) if equal else None


def escaped(sql: str) -> str:
    """SQL of a declaration, ready to stand beside places for values."""
    return sql.replace("%", "%%")


def all_of(conditions: Sequence[str]) -> str:
    """AND of conditions; TRUE of none."""
    return _together("AND", "TRUE", "FALSE", conditions)


def any_of(conditions: Sequence[str]) -> str:
    """OR of conditions; FALSE of none."""
    return _together("OR", "FALSE", "TRUE", conditions)


def _together(word: str, neutral: str, deciding: str, conditions: Sequence[str]) -> str:
    counting = list(dict.fromkeys(one for one in conditions if one != neutral))
    if deciding in counting:
        return deciding
    if not counting:
        return neutral
    return held(counting[0] if len(counting) == 1 else f"({f' {word} '.join(counting)})")


def held(sql: str) -> str:
    """The SQL itself. Raises Problem criteria.too_involved when it has grown beyond what a database should plan."""
    if len(sql) > MOST_SQL:
        raise Problem("criteria.too_involved")
    return sql
