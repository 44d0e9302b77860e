"""Checking tables by columns gives the same faults as checking row by row."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.people.forms.rules.expressions import frames
from banyan.people.forms.rules.expressions.instance import Outline
from banyan.people.forms.rules.expressions.tables import _Tables, check_tables
from banyan.people.forms.rules.schema import Choice, Group, Question, Schema

NOW = datetime.fromisoformat("2024-05-17T10:30:00")
LISTS = {"sex": (Choice("f"), Choice("m")), "need": (Choice("a"), Choice("b"), Choice("c"))}
NAMES = {"": ["size", "place", "met", "note"], "m": ["age", "sex", "needs", "born", "weight", "double"]}
COLUMNS = {
    "size": "h.size", "place": "h.place", "met": "h.met", "note": "h.note", "g/extra": "h.extra",
    "m/age": "p.age", "m/sex": "p.sex", "m/needs": "p.needs", "m/born": "p.born", "m/weight": "p.weight", "m/last": "p.last",
}  # fmt: skip


def form(size: dict, group: str, age: dict, last: dict, calculation: str) -> Schema:
    return Schema(
        "f", "F", repeats=("m",), choices=LISTS,
        groups=(Group("g", "group", relevant=group), Group("m", "repeat")),
        questions=(
            Question("size", "size", "integer", **size),
            Question("place", "place", "text"),
            Question("met", "met", "date"),
            Question("note", "note", "text"),
            Question("g/extra", "extra", "text", required="yes"),
            Question("m/age", "age", "integer", repeat="m", **age),
            Question("m/sex", "sex", "select_one", repeat="m", list_name="sex"),
            Question("m/needs", "needs", "select_multiple", repeat="m", list_name="need"),
            Question("m/born", "born", "date", repeat="m"),
            Question("m/weight", "weight", "decimal", repeat="m"),
            Question("m/double", "double", "calculate", repeat="m", calculation=calculation),
            Question("m/last", "last", "text", repeat="m", **last),
        ),
    )  # fmt: skip


def expressions(names: list[str]) -> st.SearchStrategy[str]:
    plain = st.one_of(
        st.sampled_from(names).map(lambda name: f"${{{name}}}"),
        st.sampled_from(["0", "1", "5", "2.5", "''", "'f'", "'5'", "'a b'", "'2024-05-17'", "today()", ".", "-3"]),
    )

    def longer(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "and", "or"])
        return st.one_of(
            st.tuples(part, operators, part).map(lambda made: f"({made[0]} {made[1]} {made[2]})"),
            st.tuples(st.sampled_from(["not", "int", "number", "string", "floor", "ceiling", "round", "abs", "boolean", "string-length",
                                       "count-selected", "normalize-space", "-", "date", "decimal-date-time", "count"]), part)
            .map(lambda made: f"{made[0]}({made[1]})"),
            st.tuples(part, part, part).map(lambda made: f"if({made[0]}, {made[1]}, {made[2]})"),
            st.tuples(st.sampled_from(["coalesce", "selected", "contains", "starts-with", "ends-with", "concat"]), part, part)
            .map(lambda made: f"{made[0]}({made[1]}, {made[2]})"),
            st.tuples(part, st.sampled_from(["'[0-9]+'", r"'^\d{1,2}$'", "'a|b'", "'(?=a)b'"])).map(lambda made: f"regex({made[0]}, {made[1]})"),
        )  # fmt: skip

    return st.recursive(plain, longer, max_leaves=6)


HOUSEHOLD = expressions(NAMES[""])
MEMBER = expressions(NAMES["m"] + NAMES[""])
WHOLE = st.sampled_from([None, "", "0", "5", "17", "-2", "x", "99999999999", " 5 ", "5.0"])
TEXTS = st.sampled_from([None, "", "f", "5", "a b", "a", "  a  b ", "2024-05-17", "NaN", "-", "0"])
DATES = st.sampled_from([None, "2024-05-17", "1990-01-01", "17.5.2024", "2024-5-1", "2024-02-31"])
KEYS = st.sampled_from(["k1", "k2", "k3"])
HOUSEHOLDS = st.lists(st.tuples(KEYS, WHOLE, TEXTS, DATES, TEXTS, TEXTS), max_size=4)
PEOPLE = st.lists(
    st.tuples(KEYS, WHOLE, st.sampled_from([None, "f", "m", "q"]), st.sampled_from([None, "a", "a c", "a d"]), DATES,
              st.sampled_from([None, "60.5", "60", ".5", "x"]), TEXTS),
    max_size=5,
)  # fmt: skip


def table(rows, names) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(["key", *names], pl.String), orient="row")


def both(schema, households, people, columns):
    outline = Outline(schema)
    layout = frames.laid_out(outline, households, people, columns)
    slow = frames.as_frame(frames.check_rows(outline, layout, households, people, NOW))
    fast = check_tables(outline, households, people, columns, NOW)
    order = ["subject", "index", "path", "kind"]
    return fast.sort(order).rows(), slow.sort(order).rows()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_columns_and_rows_agree(data):
    schema = form(
        {"constraint": data.draw(HOUSEHOLD)},
        data.draw(st.one_of(st.just(""), HOUSEHOLD)),
        {
            "constraint": data.draw(MEMBER),
            "relevant": data.draw(st.one_of(st.just(""), expressions(["sex", "needs", "size", "born"]))),
        },
        {
            "required": data.draw(st.one_of(st.just("yes"), MEMBER)),
            "relevant": data.draw(MEMBER),
            "constraint": data.draw(MEMBER),
        },
        data.draw(expressions(["age", "sex", "weight", "place"])),
    )
    households = table(data.draw(HOUSEHOLDS), ["h.size", "h.place", "h.met", "h.note", "h.extra"])
    people = table(data.draw(PEOPLE), ["p.age", "p.sex", "p.needs", "p.born", "p.weight", "p.last"])
    dropped = data.draw(st.sets(st.sampled_from(sorted(COLUMNS)), max_size=3))
    fast, slow = both(schema, households, people, {path: name for path, name in COLUMNS.items() if path not in dropped})
    assert fast == slow


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_they_agree_on_one_person_per_row(data):
    names = ["age", "sex", "place"]
    questions = (
        Question("age", "age", "integer", constraint=data.draw(expressions(names))),
        Question("sex", "sex", "select_one", list_name="sex", relevant=data.draw(expressions(["age", "place"]))),
        Question("place", "place", "text", required="yes", constraint=data.draw(expressions(names))),
    )
    households = table(data.draw(st.lists(st.tuples(KEYS, TEXTS), max_size=4)), ["h.place"])
    people = table(data.draw(st.lists(st.tuples(KEYS, WHOLE, TEXTS), max_size=4)), ["p.age", "p.sex"])
    columns = {"age": "p.age", "sex": "p.sex", "place": "h.place"}
    fast, slow = both(Schema("f", "F", questions=questions, choices=LISTS), households, people, columns)
    assert fast == slow


@pytest.mark.parametrize(
    ("expression", "is_fast"),
    [
        (". > 5 and ${size} < 20", True),
        ("if(. > 17, ${sex} != '', true())", True),
        ("selected(${needs}, 'a') or regex(${sex}, 'f|m')", True),
        (". <= int((today() - ${born}) div 365.25)", True),
        ("${double} > 3", True),
        (". mod 2 = 0", False),
        ("count(${m}) > 1", False),
        ("pulldata('a', 'b', 'c', .) = 1", False),
        (f"{' + '.join(['.'] * 80)} > 1", False),
    ],
)
def test_what_goes_by_columns(expression, is_fast):
    outline = Outline(form({}, "", {"constraint": expression}, {}, "${age} * 2"))
    households = table([("k1", "3", "x", None, None, "e")], ["h.size", "h.place", "h.met", "h.note", "h.extra"])
    people = table(
        [("k1", "3", "f", "a", "2020-01-01", "3", "x")], ["p.age", "p.sex", "p.needs", "p.born", "p.weight", "p.last"]
    )
    work = _Tables(outline, frames.laid_out(outline, households, people, COLUMNS), households, people, NOW)
    work.checked()
    assert ("m/age" in work.fast) is is_fast
    assert {"size", "m/sex", "m/last"} <= work.fast


def test_nothing_comes_of_empty_tables():
    found = check_tables(Outline(form({}, "", {}, {}, "")), table([], []), table([], []), {}, NOW)
    assert found.is_empty()
    assert found.columns == list(frames.COLUMNS)
