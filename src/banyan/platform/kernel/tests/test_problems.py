"""The catalogue is closed and numbered; problems render alike everywhere."""

import pickle

import pytest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from banyan.platform.kernel import problems
from banyan.platform.kernel.problems import CatalogueError, Location, Problem, ProblemKind, Problems, raise_all


@pytest.fixture(autouse=True)
def own_catalogue(monkeypatch):
    """Declarations of a test do not outlive it."""
    monkeypatch.setattr(problems, "_kinds", dict(problems._kinds))
    monkeypatch.setattr(problems, "_parameters", dict(problems._parameters))


def declare(code="test.wrong", number=9001, **options):
    kind = ProblemKind(number=number, status=422, message="{thing} is wrong.", mend="Mend {thing}.")
    return problems.declare_problems({code: kind if not options else ProblemKind(number=number, **options)})


def test_a_problem_renders_as_rfc_9457_says_with_our_members():
    declare()
    problem = Problem("test.wrong", thing="It", at=Location(sheet="Villages", row=12, column="Parent"))
    assert problem.as_dict() == {
        "type": "urn:banyan:problem:test.wrong",
        "title": "The input needs mending",
        "status": 422,
        "detail": "It is wrong.",
        "code": "test.wrong",
        "number": 9001,
        "mend": "Mend It.",
        "at": {"sheet": "Villages", "row": 12, "column": "Parent"},
        "errors": [],
    }
    assert str(problem) == "sheet Villages, row 12, column Parent: It is wrong. Mend It."


@pytest.mark.parametrize(
    "code", ["not_found", "not_allowed", "sign_in_needed", "invalid_input", "conflict", "too_many", "unavailable"]
)
def test_general_problems_need_no_room_and_no_parameters(code):
    problem = Problem(code)
    assert problem.code == f"kernel.{code}"
    assert all((problem.detail, problem.mend, problem.title))


def test_a_code_that_is_not_declared_cannot_be_raised():
    with pytest.raises(CatalogueError, match=r"places.not_there"):
        Problem("places.not_there")


def test_a_missing_parameter_is_told_where_the_problem_is_made():
    declare()
    with pytest.raises(CatalogueError, match="thing"):
        Problem("test.wrong")


def test_a_second_declaration_of_a_code_is_refused():
    declare()
    with pytest.raises(CatalogueError, match="twice"):
        declare(number=9002)


def test_a_number_is_given_once():
    with pytest.raises(CatalogueError, match=r"kernel.not_found"):
        declare(number=1)


@pytest.mark.parametrize("code", ["wrong", "Test.wrong", "test.Wrong", "test.wrong.more", "test.", ""])
def test_a_malformed_code_is_refused(code):
    with pytest.raises(CatalogueError, match="reads"):
        declare(code)


def test_an_unusual_status_needs_a_title():
    with pytest.raises(CatalogueError, match="title"):
        declare(status=418, message="m", mend="m")
    declare(status=418, message="m", mend="m", title="Teapot")
    assert Problem("test.wrong").title == "Teapot"


def test_problems_gather_and_flatten_and_are_caught_as_one():
    first, second = Problem("not_found"), Problem("conflict")
    with pytest.raises(Problem) as caught:
        raise_all([first, Problems([second, first])])
    assert list(caught.value) == [first, second, first]
    assert len(caught.value) == 3
    assert caught.value.status == 422
    assert [error["code"] for error in caught.value.as_dict()["errors"]] == [
        "kernel.not_found",
        "kernel.conflict",
        "kernel.not_found",
    ]
    assert str(caught.value).count("\n") == 2


def test_a_single_problem_is_raised_as_itself_and_none_not_at_all():
    raise_all([])
    single = Problem("not_found")
    with pytest.raises(Problem) as caught:
        raise_all(iter([single]))
    assert caught.value is single


def test_gathering_nothing_is_a_mistake():
    with pytest.raises(CatalogueError):
        Problems([])


def test_form_messages_become_problems_by_field():
    gathered = Problems.of_fields({"name": [_("This field is required.")], "__all__": ["Both differ."]})
    assert [error.as_text() for error in gathered] == ["field name: This field is required.", "Both differ."]
    assert gathered.errors[1].at is None


def test_problems_survive_the_way_to_another_process():
    declare()
    problem = pickle.loads(pickle.dumps(Problem("test.wrong", thing="It", at=Location(row=3))))
    assert (problem.code, problem.at, problem.detail) == ("test.wrong", Location(row=3), "It is wrong.")
    both = pickle.loads(pickle.dumps(Problems([problem, problem], at=Location(sheet="One"))))
    assert len(both) == 2
    assert both.at == Location(sheet="One")


def test_a_reader_of_values_can_place_a_problem_later():
    assert Problem("not_found").placed(Location(field="pcode")).as_dict()["at"] == {"field": "pcode"}


def test_a_translation_with_a_foreign_place_still_reports():
    # Translators may write {unknown}; the report must not fail over it.
    problems._kinds["test.odd"] = ProblemKind(number=9003, status=422, message="{thing} and {unknown}", mend="")
    problems._parameters["test.odd"] = frozenset({"thing"})
    assert Problem("test.odd", thing="It").detail == "It and {unknown}"


def test_the_catalogue_lists_every_problem_by_number():
    entries = problems.catalogue()
    assert [kind.number for _code, kind in entries] == sorted({kind.number for _code, kind in entries})
    assert {"kernel.not_found", "kernel.date_unreadable", "kernel.currency_unknown"} <= {
        code for code, _kind in entries
    }


def test_every_declared_problem_says_how_to_mend_it():
    for code, kind in problems.catalogue():
        with override("en"):
            assert str(kind.message), code
            # The words of another program say themselves what to do.
            quoted = code == "kernel.field_invalid" or str(kind.message) == "{message}"
            assert str(kind.mend) or quoted, f"{code} does not say how to mend it"


def test_a_message_may_name_a_code_of_its_own():
    problems.declare_problems(
        {"test.code_wrong": ProblemKind(number=9008, status=422, message="{code} is wrong.", mend="Mend it.")}
    )
    assert Problem("test.code_wrong", code="MMR9").detail == "MMR9 is wrong."


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("it is empty", "it is empty. Mend it"),
        ("၎င်းသည် ဗလာဖြစ်သည်", "ဗလာဖြစ်သည်။ Mend it"),
        ("it is empty!", "it is empty! Mend it"),
    ],
)
def test_a_reason_at_the_end_of_what_is_wrong_ends_the_sentence(reason: str, told: str) -> None:
    declare(status=422, message="The file cannot be read: {reason}", mend="Mend it.")
    assert told in Problem("test.wrong", reason=reason).as_text()
