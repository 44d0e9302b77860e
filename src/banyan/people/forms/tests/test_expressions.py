"""Reading expressions, saying what cannot be checked, and holding one submission against its form."""

from datetime import date, datetime

import pytest

from banyan.people.forms.queries.evaluation import FormChecker, checker, reason_words, spoken_fault
from banyan.people.forms.rules.expressions.answers import as_text
from banyan.people.forms.rules.expressions.checking import Fault
from banyan.people.forms.rules.expressions.evaluating import Evaluation
from banyan.people.forms.rules.expressions.inspecting import required_expression
from banyan.people.forms.rules.expressions.instance import Outline, grow
from banyan.people.forms.rules.expressions.parsing import parse
from banyan.people.forms.rules.expressions.tokens import LONGEST, REASONS, ExpressionError
from banyan.people.forms.rules.expressions.values import from_days, number_text, to_moment, to_text
from banyan.people.forms.rules.schema import Choice, Group, Question, Schema

NOW = datetime.fromisoformat("2024-05-17T10:30:00")
SEX = (Choice("f", {"en": "Female"}), Choice("m", {"en": "Male"}))
DISTRICTS = (Choice("d1", {"en": "One"}, {"state": "s1"}), Choice("d2", {"": "Two"}, {"state": "s2"}))


def form(*questions: Question, repeats=("m",), groups=(), lists=None) -> Schema:
    return Schema("f", "F", default_language="en", questions=questions, repeats=repeats, groups=groups,
                  choices={"sex": SEX, "district": DISTRICTS, **(lists or {})})  # fmt: skip


def faults(schema: Schema, answers: dict, **more) -> list[tuple]:
    return [(each.path, each.index, each.kind) for each in FormChecker(schema).check(answers, on=NOW, **more)]


def value(expression: str, answers=None, at="x"):
    schema = form(
        Question("x", "x", "text"),
        Question("g/n", "n", "integer"),
        Question("m/a", "a", "integer", repeat="m"),
        Question("m/kids/b", "b", "integer", repeat="m/kids"),
        Question("sex", "sex", "select_one", list_name="sex"),
        Question("d", "d", "select_one", list_name="district"),
        Question("loop", "loop", "calculate", calculation="${loop} + 1"),
        Question("sum", "sum", "integer", calculation="${n} div 2"),
        repeats=("m", "m/kids"),
    )
    outline = Outline(schema)
    evaluation = Evaluation(outline, grow(outline, answers or {}), NOW)
    evaluation.current = node = next(each for each in evaluation.top.everything() if each.shape.path == at)
    return evaluation.scalar(parse(expression), node)


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ("1 +", "end", 3),
        ("", "end", 0),
        ("(1", "end", 2),
        ("1 2", "unexpected", 2),
        (")", "unexpected", 0),
        ("[1]", "unexpected", 0),
        ("a/1", "unexpected", 2),
        ("'abc", "quote", 0),
        ("1 + \"abc", "quote", 4),
        ("1 # 2", "sign", 2),
        ("${a", "sign", 0),
        ("//a", "axis", 0),
        ("a//b", "axis", 1),
        ("@a", "axis", 0),
        ("child::a", "axis", 5),
        ("f(1,)", "unexpected", 4),
        ("a[1", "end", 3),
        ("(" * 61 + "1" + ")" * 61, "too_deep", 60),
        ("-" * 70 + "1", "too_deep", 60),
        ("1" * (LONGEST + 1), "too_long", LONGEST),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(text, reason, at):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert (error.value.reason, error.value.at) == (reason, at)


def test_long_chains_need_no_deep_stack():
    assert value(" + ".join(["1"] * 5000)) == 5000.0
    assert value(" or ".join(["${x} = 'a'"] * 1400)) is False


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("‘a’ = 'a'", True),
        ("“a” = 'a'", True),
        ("node() = ''", None),
        ("${n}*2", 8.0),
        ("/data/g/n * 2", 8.0),
        ("../g/n", 4.0),
        ("../g/*[. = 4]", 4.0),
        ("sum(../g/*)", 4.0),
        ("div", None),
        ("${n} div 2", 2.0),
        ("(../g/n)[. = 4]", 4.0),
        ("(../g/n)[1]", 4.0),
        ("(../g)/n", 4.0),
        ("${m}[2]/a", 3.0),
        ("${m}[./a = 3]/a", 3.0),
        ("${m}[position() = 2]/a", 3.0),
        ("${m}[last()]/a", 3.0),
        ("count(${b})", 3.0),
        ("indexed-repeat(${a}, ${m}, 2)", 3.0),
        ("indexed-repeat(${b}, ${m}, 1, ${kids}, 2)", 8.0),
        ("indexed-repeat(${a}, ${m}, 'x')", ""),
        ("indexed-repeat(/data/m/a, /data/m, 1)", 1.0),
        ("indexed-repeat(../m/a, ../m, 1)", 1.0),
        ("position(${m}[2])", 2.0),
        ("max(${a})", 3.0),
        ("join('-', ${a})", "1-3"),
        ("jr:choice-name(${sex}, '${sex}')", "Female"),
        ("jr:choice-name('q', '${sex}')", ""),
        ("jr:choice-name(${d}, ${d})", "Two"),
        ("instance('sex')/root/item[name = ${sex}]/label", "Female"),
        ("instance('district')/root/item[state = 's2']/name", "d2"),
        ("count(instance('sex')/root/item)", 2.0),
        ("once('new')", "old"),
        ("today()", datetime.fromisoformat("2024-05-17")),
        ("now()", NOW),
        ("${sum}", 2.0),
        ("false() and pulldata('a')", False),
        ("pulldata('a') and false()", False),
        ("pulldata('a') or true()", True),
        ("if(true(), 1, pulldata('a'))", 1.0),
        ("substr('abc', 'x')", ""),
        ("round(1 div 0)", float("inf")),
        ("exp(1000)", float("inf")),
        ("position()", 1.0),
    ],
)  # fmt: skip
def test_values(text, found):
    answers = {"x": "old", "g/n": "4", "sex": "f", "d": "d2",
               "m": [{"m/a": 1, "m/kids": [{"m/kids/b": 7}, {"m/kids/b": 8}]}, {"m/a": "3", "m/kids": [{"m/kids/b": 9}]}]}  # fmt: skip
    if found is None:
        with pytest.raises(ExpressionError):
            value(text, answers)
    elif found == "":
        assert value(text, answers) == ""
    else:
        assert value(text, answers) == found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${a} = 1", "several"),
        ("pulldata('a') and true()", "outside"),
        ("pulldata('a') + 1", "outside"),
        ("1 + pulldata('a')", "outside"),
        ("nosuch(1)", "function"),
        ("if(1, 2)", "arguments"),
        ("weighted-checklist(1, 2, 3)", "arguments"),
        ("indexed-repeat(${a}, ${m}, 1, ${kids})", "arguments"),
        ("indexed-repeat(${a}, ${n}, 1)", "value"),
        ("indexed-repeat(${n}, ${m}, 1)", "value"),
        ("indexed-repeat(${b}, ${kids}, 1, ${m}, 1)", "value"),
        ("indexed-repeat(5, ${m}, 1)", "question"),
        ("indexed-repeat(../m[1]/a, ${m}, 1)", "unexpected"),
        ("indexed-repeat(../nowhere/a, ${m}, 1)", "question"),
        ("${loop}", "circle"),
        ("${nowhere}", "question"),
        ("/data/nowhere", "question"),
        ("../nowhere", "question"),
        ("instance('far')/root/item", "outside"),
        ("count(5)", "value"),
        ("position('a')", "value"),
        ("'a'[1]", "unexpected"),
        ("'a'/b", "unexpected"),
        ("date('x')", "value"),
        ("date(true())", "value"),
        ("date(1e9)", "unexpected"),
        ("date(99999999999)", "value"),
        ("decimal-time('x')", "value"),
        ("format-date(today(), '%')", "value"),
        ("digest('a', 'CRC')", "value"),
        ("regex('a', '(?=a)')", "outside"),
        ("${n} + 1", "answer"),
        ("${sum} + 1", "answer"),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_never_guessed(text, reason):
    with pytest.raises(ExpressionError) as error:
        value(text, {"g/n": "four" if "sum" not in text else "5", "m": [{"m/a": 1}, {"m/a": 2}]})
    assert error.value.reason == reason
    assert reason in REASONS


def test_what_is_not_asked_is_empty():
    schema = form(
        Question("has", "has", "text"),
        Question("g/n", "n", "integer", relevant="${has} = 'yes'"),
        Question("after", "after", "text", constraint="${n} = ''"),
        Question("total", "total", "calculate", calculation="count(${m})"),
        Question("m/a", "a", "integer", repeat="m"),
        groups=(Group("g", "group", relevant="${has} != 'never'"), Group("m", "repeat", relevant="${has} = 'yes'")),
    )
    assert faults(schema, {"has": "no", "g/n": "5", "after": "x"}) == [("g/n", None, "relevant")]
    assert faults(schema, {"has": "yes", "g/n": "5", "after": "x"}) == [("after", None, "constraint")]
    assert faults(schema, {"has": "never", "g/n": "5"}) == [("g/n", None, "relevant")]
    assert faults(schema, {"has": "no", "m": [{"m/a": 1}]}) == [("m/a", 0, "relevant")]


@pytest.mark.parametrize(
    ("kind", "answer", "fault"),
    [
        ("integer", "17", ""), ("integer", 17, ""), ("integer", 17.0, ""), ("integer", "-3", ""), ("integer", "1.5", "type"),
        ("integer", "x", "type"), ("integer", "99999999999", "range"), ("decimal", "1.5", ""), ("decimal", "1,5", "type"),
        ("decimal", float("nan"), ""), ("range", "3", ""), ("date", "2024-02-29", ""), ("date", date(2024, 2, 29), ""),
        ("date", datetime.fromisoformat("2024-02-29"), ""), ("date", "2023-02-29", "type"), ("date", "29/02/2024", "type"),
        ("datetime", "2024-05-17T10:30:00.000+06:30", ""), ("datetime", "noon", "type"), ("time", "10:30:00.000+06:30", ""),
        ("time", "25:00", "type"), ("time", "noon", "type"), ("geopoint", "16.8 96.1 0 5", ""), ("geopoint", "16.8", "type"),
        ("geopoint", "16.8 x", "type"), ("geopoint", "96.1 16.8", "range"), ("geotrace", "1 2 0 0; 3 4 0 0;", ""),
        ("geoshape", "1 2; 300 4", "type"), ("geoshape", "1 2; 3 400", "range"), ("text", True, ""), ("text", None, ""),
        ("select_multiple", ["f", "m"], ""),
    ],
)  # fmt: skip
def test_types_and_ranges(kind, answer, fault):
    schema = form(Question("q", "q", kind, list_name="sex" if kind == "select_multiple" else ""))
    expected = [("q", None, fault)] if fault else []
    if (kind, answer) == ("geoshape", "1 2; 300 4"):
        expected = [("q", None, "range")]
    assert faults(schema, {"q": answer}) == expected


def test_an_answer_of_the_wrong_type_leaves_undecided_what_depends_on_it():
    schema = form(
        Question("age", "age", "integer", constraint=". < 120"),
        Question("school", "school", "text", relevant="${age} > 5", required="yes"),
    )
    assert faults(schema, {"age": "old", "school": ""}) == [("age", None, "type")]


@pytest.mark.parametrize(
    ("more", "answer", "is_fault"),
    [
        ({"list_name": "sex"}, "f", False),
        ({"list_name": "sex"}, "x", True),
        ({"list_name": "sex"}, "f m", True),
        ({"list_name": "sex", "or_other": True}, "other", False),
        ({"list_name": "from_a_file"}, "x", False),
        ({"list_name": "district", "choice_filter": "state = ${st}"}, "d1", False),
        ({"list_name": "district", "choice_filter": "state = ${st}"}, "d2", True),
    ],
)
def test_choices(more, answer, is_fault):
    schema = form(Question("st", "st", "text"), Question("q", "q", "select_one", **more))
    assert faults(schema, {"st": "s1", "q": answer}) == ([("q", None, "choice")] if is_fault else [])


def test_each_of_several_choices_must_be_offered():
    schema = form(Question("q", "q", "select_multiple", list_name="sex"))
    assert faults(schema, {"q": "f m"}) == []
    assert faults(schema, {"q": "f x y"}) == [("q", None, "choice")]


def test_faults_in_repeats_count_the_instances_through_the_submission():
    schema = form(
        Question(
            "m/name", "name", "text", repeat="m", required="yes", required_message={"en": "Name, please", "my": "အမည်"}
        ),
        Question("m/kids/age", "age", "integer", repeat="m/kids", constraint=". < 18"),
        repeats=("m", "m/kids"),
    )
    answers = {
        "m": [{"m/name": "A", "m/kids": [{"m/kids/age": 3}]}, {"m/kids": [{"m/kids/age": 4}, {"m/kids/age": 44}]}]
    }
    found = checker(schema).check(answers, on=NOW)
    assert found == [Fault("m/name", 1, "required", "Name, please"), Fault("m/kids/age", 2, "constraint", "")]
    assert spoken_fault(found[0]) == "Name, please"
    assert spoken_fault(found[1]) == "This breaks a condition of the form."


def test_a_constraint_is_not_asked_of_an_empty_answer():
    schema = form(Question("q", "q", "integer", constraint="false()"))
    assert faults(schema, {}) == []
    assert faults(schema, {"q": 1}) == [("q", None, "constraint")]


def test_without_a_date_the_clock_decides():
    schema = form(Question("q", "q", "date", constraint=". <= today()"))
    assert FormChecker(schema).check({"q": "1990-01-01"}) == []
    assert FormChecker(schema).check({"q": "2990-01-01"})[0].kind == "constraint"


@pytest.mark.parametrize(
    ("text", "expression"), [("yes", "true()"), ("TRUE", "true()"), ("no", ""), ("", ""), ("${a}=1", "${a}=1")]
)
def test_required_as_authors_write_it(text, expression):
    assert required_expression(text) == expression


@pytest.mark.parametrize(
    ("part", "expression", "reason", "detail"),
    [
        ("constraint", ". > ", "end", ""),
        ("relevant", "nosuch(1) = 2", "function", "nosuch"),
        ("constraint", "pulldata('a', 'b', 'c', .) = 1", "outside", "pulldata"),
        ("required", "${last-saved#q} = ''", "outside", "last-saved#q"),
        ("constraint", "${nowhere} = 1", "question", "nowhere"),
        ("constraint", "/data/nowhere = 1", "question", "nowhere"),
        ("constraint", "regex(., '(?!a)b')", "outside", "regex"),
        ("calculation", "instance('far')/root/item/name", "outside", "far"),
        ("constraint", "selected(.)", "arguments", "selected"),
    ],
)
def test_what_cannot_be_checked_is_told_once_with_the_form(part, expression, reason, detail):
    schema = form(Question("q", "q", "text", row=7, **{part: expression}))
    made = FormChecker(schema)
    [found] = made.unchecked
    assert (found.path, found.row, found.part, found.reason, found.detail) == ("q", 7, part, reason, detail)
    assert reason_words(found)
    assert made.check({"q": "x"}, on=NOW) == []


def test_groups_are_looked_at_too():
    schema = form(Question("g/q", "q", "text"), groups=(Group("g", "group", relevant="1 +", row=3),))
    made = FormChecker(schema)
    assert [(each.path, each.part, each.row) for each in made.unchecked] == [("g", "relevant", 3)]
    assert made.check({"g/q": "x"}, on=NOW) == []


def test_what_only_these_answers_leave_open_is_told_with_them():
    schema = form(Question("m/a", "a", "integer", repeat="m"), Question("q", "q", "text", constraint="${a} = 1"),
                  Question("d", "d", "select_one", list_name="district", choice_filter="state = ${a}"))  # fmt: skip
    assert faults(schema, {"m": [{"m/a": 1}], "q": "x"}) == []
    open_ones = faults(schema, {"m": [{"m/a": 1}, {"m/a": 2}], "q": "x", "d": "d1"})
    assert open_ones == [("q", None, "unchecked"), ("d", None, "unchecked")]


def test_broken_names_of_groups_do_not_stop_the_rest():
    outline = Outline(form(Question("/q", "q", "text"), repeats=()))
    assert outline.by_path["/q"].question is not None


def test_values_as_text():
    assert number_text(float("-inf")) == "-Infinity"
    assert number_text(1e-7) == "0.0000001"
    assert to_text(True) == "true"
    assert as_text(0.5) == "0.5"
    assert to_moment(float("nan")) is None
    assert from_days(1.5) == datetime.fromisoformat("1970-01-02T12:00:00")
    assert repr(ExpressionError("end", 3)) == "ExpressionError('end', 3, '')"
