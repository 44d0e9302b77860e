"""Records as plain data: what a criterion asks of them, loaded by one query for each relation, for the evaluator."""

# ruff: noqa: S608 — composed of declarations; values are bound

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from banyan.platform.criteria.declarations import Field, Relation, Subject, subjects
from banyan.platform.criteria.queries.frames import Frame, all_of, escaped, joined
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.tree import Node


@dataclass
class _Wanted:
    """Fields of a record, and of what is related to it."""

    subject: Subject
    known: Mapping[str, Subject]
    fields: dict[str, Field] = field(default_factory=dict)
    relations: dict[str, tuple[Relation, "_Wanted"]] = field(default_factory=dict)

    def further(self, steps: tuple[Relation, ...]) -> "_Wanted":
        """What is wanted of the records these relations lead to."""
        wanted = self
        for step in steps:
            if step.name not in wanted.relations:
                wanted.relations[step.name] = step, _Wanted(wanted.known[step.subject], wanted.known)
            wanted = wanted.relations[step.name][1]
        return wanted


def loaded(
    node: Node,
    subject: Subject,
    ids: Collection[Any],
    *,
    today: date,
    within: Collection[int] | None = None,
    known: Mapping[str, Subject] | None = None,
) -> dict[Any, dict[str, Any]]:
    """Live records by id, as `rules.evaluating` takes them."""
    wanted = _Wanted(subject, known or subjects())
    _gather(node, {"": wanted})
    # The way related records are asked plays no part in loading.
    frame = Frame(subject, today=today, many="each", within=within, known=None, prefix="l")
    alias = frame.level.alias
    rows = [*frame.live(subject, alias), f"{alias}.{subject.id} = ANY({frame.bound.place(list(ids))})"]
    found: dict[Any, dict[str, Any]] = {}
    for id, *values in _rows(
        f"SELECT {_columns(frame, subject, alias, wanted)} FROM {escaped(subject.source)} {alias} WHERE {all_of(rows)}",
        frame,
    ):
        found[id] = dict(zip(wanted.fields, values, strict=True))
    _relate(found, wanted, within, today)
    return found


def _gather(node: Node, levels: dict[str, _Wanted]) -> None:
    match node:
        case tree.FieldRef(variable=variable, steps=steps, field=one):
            levels[variable].further(steps).fields[one.name] = one
        case (
            tree.Quantified(relation=relation, variable=variable) | tree.Aggregate(relation=relation, variable=variable)
        ):
            below = levels[relation.variable].further(relation.steps)
            levels = {**levels, variable: below} if variable else levels
    for part in tree.parts(node):
        _gather(part, levels)


def _relate(found: dict[Any, dict[str, Any]], wanted: _Wanted, within: Collection[int] | None, today: date) -> None:
    """Put related records into those found, each once, however many it belongs to."""
    for name, (relation, further) in wanted.relations.items():
        here, there = wanted.subject, further.subject
        frame = Frame(here, today=today, many="each", within=within, known=None, prefix="l")
        alias, other = frame.level.alias, frame.fresh("t")
        conditions = [
            joined(relation, alias, other),
            *frame.live(there, other),
            f"{alias}.{here.id} = ANY({frame.bound.place(list(found))})",
        ]
        sql = (
            f"SELECT {alias}.{here.id}, {_columns(frame, there, other, further)} FROM {escaped(here.source)} {alias}"
            f" JOIN {escaped(there.source)} {other} ON {all_of(conditions)} ORDER BY 1, 2"
        )
        related: dict[Any, dict[str, Any]] = {}
        for record in found.values():
            record[name] = [] if relation.many else None
        for id, other_id, *values in _rows(sql, frame):
            one = related.setdefault(other_id, dict(zip(further.fields, values, strict=True)))
            if relation.many:
                found[id][name].append(one)
            else:
                found[id][name] = one
        _relate(related, further, within, today)


def _columns(frame: Frame, subject: Subject, alias: str, wanted: _Wanted) -> str:
    fields = [frame.column(one, alias) for one in wanted.fields.values()]
    return ", ".join([f"{alias}.{subject.id}", *fields])


def _rows(sql: str, frame: Frame) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, frame.bound.values)
        return list(cursor.fetchall())
