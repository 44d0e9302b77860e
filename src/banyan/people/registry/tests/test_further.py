"""What forms ask beyond the register may be selected by, as far as the reader may see it."""

from typing import Any

import pytest

from banyan.people.forms import actions as forms
from banyan.people.registry.queries import further
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.platform.access.viewers import viewing
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.declarations import forbidden_kinds, further_fields
from banyan.platform.kernel.privacy import Privacy

pytestmark = pytest.mark.django_db


class _Asked:
    """A further attribute as forms define it."""

    def __init__(self, key: str, kind: str, subject: str = "person") -> None:
        self.key, self.type, self.subject, self.labels, self.choices = key, kind, subject, {"en": f"The {key}"}, ()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [_Asked("rooms", "integer", "household"), _Asked("height", "decimal"), _Asked("left_on", "date"),
             _Asked("shelter", "select_one"), _Asked("it's", "text")]  # fmt: skip
    monkeypatch.setattr(
        further.forms, "extra_definitions", lambda *_a, **_m: {f"{one.subject}:{one.key}": one for one in given}
    )
    monkeypatch.setattr(further, "described", lambda *_a, **_m: {})


def test_answers_are_fields_of_their_kind(country: Field, asked: None) -> None:
    with viewing(SYSTEM):
        found = further_fields(country.operation.pk, seen_by=SYSTEM)
    assert [(one.name, one.kind) for one in found["person"]] == [
        ("extras.height", "decimal"), ("extras.left_on", "date"), ("extras.shelter", "text")
    ]  # fmt: skip
    assert [one.name for one in found["household"]] == ["extras.rooms"]
    assert found["former_person"] == found["person"]
    assert {one.privacy for one in found["person"]} == {Privacy.SENSITIVE}
    assert further_fields(None, seen_by=SYSTEM) == {}


@pytest.mark.parametrize("text", ["extras.height > 1.5", 'extras.left_on < date("2020")', 'extras.shelter == "own"'])
def test_an_answer_that_does_not_fit_fails_no_statement(
    country: Field, asked: None, register: Any, family: dict[str, Any], text: str
) -> None:
    family["people"][0]["extras"] = '{"height":"1.60","left_on":"2019","shelter":"own"}'
    family["people"][1]["extras"] = '{"height":"tall","left_on":"long ago","shelter":""}'
    register(family)
    with viewing(SYSTEM):
        told = criteria.count(text, "person", seen_by=SYSTEM, operation_id=country.operation.pk)
    assert told.certain == 1


def test_who_sees_no_forms_is_offered_nothing(country: Field, asked: None, viewer_with: Any) -> None:
    assert further.fields(country.operation.pk, seen_by=viewer_with("registry.view_person")) == {}


def test_what_an_operation_forbids_is_not_asked_for(country: Field, viewer_with: Any) -> None:
    forms.change_policy(country.operation.pk, ("biometrics",), "None are needed.", by=SYSTEM)
    assert forbidden_kinds(country.operation.pk, seen_by=viewer_with("registry.view_person")) == {"biometrics"}
    assert forbidden_kinds(None, seen_by=SYSTEM) == frozenset()
