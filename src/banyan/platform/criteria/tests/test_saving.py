"""Saving criteria: versions, owner, out of use and back, and who may."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from banyan.platform.access import actions as access
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.criteria import actions, declarations, queries, states
from banyan.platform.criteria.models import Criterion, CriterionVersion
from banyan.platform.criteria.queries import saved
from banyan.platform.criteria.tests.worlds import SUBJECTS
from banyan.platform.kernel.problems import Problem

SYSTEM = system_viewer("tests")


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.platform.criteria.queries.vocabularies.subjects", lambda: SUBJECTS)
    monkeypatch.setattr("banyan.platform.criteria.queries.frames.subjects", lambda: SUBJECTS)


@pytest.fixture
def land(db: None) -> Any:
    """Two operations, and somebody who writes criteria in the first, in one of its two areas."""
    with viewing(SYSTEM):
        access.register_areas([("MMR", "Myanmar", None, "MMR"), ("MMR001", "Kachin", "MMR", "MMR")], by=SYSTEM)
        first = access.add_operation("ONE", "First", "MMR", by=SYSTEM)
        second = access.add_operation("TWO", "Second", "MMR", by=SYSTEM)
        area = access_area("MMR001")
    writer = viewer_of(make_account("information-manager", operation=first, area=area))
    reader = viewer_of(make_account("auditor", operation=second))
    return SimpleNamespace(first=first.pk, second=second.pk, writer=writer, reader=reader)


def access_area(key: str) -> Any:
    from banyan.platform.access.models import Area

    return Area.objects.get(key=key)


def saved_one(land: Any, **more: Any) -> Criterion:
    return actions.save_criterion(
        by=land.writer,
        **{"name": "Young mothers", "subject": "person", "text": "age < 20", "operation_id": land.first, **more},
    )


def test_a_criterion_has_its_first_version(land: Any) -> None:
    criterion = saved_one(land, note="first try")
    with viewing(land.writer):
        found = queries.criterion(criterion.pk, seen_by=land.writer)
        assert (found.key, found.text, found.number, found.owner_name) == (
            "young-mothers",
            "age < 20",
            1,
            land.writer.label,
        )
        assert (found.changed_by, found.operation_code, found.state) == (land.writer.label, "ONE", "active")
        version = queries.version(criterion.pk, 1, seen_by=land.writer)
        assert (version.note, version.criterion) == ("first try", criterion)
        named = queries.criterion_named("young-mothers", operation_id=land.first, seen_by=land.writer)
        assert named == version
        assert queries.criterion_named("young-mothers", operation_id=land.second, seen_by=land.writer) is None


def test_changing_the_text_adds_a_version_and_the_same_text_none(land: Any) -> None:
    criterion = saved_one(land)
    actions.change_criterion(criterion.pk, by=land.writer, text="age < 20 ", name="Young mothers")
    actions.change_criterion(criterion.pk, by=land.writer, text="age < 25", note="wider", read_version=1)
    actions.change_criterion(criterion.pk, by=land.writer, name="Mothers under 25")
    with viewing(land.writer):
        found = queries.criterion(criterion.pk, seen_by=land.writer)
        assert (found.name, found.number, found.text) == ("Mothers under 25", 2, "age < 25")
        assert [one.number for one in queries.versions(criterion.pk, seen_by=land.writer)] == [2, 1]
    with pytest.raises(Problem, match="version is now 2"):
        actions.change_criterion(criterion.pk, by=land.writer, text="age < 30", read_version=1)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "criteria.name_missing"),
        ({"name": "x" * 201}, "criteria.name_missing"),
        ({"key": "No key"}, "criteria.key_malformed"),
        ({"key": "k" * 61}, "criteria.key_malformed"),
        ({"text": ""}, "criteria.empty"),
        ({"text": "agee < 5"}, "criteria.name_unknown"),
        ({"subject": "planet"}, "criteria.subject_unknown"),
        ({"purpose": "fun"}, "criteria.purpose_unknown"),
        ({"text": "income > 5", "purpose": "sampling"}, "criteria.field_too_private"),
        ({"operation_id": None}, "criteria.operation_unknown"),
    ],
)
def test_what_cannot_be_saved(land: Any, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as raised:
        saved_one(land, **fields)
    assert code in {raised.value.code, *(one.code for one in raised.value.errors)}
    assert not _all()


def _all() -> list[Criterion]:
    with viewing(SYSTEM):
        return list(Criterion.objects.all())


def test_every_fault_is_told_at_once(land: Any) -> None:
    with pytest.raises(Problem) as raised:
        saved_one(land, name="", key="?", text="agee < nam")
    assert len(raised.value.errors) == 4


def test_a_key_is_taken_once_in_an_operation(land: Any) -> None:
    saved_one(land)
    with pytest.raises(Problem, match="belongs to another"):
        saved_one(land, key="young-mothers")
    everybody = actions.save_criterion(by=SYSTEM, name="Young mothers", subject="person", text="age < 30")
    with viewing(land.writer):
        assert queries.criterion(everybody.pk, seen_by=land.writer).operation_code is None
        mine = queries.criterion_named("young-mothers", operation_id=land.first, seen_by=land.writer)
        assert mine is not None
        assert mine.text == "age < 20"
    with viewing(land.reader):
        theirs = queries.criterion_named("young-mothers", operation_id=land.second, seen_by=land.reader)
        assert theirs is not None
        assert theirs.text == "age < 30"


def test_a_name_without_letters_gets_a_key_all_the_same(land: Any) -> None:
    assert saved_one(land, name="မိခင်များ").key == "criterion"


def test_retired_and_restored(land: Any) -> None:
    criterion = saved_one(land)
    assert actions.retire_criterion(criterion.pk, by=land.writer).state == "retired"
    with viewing(land.writer):
        assert queries.criterion_named("young-mothers", operation_id=land.first, seen_by=land.writer) is None
    for verb in (actions.retire_criterion, actions.change_criterion):
        with pytest.raises(Problem, match="retired"):
            verb(criterion.pk, by=land.writer)
    assert actions.restore_criterion(criterion.pk, by=land.writer).state == "active"
    assert states.verbs("active") == ["change", "retire"]
    assert states.verbs("retired") == ["restore"]


def test_what_is_used_is_not_retired(land: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    criterion = saved_one(land)
    usage = declarations.Usage("programmes", "Programmes", f"{__name__}.uses_of")
    monkeypatch.setattr(saved, "usages", lambda: (usage,))
    assert queries.used_by([criterion.pk], seen_by=land.writer) == {
        criterion.pk: [queries.Use("Programmes", "Cash for mothers", "/programmes/1/")]
    }
    with pytest.raises(Problem, match="Programmes: Cash for mothers"):
        actions.retire_criterion(criterion.pk, by=land.writer)


def uses_of(ids: list[Any], *, seen_by: Viewer) -> list[tuple[Any, str, str]]:
    """What a room above would tell."""
    return [(id, "Cash for mothers", "/programmes/1/") for id in ids]


def test_other_operations_see_and_change_nothing(land: Any) -> None:
    criterion = saved_one(land)
    with viewing(land.reader):
        assert not queries.criteria(seen_by=land.reader).exists()
        assert not Criterion.objects.exists(), "the database itself shows it"
        assert not CriterionVersion.objects.exists()
        with pytest.raises(Problem, match="nothing here"):
            queries.criterion(criterion.pk, seen_by=land.reader)
    other = viewer_of(make_account("information-manager", operation=_operation(land.second)))
    for verb in (actions.change_criterion, actions.retire_criterion, actions.restore_criterion):
        with pytest.raises(Problem, match="nothing here"):
            verb(criterion.pk, by=other)
    with pytest.raises(Problem):
        saved_one(land, operation_id=land.second)


def _operation(id: Any) -> Any:
    from banyan.platform.access.models import Operation

    return Operation.objects.get(pk=id)


def test_what_all_share_is_changed_by_who_reaches_everything(land: Any) -> None:
    shared = actions.save_criterion(by=SYSTEM, name="Everybody", subject="person", text="has(age)")
    with pytest.raises(Problem, match="nothing here"):
        actions.change_criterion(shared.pk, by=land.writer, text="age > 1")
    with viewing(land.writer):
        assert Criterion.objects.filter(pk=shared.pk).update(name="Mine") == 0, "the database itself refuses"
        assert CriterionVersion.objects.filter(criterion=shared).count() == 1
    with viewing(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('banyan_app', 'criteria_criterionversion', 'UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)


def test_without_the_permission_nothing(land: Any, viewer_with: Any) -> None:
    for permission, ask in (
        ("criteria.view_criterion", lambda by: actions.retire_criterion(land.first, by=by)),
        ("places.view_place", lambda by: queries.criteria(seen_by=by)),
    ):
        with pytest.raises(Problem) as raised:
            ask(viewer_with(permission))
        assert raised.value.code == "kernel.not_allowed"
