"""A small world for tests of criteria: people, households and documents in temporary tables, subjects over them, populations
made of a few values each, and criteria of every shape."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection
from hypothesis import strategies as st

from banyan.platform.criteria.declarations import Field, Relation, Subject, gather
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.tree import FieldRef, Node, RelationRef
from banyan.platform.kernel.privacy import Privacy

TODAY = date(2026, 3, 1)
OPEN = Privacy.INTERNAL


def _field(name: str, kind: Any, **more: Any) -> Field:
    return Field(name, kind, name, more.pop("sql", f"{{t}}.{name}"), privacy=more.pop("privacy", OPEN), **more)


SUBJECTS = gather(
    (
        Subject(
            "person", "Person", "world_person", active="{t}.live", title="name", url="/people/{id}/",
            fields=(
                _field("name", "text", empty="blank"),
                _field("sex", "code", sql="nullif({t}.sex, 'unknown')", code_list="sex"),
                _field("born", "date"),
                _field("age", "integer", sql="{t}.born", derived="age"),
                _field("arrived", "date", empty="blank"),
                _field("registered", "day"),
                _field("grade", "integer"),
                _field("income", "decimal", privacy=Privacy.SENSITIVE),
                _field("enrolled", "boolean"),
                _field("came", "boolean", sql="({t}.registered <= {day})"),
            ),
            relations=(
                Relation("household", "Household", "household", False, "{there}.id = {here}.household_id"),
                Relation("documents", "Documents", "document", True, "{there}.person_id = {here}.id AND {there}.number <> 4"),
                # More than equalities: asked row by row.
                Relation("older", "Older people", "person", True, "{there}.household_id = {here}.household_id AND {there}.born < {here}.born"),
            ),
        ),
        Subject(
            "household", "Household", "(SELECT * FROM world_household WHERE kept)", active="{t}.live",
            fields=(_field("place", "text", empty="blank"), _field("size", "integer"), _field("visited", "day")),
            relations=(
                Relation("members", "Members", "person", True, "{here}.id = {there}.household_id"),
                Relation("head", "Head", "person", False, "{there}.id = {here}.head_id"),
            ),
        ),
        Subject(
            "document", "Document", "world_document", scope="",
            fields=(
                _field("kind", "code", code_list="kinds"),
                _field("expires", "date"),
                _field("current", "boolean"),
                _field("number", "integer"),
            ),
            relations=(Relation("person", "Person", "person", False, "{there}.id = {here}.person_id"),),
        ),
    )
)  # fmt: skip

TABLES = """
CREATE TABLE world_person (
    id int PRIMARY KEY, household_id int, live boolean NOT NULL DEFAULT true, scope_id int NOT NULL DEFAULT 1, name text NOT NULL,
    sex text, born text COLLATE "C", arrived text COLLATE "C" NOT NULL, registered date, grade smallint, income numeric, enrolled boolean
);
CREATE TABLE world_household (
    id int PRIMARY KEY, head_id int, live boolean NOT NULL DEFAULT true, kept boolean NOT NULL DEFAULT true,
    scope_id int NOT NULL DEFAULT 1, place text NOT NULL, size int, visited date
);
CREATE TABLE world_document (id int PRIMARY KEY, person_id int, kind text, expires text COLLATE "C", current boolean, number int NOT NULL);
"""
COLUMNS = {
    "person": [
        "household_id",
        "live",
        "name",
        "sex",
        "born",
        "arrived",
        "registered",
        "grade",
        "income",
        "enrolled",
        "scope_id",
    ],
    "household": ["head_id", "live", "kept", "place", "size", "visited", "scope_id"],
    "document": ["person_id", "kind", "expires", "current", "number"],
}


@contextmanager
def tables(owner_address: str) -> Iterator[None]:
    """The empty tables while the block lasts: made by the owner, since the application role may make none."""
    names = ", ".join(f"world_{key}" for key in COLUMNS)
    with psycopg.connect(owner_address, autocommit=True) as owner:
        for statement in (f"DROP TABLE IF EXISTS {names}", *TABLES.split(";"), f"GRANT ALL ON {names} TO banyan_app"):
            if statement.strip():
                owner.execute(statement)
        yield
        # Whoever still reads them would keep the owner waiting.
        connection.close()
        owner.execute(f"DROP TABLE {names}")


def fill(population: dict[str, list[dict[str, Any]]]) -> None:
    """Exactly these rows, numbered from 1."""
    with connection.cursor() as cursor:
        for key, columns in COLUMNS.items():
            cursor.execute(f"DELETE FROM world_{key}")
            rows = [
                [number, *(row.get(column, DEFAULTS.get(column)) for column in columns)]
                for number, row in enumerate(population.get(key, []), 1)
            ]
            if rows:
                places = f"({', '.join(['%s'] * (len(columns) + 1))})"
                cursor.executemany(f"INSERT INTO world_{key} (id, {', '.join(columns)}) VALUES {places}", rows)


DEFAULTS = {"live": True, "kept": True, "scope_id": 1, "name": "", "arrived": "", "place": "", "number": 1}

NAMES = ["", "Aung", "aung ko", "Ünal", "a\nb", "O'Hara %s \\ {t}"]
DATES = [
    None, "1990", "1990~", "1990-05", "1990-05~", "1990-05-03", "1990-05-03~", "2008-02-29", "2008-02", "2008", "2020-12-31", "2021",
    "2021~", "2021-03", "2021-03~", "2021-03-01", "2021-03-02~", "2021-02-28", "2026", "2026-03", "2026-03~", "2026-03-01", "2026-03-02", "2030",
]  # fmt: skip
DAYS = [date(1990, 5, 1), date(1990, 5, 3), date(1991, 1, 1), date(2008, 2, 29), date(2021, 1, 1), date(2021, 3, 1), date(2021, 3, 2),
        date(2026, 2, 28), TODAY, date(2030, 1, 1), date.max]  # fmt: skip


def sometimes(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


PEOPLE = st.fixed_dictionaries(
    {
        "household_id": sometimes(1, 2, 3),
        "live": st.sampled_from([True, True, True, False]),
        "name": st.sampled_from(NAMES),
        "sex": sometimes("female", "male", "unknown"),
        "born": st.sampled_from(DATES),
        "arrived": st.sampled_from([one or "" for one in DATES]),
        "registered": sometimes(*DAYS[:-1]),
        "grade": sometimes(-7, 0, 1, 3, 30_000),
        "income": sometimes(Decimal("-2.5"), Decimal(0), Decimal("0.3333333333"), Decimal(10)),
        "enrolled": sometimes(True, False),
    }
)
HOUSEHOLDS = st.fixed_dictionaries(
    {
        "head_id": sometimes(1, 2, 3),
        "live": st.sampled_from([True, True, False]),
        "kept": st.sampled_from([True, True, True, False]),
        "place": st.sampled_from(["", "MMR001", "MMR002"]),
        "size": sometimes(0, 1, 5),
        "visited": sometimes(TODAY, TODAY - timedelta(days=400)),
    }
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "person_id": sometimes(1, 2, 3),
        "kind": sometimes("passport", "card"),
        "expires": st.sampled_from(DATES),
        "current": sometimes(True, False),
        "number": st.sampled_from([0, 1, 4]),
    }
)
POPULATIONS = st.fixed_dictionaries(
    {
        "person": st.lists(PEOPLE, min_size=1, max_size=6),
        "household": st.lists(HOUSEHOLDS, max_size=3),
        "document": st.lists(DOCUMENTS, max_size=4),
    }
)

# Levels that a part may speak of: variable → subject.
Speaking = tuple[tuple[str, str], ...]


@st.composite
def references(draw: Any, speaking: Speaking, kinds: tuple[str, ...]) -> FieldRef:
    """A field of one of these kinds, of any level, perhaps by way of related records."""
    choices: list[FieldRef] = []
    for variable, key in speaking:
        for steps in ((), *((step,) for step in SUBJECTS[key].relations if not step.many)):
            subject = SUBJECTS[steps[-1].subject] if steps else SUBJECTS[key]
            choices += [FieldRef(variable, steps, one) for one in subject.fields if one.kind in kinds]
    return draw(st.sampled_from(choices))


@st.composite
def relations(draw: Any, speaking: Speaking) -> RelationRef:
    """Related records of any level."""
    choices: list[RelationRef] = []
    for variable, key in speaking:
        for steps in ((), *((step,) for step in SUBJECTS[key].relations if not step.many)):
            subject = SUBJECTS[steps[-1].subject] if steps else SUBJECTS[key]
            choices += [RelationRef(variable, (*steps, one)) for one in subject.relations]
    return draw(st.sampled_from(choices))


LITERALS = {
    "integer": st.sampled_from([-1, 0, 1, 4, 5, 17, 35, 3000]).map(lambda value: tree.Literal(value, "integer")),
    "decimal": st.sampled_from([Decimal("-2.5"), Decimal("0.5"), Decimal("4.999"), Decimal(5)]).map(lambda value: tree.Literal(value, "decimal")),
    "text": st.sampled_from(["", "Aung", "ung", "female", "unknown", "MMR001", "%", "'; DROP TABLE world_person; --", "{t}", "\\"]).map(lambda value: tree.Literal(value, "text")),
    "day": st.sampled_from(DAYS).map(lambda value: tree.Literal(value, "day")),
}  # fmt: skip
NUMBERS, TEXTS, DATE_KINDS = ("integer", "decimal"), ("text", "code"), ("date", "day")


@st.composite
def numbers(draw: Any, speaking: Speaking, depth: int) -> Node:
    """Any number."""
    simple = ["field", "field", "integer", "decimal"]
    kind = draw(
        st.sampled_from(
            simple
            if depth <= 0
            else [
                *simple,
                "negate",
                "reckon",
                "reckon",
                "extremum",
                "rest",
                "length",
                "choose",
                "aggregate",
                "aggregate",
                "between",
                "age_at",
            ]
        )
    )
    inside = numbers(speaking, depth - 1)
    match kind:
        case "field":
            return draw(references(speaking, NUMBERS))
        case "integer" | "decimal":
            return draw(LITERALS[kind])
        case "negate":
            a = draw(inside)
            return tree.Negate(a, a.kind)
        case "reckon":
            op, a, b = draw(st.sampled_from("+-*/")), draw(inside), draw(inside)
            return tree.Arithmetic(op, a, b, "decimal" if op == "/" or "decimal" in (a.kind, b.kind) else "integer")
        case "extremum":
            parts = tuple(draw(st.lists(inside, min_size=2, max_size=3)))
            kind = "decimal" if "decimal" in [one.kind for one in parts] else "integer"
            return tree.Extremum(draw(st.sampled_from(["least", "greatest"])), parts, kind)
        case "rest":
            whole = inside.filter(lambda node: node.kind == "integer")
            return tree.Arithmetic("%", draw(whole), draw(whole), "integer")
        case "length":
            return tree.Length(draw(texts(speaking, depth - 1)))
        case "choose":
            a, b = draw(inside), draw(inside)
            kind = "decimal" if "decimal" in (a.kind, b.kind) else "integer"
            return tree.Choose(draw(conditions(speaking, depth - 1)), a, b, kind)
        case "between":
            function = draw(st.sampled_from(["years_between", "days_between"]))
            ends = draw(dates(speaking, depth - 1)), draw(dates(speaking, depth - 1))
            return tree.DateMath(function, *ends, "integer")
        case "age_at":
            age = draw(references(speaking, ("integer",)).filter(lambda node: node.field.derived))
            return tree.DateMath("age_at", age, draw(dates(speaking, depth - 1)), "integer")
    relation = draw(relations(speaking).filter(lambda one: one.steps[-1].many))
    variable = f"v{len(speaking)}"
    below = (*speaking, (variable, relation.subject))
    chosen = draw(st.none() | conditions(below, depth - 1))
    aggregate = draw(st.sampled_from(["size", "sum", "min", "max"]))
    value = None if aggregate == "size" else draw(numbers(below, depth - 1))
    return tree.Aggregate(aggregate, relation, variable, chosen, value, "integer" if value is None else value.kind)


@st.composite
def texts(draw: Any, speaking: Speaking, depth: int) -> Node:
    """Any text or code."""
    kind = draw(
        st.sampled_from(
            ["field", "field", "literal"] if depth <= 0 else ["field", "field", "literal", "lower", "choose"]
        )
    )
    inside = texts(speaking, depth - 1)
    match kind:
        case "field":
            return draw(references(speaking, TEXTS))
        case "literal":
            return draw(LITERALS["text"])
        case "lower":
            return tree.Lower(draw(inside))
    return tree.Choose(draw(conditions(speaking, depth - 1)), draw(inside), draw(inside), "text")


@st.composite
def dates(draw: Any, speaking: Speaking, depth: int) -> Node:
    """Any date."""
    simple = ["field", "field", "literal", "today"]
    kind = draw(st.sampled_from(simple if depth <= 0 else [*simple, "moved", "choose", "aggregate"]))
    inside = dates(speaking, depth - 1)
    match kind:
        case "field":
            return draw(references(speaking, DATE_KINDS))
        case "literal":
            return draw(LITERALS["day"])
        case "today":
            return tree.Today()
        case "moved":
            a = draw(inside)
            number = draw(st.sampled_from([-500_000, -13, -1, 0, 1, 12, 500]))
            return tree.DateMath(
                draw(st.sampled_from(["add_days", "add_months"])), a, tree.Literal(number, "integer"), a.kind
            )
        case "choose":
            return tree.Choose(draw(conditions(speaking, depth - 1)), draw(inside), draw(inside), "date")
    relation = draw(relations(speaking).filter(lambda one: one.steps[-1].many))
    variable = f"v{len(speaking)}"
    below = (*speaking, (variable, relation.subject))
    value = draw(dates(below, depth - 1))
    return tree.Aggregate(
        draw(st.sampled_from(["min", "max"])),
        relation,
        variable,
        draw(st.none() | conditions(below, depth - 1)),
        value,
        value.kind,
    )


@st.composite
def conditions(draw: Any, speaking: Speaking = (("", "person"),), depth: int = 3) -> Any:
    """Any condition."""
    simple = ["number", "number", "text", "date", "date", "has", "field", "in", "in_number", "in_date", "test"]
    deep = ["not", "and", "or", "choose", "quantified", "quantified", "quantified"]
    inside = conditions(speaking, depth - 1)
    match draw(st.sampled_from(simple if depth <= 0 else [*simple, *deep])):
        case "number":
            return tree.Compare(
                draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="])),
                draw(numbers(speaking, depth - 1)),
                draw(numbers(speaking, depth - 1)),
            )
        case "text":
            return tree.Compare(
                draw(st.sampled_from(["==", "!="])), draw(texts(speaking, depth - 1)), draw(texts(speaking, depth - 1))
            )
        case "date":
            return tree.Compare(
                draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="])),
                draw(dates(speaking, depth - 1)),
                draw(dates(speaking, depth - 1)),
            )
        case "has":
            return tree.Has(draw(references(speaking, (*NUMBERS, *TEXTS, *DATE_KINDS, "boolean"))))
        case "field":
            return draw(references(speaking, ("boolean",)))
        case "in":
            return tree.In(
                draw(texts(speaking, depth - 1)), tuple(draw(st.lists(LITERALS["text"], min_size=1, max_size=3)))
            )
        case "in_number":
            options = tuple(draw(st.lists(LITERALS["integer"], min_size=1, max_size=3)))
            return tree.In(draw(numbers(speaking, depth - 1)), options)
        case "in_date":
            return tree.In(
                draw(dates(speaking, depth - 1)), tuple(draw(st.lists(LITERALS["day"], min_size=1, max_size=3)))
            )
        case "test":
            test = draw(st.sampled_from(["contains", "startsWith", "endsWith", "matches"]))
            pattern = draw(
                st.sampled_from(
                    ["^a.b$", "[a-z]+", "^$", "u|n", "%"] if test == "matches" else ["", "a", "ung", "%", "\\", "'"]
                )
            )
            return tree.TextTest(test, draw(texts(speaking, depth - 1)), pattern)
        case "not":
            return tree.Not(draw(inside))
        case "and":
            return tree.And(tuple(draw(st.lists(inside, min_size=2, max_size=3))))
        case "or":
            return tree.Or(tuple(draw(st.lists(inside, min_size=2, max_size=3))))
        case "choose":
            return tree.Choose(draw(inside), draw(inside), draw(inside), "boolean")
    relation = draw(relations(speaking))
    variable = f"v{len(speaking)}"
    quantifier = draw(st.sampled_from(["exists", "all", "exists_one"]))
    if not relation.steps[-1].many or draw(st.integers(0, 5)) == 0:
        return tree.Quantified("exists", relation, "", tree.Literal(True, "boolean"))
    return tree.Quantified(
        quantifier, relation, variable, draw(conditions((*speaking, (variable, relation.subject)), depth - 1))
    )
