"""Texts become syntax, or a problem that says where."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.criteria import grammar
from banyan.platform.criteria.rules.parsing import parse
from banyan.platform.criteria.rules.syntax import Constant, Logic, Name, Unary
from banyan.platform.criteria.rules.tree import Span
from banyan.platform.kernel.problems import Problem, Problems


def refused(text: str) -> Problem:
    with pytest.raises(Problem) as found:
        parse(text)
    return found.value


@pytest.mark.parametrize(
    ("text", "code", "start", "length"),
    [
        ("", "empty", 0, 1),
        (" // it's nothing", "empty", 0, 1),
        ("age <", "ends_early", 4, 1),
        ("age < 5 &&  ", "ends_early", 9, 1),
        ("(age", "ends_early", 3, 1),
        ("age age", "unexpected", 4, 3),
        ("age < 5)", "unexpected", 7, 1),
        ("age = 5", "unexpected", 4, 1),
        ("age < 5 & sex", "unexpected", 8, 1),
        ("größe < 5", "unexpected", 2, 1),
        ("a; DROP TABLE person", "unexpected", 1, 1),
        ("name == 'open", "text_open", 8, 1),
        ('name == "open\n"', "text_open", 8, 1),
        ('name == "open\\"', "text_open", 8, 1),
        ("name == '''long'''", "not_supported", 8, 3),
        ("name == r'raw'", "not_supported", 8, 6),
        ("name == b'bytes'", "not_supported", 8, 8),
        ("age == 5u", "not_supported", 7, 2),
        ("a[0] == 1", "not_supported", 0, 4),
        ("{'a': 1} == 1", "not_supported", 0, 8),
        ("A{b: 1} == 1", "not_supported", 0, 7),
        (".age == 1", "not_supported", 0, 4),
        (".size(a) == 1", "not_supported", 0, 8),
        ("a == '\x00'", "value_unusable", 6, 1),
        ("a == '\ud800'", "value_unusable", 6, 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, code: str, start: int, length: int) -> None:
    found = refused(text)
    assert found.code == f"criteria.{code}"
    assert (found.parameters["start"], found.parameters["length"]) == (start, length)
    assert "{" not in found.as_text().replace("{'a'", "").replace("A{b", "").replace("{2,5}", "")


def test_places_are_told_by_line_and_column() -> None:
    found = refused("age < 5 &&\n  sex === 'female'")
    assert (found.parameters["line"], found.parameters["column"]) == (2, 9)
    assert found.at is not None
    assert found.at.as_dict() == {"row": 2, "column": "9"}


def test_all_that_is_not_supported_is_told_at_once() -> None:
    found = refused("a[0] == .b")
    assert isinstance(found, Problems)
    assert [one.parameters["start"] for one in found] == [0, 8]


def test_too_much_is_refused() -> None:
    assert refused(" " * 10_001).code == "criteria.too_long"
    assert refused(" || ".join(["a"] * 500)).code == "criteria.too_many_parts"
    assert refused("!" * 60 + "a").code == "criteria.too_deep"
    assert isinstance(parse("!" * 59 + "a"), Unary)
    assert isinstance(parse(" || ".join(["a"] * 499)), Logic)


def test_brackets_alone_are_not_depth_and_belong_to_the_part() -> None:
    assert parse("(" * 400 + "a" + ")" * 400) == Name("a", Span(0, 801))


def test_numbers_may_follow_an_operator_without_space() -> None:
    assert str(parse("a-1")) == str(parse("a - 1")).replace("start=4, end=5", "start=2, end=3").replace(
        "end=5", "end=3"
    )
    assert parse("-1") == Constant("INT_LIT", "-1", Span(0, 2))


@pytest.mark.parametrize("text", ['"' + "\\\\" * 4000, "'" + "\\'" * 4000, '"' + "\\" * 4001 + '"', "/" * 9999, "(" * 9999, "1" * 9999, "a." * 4999])  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    parse("a")  # the grammar is read once
    start = time.perf_counter()
    with suppress(Problem):
        parse(text)
    assert time.perf_counter() - start < 2


PIECES = ["age", "sex", "m", ".", ",", "(", ")", "[", "]", "{", "}", "&&", "||", "!", "==", "<", "in", "+", "-", "*", "/", "%", "?", ":", "1", "1.5",
          "'a'", '"', "'", "\\", "//", "\n", " ", "exists", "null", "true", "today", "date", "'''", "r'", "\x00", "é", "$1", ";--"]  # fmt: skip


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    problem: Problem | None = None
    try:
        syntax = parse(text)
    except Problem as found:
        problem = found
    if problem is None:
        assert syntax.at.end <= len(text)
    else:
        assert all(one.parameters["start"] <= max(len(text), 1) for one in problem.errors or (problem,))


def test_a_missing_grammar_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "find_spec", lambda _name: None)
    with pytest.raises(ImportError, match="banyan"):
        grammar.parser.__wrapped__(object)
