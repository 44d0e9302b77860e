"""The builder and the text: the same criterion, whichever way it is written, and nothing lost in between."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.criteria.declarations import Field, Relation, Subject, gather
from banyan.platform.criteria.rules.building import HOWS, OPERATORS, shown, written
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.writing import write
from banyan.platform.kernel.problems import Problem

EXTRA = Field("extras.shelter", "text", "Shelter", "{t}.extras->>'shelter'")
SUBJECTS = gather([
    Subject(
        "person", "Person", "people",
        fields=(
            Field("age", "integer", "Age", "{t}.birth_date", unit="years", derived="age"),
            Field("birth_date", "date", "Born", "{t}.birth_date"),
            Field("registered", "day", "Registered", "{t}.registered"),
            Field("name", "text", "Name", "{t}.name"),
            Field("sex", "code", "Sex", "{t}.sex", code_list="sex"),
            Field("pregnant", "boolean", "Pregnant", "{t}.pregnant"),
            Field("income", "decimal", "Income", "{t}.income"),
        ),
        relations=(
            Relation("household", "Household", "household", False, "{there}.id = {here}.household_id"),
            Relation("documents", "Documents", "document", True, "{there}.person_id = {here}.id"),
        ),
    ),
    Subject(
        "household", "Household", "households",
        fields=(Field("people", "integer", "People", "{t}.people"),),
        relations=(Relation("members", "Members", "person", True, "{there}.household_id = {here}.id"),),
    ),
    Subject("document", "Document", "documents", fields=(Field("kind", "code", "Kind", "{t}.kind", code_list="doc"),)),
])  # fmt: skip
VOCABULARY = Vocabulary(SUBJECTS, "person", further={"household": (EXTRA,)}, parameters={"limit": 5, "word": "a"})
# As the pages give them to the builder: further answers stand among the fields.
KNOWN = {key: replace(one, fields=VOCABULARY.fields_of(one)) for key, one in SUBJECTS.items()}


def text_of(built: dict[str, Any]) -> str:
    return written(built, "person", KNOWN).text


def asked(field: str, operator: str, value: Any = "", *path: str) -> dict[str, Any]:
    return {"kind": "test", "path": list(path), "field": field, "operator": operator, "value": value}


def group(join: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "group", "join": join, "parts": list(parts)}


def members(how: str, where: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"kind": "members", "path": ["household", "members"], "variable": "", "how": how}
    return {**base, "operator": "ge", "value": "2", "of": "", "where": where, **more}


AGED = asked("age", "lt", "5")


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (group("all"), ""),
        (group("all", AGED), "age < 5"),
        (group("any", AGED, asked("sex", "in", ["f", "m"])), '(age < 5) || (sex in ["f", "m"])'),
        (group("none", AGED, asked("pregnant", "yes")), "!((age < 5) || pregnant)"),
        (group("not_all", AGED, asked("pregnant", "no")), "!((age < 5) && !pregnant)"),
        (group("all", asked("name", "starts", 'O"\\')), 'name.startsWith("O\\"\\\\")'),
        (group("all", asked("birth_date", "ge", "2020-05")), 'birth_date >= date("2020-05")'),
        (group("all", asked("registered", "le", "today")), "registered <= today"),
        (group("all", asked("extras.shelter", "unknown", "", "household")), "!has(household.extras.shelter)"),
        (group("all", asked("sex", "not_in", ["f"])), '!(sex in ["f"])'),
        (group("all", asked("name", "in", ["a"])), 'name in ["a"]'),
        (group("all", members("some", group("all", AGED))), "household.members.exists(m, m.age < 5)"),
        (group("all", members("none", group("all", AGED))), "!household.members.exists(m, m.age < 5)"),
        (group("all", members("all", group("all", AGED))), "household.members.all(m, m.age < 5)"),
        (group("all", members("one", group("all", AGED))), "household.members.exists_one(m, m.age < 5)"),
        (group("all", members("some", group("all"))), "has(household.members)"),
        (group("all", members("none", group("all"))), "!has(household.members)"),
        (group("all", members("one", group("all"))), "household.members.size() == 1"),
        (group("all", members("count", group("all", AGED))), "household.members.filter(m, m.age < 5).size() >= 2"),
        (group("all", members("sum", group("all"), of="income")), "household.members.sum(m, m.income) >= 2"),
        (
            group("all", members("max", group("all", AGED), of="household.people", operator="lt")),
            "household.members.filter(m, m.age < 5).max(m, m.household.people) < 2",
        ),
        (
            group("all", members("some", group("all", members("some", group("all", asked("kind", "eq", "id")), path=["documents"])))),
            "household.members.exists(m, m.documents.exists(d, d.kind == \"id\"))",
        ),
        (
            group("any", {"kind": "text", "text": "age % 2 == 0 // even"}, AGED),
            "(age % 2 == 0 // even\n) || (age < 5)",
        ),
        (group("all", members("some", group("all", {"kind": "text", "text": "m > 1"}))), "household.members.exists(m2, m > 1)"),
    ],
)  # fmt: skip
def test_what_is_built_is_written(built: dict[str, Any], text: str) -> None:
    assert text_of(built) == text


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("age < 5", ["test"]),
        ("age < 5 && pregnant && !pregnant", ["test", "test", "test"]),
        ("age < 5 || (pregnant && has(sex))", ["test", "group"]),
        ("!(age < 5 || pregnant)", ["test", "test"]),
        ("!(age < 5 && !has(name))", ["test", "test"]),
        ("!(age < 5)", ["test"]),
        ('sex in ["f"] && !(sex in ["m"]) && sex != "x"', ["test", "test", "test"]),
        ('name.contains("a") && name.matches("a+")', ["test", "text"]),
        ('lower(name) == "a"', ["text"]),
        ('!(lower(name) == "a")', ["text"]),
        ("age % 2 == 0", ["text"]),
        ("5 < age", ["text"]),
        ('birth_date == date("2020")', ["test", "test"]),
        ("registered == today", ["test"]),
        ("registered != today", ["test"]),
        ("age in [1, 2]", ["text"]),
        ("age < param.limit", ["text"]),
        ("name.contains(param.word)", ["text"]),
        ("name in [param.word]", ["text"]),
        ("household.members.size() > param.limit", ["text"]),
        ("income >= 2.50", ["test"]),
        ("household.people > 3 && household.extras.shelter == 'tent'", ["test", "test"]),
        ("household.members.exists(m, m.age < 5 && m.sex == 'f')", ["members"]),
        ("!household.members.exists(m, m.age < 5)", ["members"]),
        ("!household.members.all(m, m.age < 5)", ["members"]),
        ("documents.size() == 0 && has(documents) && !has(documents)", ["members", "members", "members"]),
        ("household.members.filter(m, m.age < 5).size() >= 2", ["members"]),
        ("household.members.sum(m, m.income) < 10.5", ["members"]),
        ("household.members.sum(m, m.age * 2) < 10", ["text"]),
        ("household.members.max(m, m.birth_date) > date('2020-01-01')", ["text"]),
        ("household.members.size() == age", ["text"]),
        ("household.members.exists(m, m.age < age)", ["members"]),
        ("household.members.exists(m, age < 5)", ["members"]),
        ("household.members.exists(m, documents.exists(d, d.kind == 'id'))", ["members"]),
        ("household.members.exists(m, documents.size() > 1)", ["members"]),
        ("true", ["text"]),
    ],
)
def test_what_is_written_is_shown_and_nothing_is_lost(text: str, kinds: list[str]) -> None:
    tree = read(text, VOCABULARY)
    built = shown(tree)
    assert [part["kind"] for part in built["parts"]] == kinds
    assert write(read(text_of(built), VOCABULARY)) == write(tree)
    assert read(text_of(built), VOCABULARY) == tree


# Whatever the builder can be made to hold

NUMBERS = st.integers(-99, 99).map(str)
DECIMALS = st.decimals(-99, 99, places=2).map(lambda number: format(number, "f"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
VALUES = {
    "integer": NUMBERS,
    "decimal": DECIMALS,
    "text": TEXTS,
    "code": TEXTS,
    "date": st.sampled_from(["1990", "1990-05", "1990-05-31", "today"]),
    "day": st.sampled_from(["1990", "1990-05", "1990-05-31", "today"]),
}


@st.composite
def rows(draw: st.DrawFn, subject: str) -> dict[str, Any]:
    reachable: list[tuple[list[str], Field]] = [([], one) for one in KNOWN[subject].fields]
    if subject == "person":
        reachable += [(["household"], one) for one in KNOWN["household"].fields]
    path, field = draw(st.sampled_from(reachable))
    operator = draw(st.sampled_from(OPERATORS[field.kind]))
    value: Any = ""
    if operator in ("in", "not_in"):
        value = draw(st.lists(VALUES[field.kind], min_size=1, max_size=3, unique=True))
    elif operator not in ("known", "unknown", "yes", "no"):
        value = draw(VALUES[field.kind])
    return asked(field.name, operator, value, *path)


@st.composite
def related(draw: st.DrawFn, subject: str, depth: int) -> dict[str, Any]:
    ways = {"person": (["documents"], ["household", "members"]), "household": (["members"],), "document": ()}[subject]
    if not ways:
        return draw(rows(subject))
    path = draw(st.sampled_from(ways))
    target = "document" if path == ["documents"] else "person"
    how = draw(st.sampled_from([one for one in HOWS if target == "person" or one not in ("sum", "min", "max")]))
    where = draw(groups(target, depth + 1))
    of = draw(st.sampled_from(["age", "income", "household.people"])) if how in ("sum", "min", "max") else ""
    return members(how, where, path=path, of=of, value=draw(DECIMALS if of else NUMBERS))


@st.composite
def groups(draw: st.DrawFn, subject: str = "person", depth: int = 0) -> dict[str, Any]:
    kinds: list[st.SearchStrategy[dict[str, Any]]] = [rows(subject)]
    if depth < 2:
        kinds += [related(subject, depth), groups(subject, depth + 1)]
    parts = draw(st.lists(st.one_of(kinds), min_size=1, max_size=3))
    return group(draw(st.sampled_from(["all", "any", "none", "not_all"])), *parts)


@given(groups())
def test_whatever_is_built_is_read_shown_and_written_as_the_same(built: dict[str, Any]) -> None:
    made = written(built, "person", KNOWN)
    tree = read(made.text, VOCABULARY)
    again = shown(tree)
    assert read(text_of(again), VOCABULARY) == tree
    assert shown(read(text_of(again), VOCABULARY)) == again
    for place in made.places:
        assert 0 <= place.start < place.end <= len(made.text)
        assert len(made.way_at(place.start, place.end)) >= len(place.way)


def codes_of(built: Any) -> list[tuple[str, tuple[int, ...]]]:
    with pytest.raises(Problem) as caught:
        written(built, "person", KNOWN)
    found = caught.value.errors or (caught.value,)
    return [(one.code.removeprefix("criteria."), one.parameters["way"]) for one in found]


@pytest.mark.parametrize(
    ("built", "codes"),
    [
        (None, [("building_unreadable", ())]),
        ({"kind": "group", "join": "xor", "parts": [AGED]}, [("building_unreadable", ())]),
        ({"kind": "group", "join": "all", "parts": "x"}, [("building_unreadable", ())]),
        ({"kind": "else"}, [("building_unreadable", ())]),
        (group("all", group("any")), [("building_incomplete", (0,))]),
        (
            group("all", asked("age", "lt"), asked("age", "lt", "x"), asked("birth_date", "eq", "spring")),
            [("building_incomplete", (0,)), ("building_number", (1,)), ("building_date", (2,))],
        ),
        (group("all", asked("age", "in", "5")), [("building_unreadable", (0,))]),
        (group("all", asked("sex", "in", [])), [("building_incomplete", (0,))]),
        (group("all", asked("sex", "eq", ["f"])), [("building_unreadable", (0,))]),
        (group("all", asked("age", "near", "5")), [("building_unreadable", (0,))]),
        (group("all", asked("age) || (true", "yes")), [("building_unreadable", (0,))]),
        (group("all", asked("age", "yes", "", "a b")), [("building_unreadable", (0,))]),
        (group("all", members("some", group("all", asked("age", "lt")))), [("building_incomplete", (0, 0, 0))]),
        (group("all", members("most", group("all", AGED))), [("building_unreadable", (0,))]),
        (group("all", members("some", group("all", AGED), variable="m)")), [("building_unreadable", (0,))]),
        (group("all", members("some", group("all", AGED), path=[])), [("building_unreadable", (0,))]),
        (group("all", members("all", group("all"))), [("building_incomplete", (0,))]),
        (group("all", members("sum", group("all", AGED))), [("building_incomplete", (0,))]),
        (group("all", members("count", group("all", AGED), operator="in")), [("building_unreadable", (0,))]),
        (group("all", members("count", group("all", AGED), value="")), [("building_incomplete", (0,))]),
        (group("all", {"kind": "text", "text": " "}), [("building_incomplete", (0,))]),
        (group("all", AGED, {"kind": "text", "text": "age) || (true"}), [("unexpected", (1,))]),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_told_at_its_part(built: Any, codes: list[tuple[str, tuple[int, ...]]]) -> None:
    assert codes_of(built) == codes


def test_what_is_sent_too_deep_or_too_large_is_refused() -> None:
    deep = group("all", AGED)
    for _level in range(30):
        deep = group("all", deep)
    assert codes_of(deep)[0][0] == "building_unreadable"
    assert codes_of(group("all", *[AGED] * 300))[0][0] == "building_unreadable"


def test_unknown_names_are_left_to_who_reads_the_text() -> None:
    assert text_of(group("all", asked("shoe_size", "eq", "42"))) == 'shoe_size == "42"'
    far = members("some", group("all", asked("x", "eq", "1")), path=["nowhere", "else"])
    assert text_of(group("all", far)) == 'nowhere.else.exists(e, e.x == "1")'


def test_an_error_in_the_text_is_told_at_the_innermost_part() -> None:
    made = written(group("any", AGED, members("some", group("all", AGED, asked("no", "yes")))), "person", KNOWN)
    start = made.text.index("m.no")
    assert made.way_at(start, start + 4) == (1, 0, 1)
    assert made.way_at(0, len(made.text)) == ()
