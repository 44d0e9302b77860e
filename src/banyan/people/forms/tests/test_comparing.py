"""Two versions side by side; states; schemas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.forms import states
from banyan.people.forms.rules.comparing import compare
from banyan.people.forms.rules.converting import schema_of
from banyan.people.forms.rules.schema import Choice, Question, Schema, spoken
from banyan.people.forms.states import VersionState
from banyan.people.forms.tests.sheets import book
from banyan.platform.kernel.problems import Problem

HEADER = "type | name | label | relevant | required\n"


def schema(rows, choices=""):
    return schema_of(
        book(f"[survey]\n{HEADER}{rows}\n[choices]\nlist_name | name | label\n{choices}\n[settings]\nform_id\nx")
    )


BEFORE = schema(
    "text | a | A\ninteger | age | Age\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group",
    "yn | yes | Yes\nyn | no | No",
)
CASES = [
    ("nothing", "text | a | A\ninteger | age | Age\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group", []),
    ("added", "text | a | A\ndate | born | Born\ninteger | age | Age\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group", [("added", "born", ())]),
    ("removed", "text | a | A\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group", [("removed", "age", ())]),
    ("type", "text | a | A\ntext | age | Age\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group", [("changed", "age", ("type",))]),
    ("label", "text | a | Ä\ninteger | age | Age\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group", [("changed", "a", ("label",))]),
    ("logic", "text | a | A | 1=1 | yes\ninteger | age | Age\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group", [("changed", "a", ("required", "relevant"))]),
    ("moved", "text | a | A\ninteger | age | Age\nselect_one yn | b | B\nbegin_group | h | H\ntext | c | C\nend_group", [("moved", "h/c", ())]),
    ("into a repeat", "text | a | A\ninteger | age | Age\nselect_one yn | b | B\nbegin_repeat | g | G\ntext | c | C\nend_repeat", [("changed", "g/c", ("repeat",))]),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "rows", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_differs(_name, rows, expected):
    found = compare(BEFORE, schema(rows, "yn | yes | Yes\nyn | no | No"))
    assert [(one.kind, one.path, tuple(aspect.name for aspect in one.aspects)) for one in found] == expected


def test_choices_that_differ_are_told_by_name_and_label():
    many = "\n".join(f"yn | c{number} | C" for number in range(20))
    after = schema(
        "text | a | A\ninteger | age | Age\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group",
        f"yn | yes | Yeah\nyn | no | No\n{many}",
    )
    [difference] = compare(BEFORE, after)
    [aspect] = difference.aspects
    assert (aspect.name, aspect.old) == ("choices", "yes: Yes")
    assert aspect.new.splitlines()[0] == "yes: Yeah"
    assert aspect.new.splitlines()[-1] == "… (+9)"
    assert difference.is_weighty


def test_removed_questions_stand_where_they_were():
    after = schema(
        "integer | z | Z\nselect_one yn | b | B\nbegin_group | g | G\ntext | c | C\nend_group",
        "yn | yes | Yes\nyn | no | No",
    )
    assert [(one.kind, one.path, one.is_weighty) for one in compare(BEFORE, after)] == [
        ("removed", "a", True),
        ("removed", "age", True),
        ("added", "z", False),
    ]


def test_names_that_are_not_unique_are_not_taken_for_moved():
    before = schema("begin_group | g | G\ntext | x | X\nend_group\nbegin_group | h | H\ntext | x | X\nend_group")
    after = schema("text | x | X")
    assert {one.kind for one in compare(before, after)} == {"added", "removed"}


QUESTIONS = st.lists(
    st.builds(Question, path=st.sampled_from(["a", "b", "g/a", "g/c", "r/d"]), name=st.just("x"), type=st.sampled_from(["text", "integer"])),
    unique_by=lambda question: question.path,
    max_size=5,
)  # fmt: skip


@given(QUESTIONS, QUESTIONS)
def test_a_comparison_is_empty_exactly_for_the_same(old, new):
    one, other = (Schema("f", "F", questions=tuple(each)) for each in (old, new))
    assert compare(one, one) == []
    assert bool(compare(one, other)) == ({(q.path, q.type) for q in old} != {(q.path, q.type) for q in new})


class TestStates:
    @pytest.mark.parametrize(
        ("state", "verb", "target"),
        [
            ("draft", "mend", "draft"), ("draft", "publish", "published"), ("draft", "retire", "retired"), ("published", "mend", None),
            ("published", "publish", None), ("published", "retire", "retired"), ("retired", "mend", None), ("retired", "publish", "published"),
            ("retired", "retire", None), ("draft", "dance", None),
        ],
    )  # fmt: skip
    def test_every_step(self, state, verb, target):
        assert (verb in states.verbs(state)) == (target is not None)
        if target is not None:
            assert states.after(state, verb) == target
            return
        with pytest.raises(Problem) as caught:
            states.after(state, verb)
        assert caught.value.code == "forms.version_state"

    def test_every_state_has_a_word(self):
        assert set(states.VERSION_LABELS) == set(VersionState)


class TestSchemas:
    def test_texts_are_found_in_the_language_asked_for(self):
        assert spoken({"en": "A", "my": "က"}, "my") == "က"
        assert spoken({"en": "A"}, "my", "en") == "A"
        assert spoken({"fr": "B"}, "my", "en") == "B"
        assert spoken({}) == ""
        question = Question("g/a", "a", "text")
        assert (question.label(), question.is_answered) == ("a", True)
        assert not Question("n", "n", "note").is_answered

    def test_questions_by_path_and_repeat(self):
        found = schema("begin_repeat | r | R\ntext | a | A\nend_repeat\ntext | b | B")
        assert found.question("r/a").repeat == "r"
        assert found.question("zz") is None
        assert [question.path for question in found.inside("r")] == ["r/a"]
        assert [question.path for question in found.inside("")] == ["b"]
        assert found.groups[0].label() == "R"

    def test_keys_of_a_later_program_are_passed_over(self):
        data = Schema("x", "X", questions=(Question("a", "a", "text"),), choices={"l": (Choice("c"),)}).to_json()
        data["questions"][0]["weight"] = 3
        data["later"] = True
        assert Schema.from_json(data).questions[0].path == "a"
