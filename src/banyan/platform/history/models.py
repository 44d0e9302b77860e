"""History's tables: which tables are kept, one change per statement, one event per row, and the facts.

Only the database writes them (trigger functions that run as the owner); the application role may read.
A statement makes one `Change` (who, what, why, when), however many rows it touched, and one `Event` per row. An
insert's event carries nothing: the row itself is what was inserted. Update and delete carry the row as it was before.
"""

import json
from decimal import Decimal
from typing import Any, ClassVar, Literal

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy

DatabaseRights = Literal["all", "append", "read", "none"]


class ExactDecoder(json.JSONDecoder):
    """Reads decimals as they are written, so that a state compares equal with the row it was."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class Kind(models.TextChoices):
    """What a statement did to a row."""

    INSERT = "I", _("added")
    UPDATE = "U", _("changed")
    DELETE = "D", _("deleted")


class Table(Model):
    """A table whose history is kept, and the permission that lets a person see it. Written when migrating."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "name": Privacy.INTERNAL,
        "room": Privacy.INTERNAL,
        "permission": Privacy.INTERNAL,
        "scoped": Privacy.INTERNAL,
        "kept": Privacy.INTERNAL,
    }
    database_rights: ClassVar[DatabaseRights] = "read"

    id = models.SmallAutoField(primary_key=True)
    name = models.TextField(unique=True, db_collation="C")
    room = models.TextField(db_collation="C")
    permission = models.TextField(db_collation="C", blank=True)
    scoped = models.BooleanField(default=False)
    # False when the table is no longer kept: its past stays readable.
    kept = models.BooleanField(default=True)

    class Meta:
        db_table = "history_table"


class Change(Model):
    """One statement on one table: who did it, by which action, for what cause, when, to how many rows."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "table": Privacy.INTERNAL,
        "kind": Privacy.INTERNAL,
        "rows": Privacy.INTERNAL,
        "at": Privacy.INTERNAL,
        "actor": Privacy.INTERNAL,
        "action": Privacy.INTERNAL,
        "cause": Privacy.INTERNAL,
        "purpose": Privacy.INTERNAL,
        "transaction": Privacy.INTERNAL,
        "database_user": Privacy.INTERNAL,
    }
    database_rights: ClassVar[DatabaseRights] = "read"

    # Taken from the sequence after the rows are locked, so that it orders the changes of any one row as they happened.
    id = models.BigAutoField(primary_key=True)
    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=1, choices=Kind)
    rows = models.BigIntegerField()
    # The clock when the statement ended, not when its transaction began: long imports do not date themselves back.
    at = models.DateTimeField()
    # Account id, "system:<name>", or "unknown" when nobody proved who they are to the database.
    actor = models.TextField(db_collation="C")
    action = models.TextField(db_collation="C")
    cause = models.TextField(db_collation="C")
    purpose = models.TextField()
    transaction = models.BigIntegerField()
    database_user = models.TextField(db_collation="C")

    class Meta:
        db_table = "history_change"
        indexes = [
            models.Index(fields=["table", "at"], name="history_change_table_at"),
            models.Index(fields=["actor", "id"], name="history_change_actor"),
            models.Index(fields=["transaction"], name="history_change_transaction"),
            models.Index(fields=["cause", "id"], name="history_change_cause"),
        ]


class Event(Model):
    """One row of one change."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "change": Privacy.INTERNAL,
        "table": Privacy.INTERNAL,
        "object_id": Privacy.INTERNAL,
        "parent_id": Privacy.INTERNAL,
        "scope_id": Privacy.INTERNAL,
        "scope_before": Privacy.INTERNAL,
        # As sensitive as the most sensitive column of any table; read through queries that mask by column.
        "old": Privacy.SENSITIVE,
    }
    database_rights: ClassVar[DatabaseRights] = "read"

    id = models.BigAutoField(primary_key=True)
    # No foreign key constraints here: they would add two look-ups per row, and only trigger functions write.
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    object_id = models.UUIDField()
    # The record in whose timeline this row belongs (a name's place), for tables whose model says `history_parent`.
    parent_id = models.UUIDField(null=True)
    # The row's scope after the change (before it, for a delete); `scope_before` when the change moved the row.
    scope_id = models.IntegerField(null=True)
    scope_before = models.IntegerField(null=True)
    old = models.JSONField(null=True, decoder=ExactDecoder)

    class Meta:
        db_table = "history_event"
        indexes = [
            models.Index(fields=["object_id", "change"], name="history_event_object"),
            # Events lie on disk in the order of their changes: block ranges find them at a hundredth of a b-tree's cost.
            BrinIndex(fields=["change"], name="history_event_change", pages_per_range=16, autosummarize=True),
            models.Index(
                fields=["parent_id", "change"], name="history_event_parent", condition=models.Q(parent_id__isnull=False)
            ),
        ]


class FactEntry(Model):
    """A fact that a room announced, kept in the transaction that made it true."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "name": Privacy.INTERNAL,
        "payload": Privacy.INTERNAL,
        "at": Privacy.INTERNAL,
        "actor": Privacy.INTERNAL,
        "action": Privacy.INTERNAL,
        "cause": Privacy.INTERNAL,
        "transaction": Privacy.INTERNAL,
    }
    database_rights: ClassVar[DatabaseRights] = "read"

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(db_collation="C")
    payload = models.JSONField()
    at = models.DateTimeField()
    actor = models.TextField(db_collation="C")
    action = models.TextField(db_collation="C")
    cause = models.TextField(db_collation="C")
    transaction = models.BigIntegerField()

    class Meta:
        db_table = "history_fact"
        verbose_name = _("fact")
        indexes = [
            models.Index(fields=["name", "id"], name="history_fact_name"),
            models.Index(fields=["transaction"], name="history_fact_transaction"),
        ]
