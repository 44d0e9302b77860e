"""The triggers of a kept table, as SQL compiled by django-pgtrigger.

Statement-level triggers with transition tables: one INSERT … SELECT per statement instead of a function call per row.
Unlike pgtrigger's own template the functions run as the owner with a fixed search path, may be attached by nobody
else, and ignore the session variable by which pgtrigger lets any session switch triggers off.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pgtrigger
from django.apps import apps
from django.db import models
from pgtrigger import compiler

from banyan.platform.kernel.privacy import Privacy
from banyan.platform.kernel.problems import Problem

Referencing = pgtrigger.Referencing


class TrackingSql(compiler.UpsertTriggerSql):
    """CREATE FUNCTION and CREATE TRIGGER of one trigger."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp {declare}
            AS $function$ {func} $function$;
            REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table} {referencing} FOR EACH {level} {condition}
                EXECUTE FUNCTION {pgid}();
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class TrackingTrigger(pgtrigger.Trigger):
    """A trigger compiled with TrackingSql. `settings` are further SET clauses of its function."""

    def __init__(self, *, settings: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.settings = settings

    def compile(self, model: type[models.Model]) -> compiler.Trigger:
        """The SQL of this trigger on this model's table."""
        return compiler.Trigger(
            name=self.name,
            sql=TrackingSql(
                pgid=self.get_pgid(model),
                declare=self.settings,
                func=self.func,
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                referencing=self.referencing or "",
                level=self.level,
                condition=self.render_condition(model),
            ),
        )


def tracked_models() -> list[type[models.Model]]:
    """Every model whose table is kept, by table name."""
    found = [
        model
        for model in apps.get_models()
        if getattr(model, "tracked", False) and model._meta.managed and not model._meta.proxy
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def tracked_model(name: str) -> type[models.Model]:
    """The kept model of a table or of a label such as "places.place". Raises Problem history.not_kept."""
    for model in tracked_models():
        if name in (model._meta.db_table, model._meta.label_lower):
            return model
    raise Problem("history.not_kept", table=name)


def object_key(model: type[models.Model], row: str) -> str:
    """SQL for the id under which history knows a row: its UUID, or its whole number written as one."""
    return _as_uuid(model._meta.pk, f'{row}."{model._meta.pk.column}"')


def parent_key(model: type[models.Model], row: str) -> str:
    """SQL for the id of the record in whose timeline the row belongs, by the model's `history_parent`; else NULL."""
    name = getattr(model, "history_parent", None)
    if name is None:
        return "NULL::uuid"
    field = model._meta.get_field(name)
    return _as_uuid(field.target_field, f'{row}."{field.column}"')


def object_id(model: type[models.Model], key: object) -> UUID:
    """The same as `object_key`, of a value in Python."""
    if isinstance(key, UUID):
        return key
    return UUID(int=key) if isinstance(key, int) else UUID(str(key))


def _as_uuid(field: "models.Field[Any, Any]", column: str) -> str:
    return column if isinstance(field, models.UUIDField) else f"lpad(to_hex({column}), 32, '0')::uuid"


def secret_columns(model: type[models.Model]) -> list[str]:
    """Columns that never enter history."""
    privacy = getattr(model, "privacy", {})
    return [field.column for field in model._meta.concrete_fields if privacy.get(field.name) == Privacy.SECRET]


def ignored_columns(model: type[models.Model]) -> list[str]:
    """Columns whose change alone is no event (`history_ignores` names the fields): counters, last use."""
    return [model._meta.get_field(name).column for name in getattr(model, "history_ignores", ())]


def scoped(model: type[models.Model]) -> bool:
    """Whether the table's rows belong to scopes of row-level security."""
    return any(field.column == "scope_id" for field in model._meta.concrete_fields)


def triggers_of(model: type[models.Model], table_id: int) -> Iterator[TrackingTrigger]:
    """The triggers that keep a table: `table_id` is its number in history_table."""
    scope = ("n.scope_id", "o.scope_id") if scoped(model) else ("NULL::int", "NULL::int")
    secrets = _names(secret_columns(model))
    old = f"to_jsonb(o) - {secrets}" if secrets else "to_jsonb(o)"
    ignored = _names(ignored_columns(model))
    # By image, not by equality: "1.0" became "1.00" is a change, and some types have no equality.
    changed = f"to_jsonb(o) - {ignored} IS DISTINCT FROM to_jsonb(n) - {ignored}" if ignored else "o.* *<> n.*"
    key = model._meta.pk.column
    yield TrackingTrigger(
        name="history_insert",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=Referencing(new="new_rows"),
        func=_body(
            table_id,
            "I",
            f"(change_id, table_id, object_id, parent_id, scope_id)"
            f" SELECT _change, {table_id}, {object_key(model, 'n')}, {parent_key(model, 'n')}, {scope[0]} FROM new_rows n",
        ),
    )
    yield TrackingTrigger(
        name="history_update",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=Referencing(old="old_rows", new="new_rows"),
        # The plan is cached with the row counts of the session's first update; a nested loop chosen for one row would
        # take hours for the next million.
        settings="SET enable_nestloop = off",
        func=_body(
            table_id,
            "U",
            f"(change_id, table_id, object_id, parent_id, scope_id, scope_before, old)"
            f" SELECT _change, {table_id}, {object_key(model, 'n')}, {parent_key(model, 'n')}, {scope[0]},"
            f" CASE WHEN {scope[0]} IS DISTINCT FROM {scope[1]} THEN {scope[1]} END, {old}"
            f' FROM old_rows o JOIN new_rows n ON n."{key}" = o."{key}" WHERE {changed}',
        ),
    )
    yield TrackingTrigger(
        name="history_delete",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=Referencing(old="old_rows"),
        func=_body(
            table_id,
            "D",
            f"(change_id, table_id, object_id, parent_id, scope_id, old)"
            f" SELECT _change, {table_id}, {object_key(model, 'o')}, {parent_key(model, 'o')}, {scope[1]}, {old} FROM old_rows o",
        ),
    )
    yield TrackingTrigger(
        name="history_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=_refusal("rows of % are deleted one by one, so that history keeps them", "TG_TABLE_NAME"),
    )
    yield TrackingTrigger(
        name="history_identity",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(model._meta.pk.name),
        condition=pgtrigger.Condition(f'OLD."{key}" IS DISTINCT FROM NEW."{key}"'),
        func=_refusal("the id of a row of % never changes", "TG_TABLE_NAME"),
    )


def _names(columns: list[str]) -> str:
    return "ARRAY[{}]::text[]".format(", ".join(f"'{column}'" for column in columns)) if columns else ""


def _body(table_id: int, kind: str, insertion: str) -> str:
    return (
        "DECLARE _change bigint := nextval('history_change_id_seq'); _rows bigint;"
        f" BEGIN INSERT INTO history_event {insertion};"
        " GET DIAGNOSTICS _rows = ROW_COUNT;"
        f" IF _rows > 0 THEN PERFORM history_close_change(_change, {table_id}::smallint, '{kind}', _rows); END IF;"
        " RETURN NULL; END"
    )


def _refusal(message: str, argument: str) -> str:
    return f"BEGIN RAISE EXCEPTION '{message}', {argument} USING ERRCODE = 'integrity_constraint_violation'; END"
