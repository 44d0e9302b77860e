"""Our `migrate` and Django's own come to the same statements and the same models."""

from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.commands import migrate as djangos
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel, RemoveField
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from banyan.platform.kernel.management.commands import migrate

BEFORE = 1  # of the operations were done by an earlier program
KEY = ("id", models.AutoField(primary_key=True))


def refers(to: str, **more: Any) -> models.Field:
    return models.ForeignKey(to, models.PROTECT, related_name="+", **more)


OPERATIONS: list[Operation] = [
    CreateModel("Area", [KEY, ("code", models.CharField(max_length=4, unique=True)), ("above", refers("self", null=True))]),
    CreateModel("Home", [KEY, ("area", refers("m.Area", to_field="code")), ("size", models.IntegerField())]),
    AddIndex("Home", models.Index(fields=["area", "size"], name="m_home_size")),
    AddConstraint("Home", models.CheckConstraint(condition=models.Q(size__gt=0), name="m_home_somebody")),
    CreateModel("Person", [KEY, ("home", refers("m.Home"))], options={"indexes": [], "constraints": []}),
    AddConstraint("Person", models.UniqueConstraint(fields=["home"], name="m_person_alone")),
    # The columns that refer to it have to follow, also those of models that came after it.
    AlterField("Area", "code", models.CharField(max_length=40, unique=True)),
    AlterField("Home", "id", models.BigAutoField(primary_key=True)),
    AddField("Person", "area", refers("m.Area", null=True, to_field="code")),
    AddIndex("Person", models.Index(fields=["area"], name="m_person_area")),
    RemoveField("Home", "size"),
]  # fmt: skip


def outcome() -> tuple[list[str], ProjectState, list[set[str]]]:
    """The statements of all operations, the state they lead to, and what refers to each model in its classes."""
    state = ProjectState()
    for operation in OPERATIONS[:BEFORE]:
        operation.state_forwards("m", state)
    state.apps  # noqa: B018 — the classes are made, and shared by the copy, as in an upgrade
    state = state.clone()
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for operation in OPERATIONS[BEFORE:]:
            before = state.clone()
            operation.state_forwards("m", state)
            operation.database_forwards("m", editor, before, state)
        statements = [*editor.collected_sql, *map(str, editor.deferred_sql)]
    related = [
        {str(relation.related_model._meta.label) for relation in model._meta.get_fields(include_hidden=True) if relation.auto_created and relation.is_relation}
        for model in state.apps.get_models()
    ]  # fmt: skip
    return statements, state, related


@pytest.mark.django_db
def test_statements_and_models_are_those_of_django() -> None:
    by_django, expected, relations = outcome()
    with migrate.sparing():
        ours, state, found = outcome()
    assert ours == by_django
    assert any("m_home_somebody" in statement for statement in ours)
    assert sum("bigint" in statement for statement in ours) >= 2  # a key, and the column that refers to it
    assert state == expected
    assert found == relations
    assert state.is_delayed  # so that what runs Python gets its models made anew
    meta = state.apps.get_model("m", "Person")._meta
    assert {index.name for index in meta.indexes} == {"m_person_area"}
    assert {constraint.name for constraint in meta.constraints} == {"m_person_alone"}


def test_it_is_ours_that_runs() -> None:
    command = load_command_class(get_commands()["migrate"], "migrate")
    assert type(command) is migrate.Command


def test_another_django_migrates_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert migrate.is_known()
    used: list[type] = []
    monkeypatch.setattr(djangos.Command, "handle", lambda *_args, **_more: used.append(djangos.MigrationExecutor))
    migrate.Command().handle()
    monkeypatch.setattr("django.VERSION", (6, 0, 1, "final", 0))
    migrate.Command().handle()
    monkeypatch.undo()
    monkeypatch.setitem(migrate.CALLED, "add_model", ["self", "model_state", "hurry"])
    assert not migrate.is_known()
    assert used == [migrate.Executor, MigrationExecutor]
