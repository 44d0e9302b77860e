"""Subjects are declared without contradiction, or the program does not start."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from banyan.platform.criteria import declarations
from banyan.platform.criteria.declarations import (
    Field,
    Relation,
    Subject,
    SubjectDeclarationError,
    Usage,
    forbidden_kinds,
    further_fields,
    gather,
    subjects,
    usages,
)

AGE = Field("age", "integer", "Age", "{t}.born", derived="age")
PERSON = Subject("person", "Person", "person", fields=(AGE, Field("sex", "code", "Sex", "{t}.sex", code_list="sex")))


def with_field(**more: Any) -> Subject:
    return replace(PERSON, fields=(replace(AGE, **more),))


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (replace(PERSON, key="Person"), "small word"),
        (replace(PERSON, source=" "), "no source"),
        (replace(PERSON, id="id; DROP"), "not a column"),
        (replace(PERSON, active="{here}.live"), "over {t} only"),
        (replace(PERSON, fields=(AGE, AGE)), "declared twice"),
        (with_field(name="in"), "cannot be a name"),
        (with_field(name="a b"), "cannot be a name"),
        (with_field(kind="number"), "no kind of value"),
        (with_field(sql="born"), "stands over {t}"),
        (with_field(sql="{t}.born || {here}.x"), "stands over {t}"),
        (with_field(code_list="x"), "name their list"),
        (with_field(kind="code", derived=""), "name their list"),
        (with_field(kind="text"), "whole number"),
        (with_field(derived="", empty="blank"), "only text can be blank"),
        (replace(PERSON, relations=(Relation("pets", "Pets", "pet", True, "{here}.id = {there}.owner"),)), "nobody declares"),
        (replace(PERSON, relations=(Relation("kin", "Kin", "person", True, "{there}.id = 1"),)), "over {here} and {there}"),
    ],
)  # fmt: skip
def test_contradictions_stop_the_start(subject: Subject, said: str) -> None:
    with pytest.raises(SubjectDeclarationError, match=said):
        gather([subject])


def test_a_subject_declared_twice_stops_the_start() -> None:
    with pytest.raises(SubjectDeclarationError, match="twice"):
        gather([PERSON, PERSON])


def test_subjects_know_their_fields_and_relations() -> None:
    kin = Relation("kin", "Kin", "person", True, "{there}.mother = {here}.id")
    subject = gather([replace(PERSON, relations=(kin,))])["person"]
    assert subject.field_named("age") == AGE
    assert subject.field_named("size") is None
    assert subject.relation_named("kin") == kin
    assert subject.relation_named("pets") is None


def test_what_the_rooms_declare_holds_together() -> None:
    assert list(subjects()) == list(dict.fromkeys(subjects()))
    assert isinstance(usages(), tuple)


def test_rooms_add_fields_and_forbid_kinds_of_data_by_dotted_path(monkeypatch: pytest.MonkeyPatch) -> None:
    here = "banyan.platform.criteria.tests.test_declarations"
    rooms: list[Any] = [
        SimpleNamespace(FURTHER=f"{here}.further", FORBIDDEN=f"{here}.forbidden", CHOICES=f"{here}.choices"),
        SimpleNamespace(FURTHER=f"{here}.further", USAGES=(Usage("aid", "Aid", "x.y"),)),
    ]
    monkeypatch.setattr(declarations, "_selectable", lambda: rooms)
    viewer: Any = object()
    assert [one.name for one in further_fields(None, seen_by=viewer)["person"]] == ["extras.tent", "extras.tent"]
    assert forbidden_kinds(None, seen_by=viewer) == {"religion"}
    assert declarations.code_choices(["sex"], seen_by=viewer) == {"sex": {"f": "Female"}}
    assert usages.__wrapped__()[0].room == "aid"


def further(operation: Any, *, seen_by: Any) -> dict[str, tuple[Field, ...]]:
    return {"person": (Field("extras.tent", "text", "Tent", "{t}.extras->>'tent'"),)}


def forbidden(operation: Any, *, seen_by: Any) -> set[str]:
    return {"religion"}


def choices(lists: Any, *, seen_by: Any) -> dict[str, dict[str, str]]:
    return {one: {"f": "Female"} for one in lists}
