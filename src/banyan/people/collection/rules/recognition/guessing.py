"""Guesses where every column goes: from what is remembered, the form's binding, names, labels, paths, HXL tags and values.

A guess is a proposal with its reason and certainty. What is not certain enough is kept as an extra attribute, so that
nothing is lost, and left to the person who confirms.
"""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import replace
from typing import Any

import polars as pl

from banyan.people.collection.rules.recognition.lexicon import TECHNICAL_NAMES
from banyan.people.collection.rules.recognition.memory import recall, remembered_tables
from banyan.people.collection.rules.recognition.subjects import ENOUGH, Column, has_children_in, subject_of
from banyan.people.collection.rules.recognition.values import expected, share
from banyan.people.collection.rules.recognition.vocabulary import NUMBERS, Vocabulary
from banyan.people.collection.rules.recognition.wording import normal, subject_of_suffix
from banyan.people.collection.rules.shapes import (
    HOUSEHOLD_COLUMN,
    IGNORED,
    PERSON_COLUMN,
    SUBMITTED_COLUMN,
    UID_COLUMN,
    Header,
    Mapping,
    Reading,
    Table,
    TableMapping,
    Target,
)

SAMPLE = 200
_HOUSEHOLD_FIRST = frozenset({"address", "place", "consent", "geopoint", "interviewer", "registered_on"})


def guess(
    reading: Reading,
    fields: Dictionary[str, Any],
    schema: Any = None,
    binding: Iterable[Any] = (),
    remembered: Mapping | Dictionary[str, Any] | None = None,
) -> Mapping:
    """Where every column of every table probably goes.

    `fields` are the register's (forms.declarations.RegisterField by key), `schema` the form's, `binding` what a person
    confirmed for the form (objects with question_path, field, extra_key, subject), `remembered` what
    `memory.remember` kept for the source; the last two win over everything else, in that order from the end.
    """
    vocabulary = Vocabulary(fields)
    bound = {each.question_path: each for each in binding or ()}
    known = remembered_tables(remembered)
    columns = [_columns(table, vocabulary, schema, bound, recall(known, table)) for table in reading.tables]
    parents = {table.name: has_children_in(table, reading.tables) for table in reading.tables}
    subjects = []
    for table, each in zip(reading.tables, columns, strict=True):
        memory = recall(known, table)
        subjects.append(
            memory.subject
            if memory and memory.fits(table)
            else subject_of(table, each, fields, has_children=parents[table.name])
        )
    if "household" not in subjects:
        # People without a table of households: every row brings the household it belongs to.
        subjects = [
            "both"
            if subject == "person" and (len(subjects) == 1 or table.frame["parent"].null_count() == table.frame.height)
            else subject
            for subject, table in zip(subjects, reading.tables, strict=True)
        ]
        if "person" in subjects and "both" not in subjects and parents[reading.tables[0].name]:
            subjects[0] = "household"  # whoever was entered in one submission belongs together
    return Mapping(
        tuple(
            TableMapping(table.name, subject, _settled(each, subject, fields), header_rows=0)
            for table, subject, each in zip(reading.tables, subjects, columns, strict=True)
        )
    )


def extra_key(header: Header) -> str:
    """Under which name a column is kept as an extra attribute: its own, in small letters with "_" between words."""
    words = normal(header.name) or normal(header.label) or f"column {header.letter.lower()}"
    if not re.search(r"[a-z]", words):
        return words.replace(" ", "_")[:60]
    return re.sub(r"[^\w]+", "_", words, flags=re.UNICODE).strip("_")[:60] or f"column_{header.letter.lower()}"


def _columns(
    table: Table, vocabulary: Vocabulary, schema: Any, bound: Dictionary[str, Any], memory: Any
) -> list[Column]:
    sample = table.frame.head(SAMPLE)
    paths = {header.path or header.name for header in table.headers}
    options = _split_choices(table, sample)
    columns = []
    for header in table.headers:
        values = [value.strip() for value in sample[f"c{header.position}"].drop_nulls().to_list() if value.strip()]
        column = Column(header, values)
        columns.append(column)
        recalled = memory.target(header) if memory else None
        if recalled is not None:
            column.fixed = replace(recalled, certainty=1.0, why="remembered")
            continue
        question = question_of(schema, header)
        path = question.path if question is not None else header.path or header.name
        tie = bound.get(path) or next(
            (each for key, each in bound.items() if key.rpartition("/")[2] == header.name), None
        )
        if tie is not None and (tie.field or tie.extra_key):
            meant = NUMBERS.get(tie.field, tie.field)
            column.fixed = Target(meant, "" if meant else tie.extra_key, 1.0, "binding")
            continue
        if _is_technical(header, values):
            column.fixed = _technical(header)
            continue
        base = path.rpartition("/")[0]
        if (
            base
            and base in paths
            and question is None
            and share(values, "boolean") in (0.0, 1.0)
            and header.name == header.path
        ):
            column.fixed = Target(IGNORED, "", 0.9, "values")  # one option of a question that is there as a whole
            continue
        if base and question is None and base in options:
            column.folded = base
        if question is not None and not question.is_answered and question.type not in ("calculate", "hidden"):
            column.fixed = Target(IGNORED, "", 0.9, "path")
            continue
        _weigh(column, vocabulary, question)
    return columns


def _split_choices(table: Table, sample: pl.DataFrame) -> set[str]:
    """Questions whose options stand in columns of their own ("needs/food", "needs/water"), all of them 0, 1 or empty."""
    found: dict[str, list[bool]] = {}
    for header in table.headers:
        base = header.name.rpartition("/")[0]
        if base and header.name == header.path:
            values = sample[f"c{header.position}"].drop_nulls().str.strip_chars().str.to_uppercase()
            found.setdefault(base, []).append(bool(values.is_in(["0", "1", "TRUE", "FALSE"]).all()))
    return {base for base, flags in found.items() if len(flags) > 1 and all(flags)}


def _weigh(column: Column, vocabulary: Vocabulary, question: Any) -> None:
    header = column.header
    for key, certainty in vocabulary.find(header.name):
        column.offer(key, 0.95 * certainty, "name")
    last = (column.folded or header.path).rpartition("/")[2]
    if last and last != header.name:
        for key, certainty in vocabulary.find(last):
            column.offer(key, 0.9 * certainty, "path")
    for label in [header.label, *(question.labels.values() if question is not None else ())]:
        for key, certainty in vocabulary.find(label):
            if label == header.label and column.candidates.get(key, (0, ""))[1] == "name":
                column.offer(key, column.candidates[key][0] + 0.01, "name")  # name and label agree
            column.offer(key, 0.88 * certainty, "label")
    for tag in filter(None, [header.hxl, question.hxl if question is not None else ""]):
        for key, certainty in vocabulary.tagged(tag):
            column.offer(key, 0.96 * certainty, "hxl")
    if not column.candidates:
        for kind, key in (("sex", "person.sex"), ("email", "person.email")):
            if (
                len(set(column.values)) > 1
                and share(column.values, kind) > 0.9
                and not set(column.values) <= {"1", "2", "0"}
            ):
                column.offer(key, 0.7, "values")
    if len(column.values) and share(column.values, "geopoint") > 0.9 and any("." in value for value in column.values):
        column.offer("household.geopoint", 0.7, "values")
    for key, (certainty, why) in list(column.candidates.items()):
        column.candidates[key] = (certainty * _agreement(key, column.values, vocabulary.fields), why)


def _agreement(key: str, values: Sequence[str], fields: Dictionary[str, Any]) -> float:
    """How much the values bear out a field: 1 when they fit or say nothing, less when most of them look different."""
    if key == UID_COLUMN:
        return 1.0 if share(values, "uid") > 0.8 else 0.3
    if key not in fields or not values:
        return 1.0
    look = expected(fields[key].kind, fields[key].code_list)
    if look == "boolean" and key in ("person.is_collector", "person.is_alternate"):
        return 1.0
    if not look or share(values, look) >= 0.5:
        return 1.0
    # Bad input has to be found by checking, so doubt only where hardly any value fits.
    if share(values, look) >= 0.2:
        return 0.9
    return 0.5 if look in ("place", "integer", "boolean", "geopoint", "email") else 0.7


def _is_technical(header: Header, values: Sequence[str]) -> bool:
    name = header.path or header.name
    if name in (
        "_uuid",
        "_submission__uuid",
        "meta/instanceID",
        "_submission_time",
        "_submission__submission_time",
        "SubmissionDate",
    ):
        return True
    if name in ("start", "end") and values and share(values, "date") < 0.5:
        return False
    return name in TECHNICAL_NAMES or header.name in TECHNICAL_NAMES or name.startswith(("formhub/", "meta/"))


def _technical(header: Header) -> Target:
    name = header.path or header.name
    if name in ("_uuid", "meta/instanceID", "KEY"):
        return Target(UID_COLUMN, "", 0.95, "name")
    if name in ("_submission_time", "SubmissionDate"):
        return Target(SUBMITTED_COLUMN, "", 0.95, "name")
    return Target(IGNORED, "", 0.9, "name")


def question_of(schema: Any, header: Header) -> Any:
    """The question a column answers, by its path, its name, or its label in any language; None when there are none or several."""
    if schema is None:
        return None
    if header.path and schema.question(header.path) is not None:
        return schema.question(header.path)
    named = [question for question in schema.questions if question.name == header.name]
    if not named:
        named = [question for question in schema.questions if header.name and header.name in question.labels.values()]
    return named[0] if len(named) == 1 else None


def _settled(columns: Sequence[Column], subject: str, fields: Dictionary[str, Any]) -> tuple[Target, ...]:
    """One target for each column: every field fed once, by the most certain; the rest kept under their own names."""
    offers = sorted(
        (
            (certainty + _preference(key, column, subject), -column.header.position, certainty, key, why, column)
            for column in columns
            if column.fixed is None
            for key, (certainty, why) in column.candidates.items()
            if _possible(key, subject, fields)
        ),
        key=lambda offer: (-offer[0], -offer[1]),
    )
    chosen: dict[int, Target] = {}
    fed: dict[str, str] = {
        column.fixed.field: "" for column in columns if column.fixed is not None and column.fixed.field
    }
    for _rank, _order, certainty, key, why, column in offers:
        position = column.header.position
        if position in chosen or certainty < ENOUGH:
            continue
        group = column.folded or ("levels" if key.endswith(".place") else "")
        if key in fed and not (group and fed[key] == group):
            continue
        fed.setdefault(key, group)
        chosen[position] = Target(key, "", round(certainty, 2), why)
    _settle_names(columns, chosen)
    targets, used = [], set()
    for column in columns:
        target = column.fixed or chosen.get(column.header.position)
        if target is None:
            key = (
                extra_key(replace(column.header, name=column.folded.rpartition("/")[2], label=""))
                if column.folded
                else extra_key(column.header)
            )
            while key in used and not column.folded:
                key = f"{key}_{column.header.letter.lower()}"
            used.add(key)
            target = Target("", key, 0.0, "")
        targets.append(target)
    return tuple(targets)


_NAMES = ("nom", "noms", "name", "nombre", "apellido")


def _settle_names(columns: Sequence[Column], chosen: dict[int, Target]) -> None:
    """ "Nom" beside "Prénom", or "Name" beside "First name", is the family name; alone it is the whole name."""
    fed = {target.field for target in chosen.values()}
    has_given = "person.given_name" in fed
    wrong, right = (
        ("person.full_name", "person.family_name") if has_given else ("person.family_name", "person.full_name")
    )
    if right in fed:
        return
    for column in columns:
        target = chosen.get(column.header.position)
        if target and target.field == wrong and normal(column.header.name) in _NAMES:
            chosen[column.header.position] = replace(target, field=right, certainty=0.7)


def _possible(key: str, subject: str, fields: Dictionary[str, Any]) -> bool:
    if key in (UID_COLUMN, SUBMITTED_COLUMN, HOUSEHOLD_COLUMN):
        return True
    if key == PERSON_COLUMN:
        return subject != "household"
    return subject in ("both", "ignore") or fields[key].subject == subject


def _preference(key: str, column: Column, subject: str) -> float:
    """A nudge where a word stands for a field of households and for one of people."""
    about = key.partition(".")[0]
    last = key.rpartition(".")[2]
    nudge = 0.0
    if subject == "both":
        nudge += 0.02 if (about == "household") == (last in _HOUSEHOLD_FIRST) else 0.0
    if subject_of_suffix(column.header.name) == about:
        nudge += 0.01
    return nudge
