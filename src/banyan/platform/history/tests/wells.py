"""A kept table for tests: every kind of column, row-level security, a secret, a counter that history ignores."""

import os
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import psycopg
from django.db import connections, models

from banyan.platform.access.migrating import ProtectRows
from banyan.platform.history import installing
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy

VIEW, CHANGE = "access.view_account", "access.change_account"


class Well(Model):
    """A water point: the record of these tests."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "name": Privacy.PUBLIC,
        "keeper": Privacy.SENSITIVE,
        "depth": Privacy.PUBLIC,
        "dug_on": Privacy.PUBLIC,
        "tested_at": Privacy.PUBLIC,
        "readings": Privacy.PUBLIC,
        "working": Privacy.PUBLIC,
        "pin": Privacy.SECRET,
        "visits": Privacy.PUBLIC,
        "area": Privacy.PUBLIC,
        "scope_id": Privacy.INTERNAL,
    }
    tracked = True
    history_ignores = ("visits",)
    history_permission = VIEW

    name = models.TextField("name", blank=True)
    keeper = models.TextField("keeper", blank=True)
    depth = models.DecimalField("depth", max_digits=20, decimal_places=8, null=True)
    dug_on = models.DateField("dug on", null=True)
    tested_at = models.DateTimeField("tested at", null=True)
    readings = models.JSONField("readings", null=True)
    working = models.BooleanField("working", null=True)
    pin = models.TextField(default="")
    visits = models.IntegerField(default=0)
    area = models.TextField(blank=True, default="")
    scope_id = models.IntegerField(null=True)

    class Meta:
        app_label = "history_tests"
        db_table = "history_tests_well"
        verbose_name = "well"

    def __str__(self) -> str:
        return self.name


class WellName(Model):
    """Another name of a well: a part of its timeline."""

    privacy: ClassVar[dict[str, Privacy]] = {"well": Privacy.PUBLIC, "text": Privacy.PUBLIC}
    tracked = True
    history_parent = "well"
    history_permission = VIEW

    well = models.ForeignKey(Well, on_delete=models.PROTECT, related_name="+", verbose_name="well")
    text = models.TextField("text")

    class Meta:
        app_label = "history_tests"
        db_table = "history_tests_wellname"
        verbose_name = "name of a well"


TABLES = """
CREATE TABLE IF NOT EXISTS history_tests_well (
    id uuid PRIMARY KEY DEFAULT banyan_new_id(), name text NOT NULL DEFAULT '', keeper text NOT NULL DEFAULT '',
    depth numeric(20, 8), dug_on date, tested_at timestamptz, readings jsonb, working boolean,
    pin text NOT NULL DEFAULT '', visits int NOT NULL DEFAULT 0, area text NOT NULL DEFAULT '', scope_id int
);
CREATE TABLE IF NOT EXISTS history_tests_wellname (
    id uuid PRIMARY KEY DEFAULT banyan_new_id(), well_id uuid NOT NULL REFERENCES history_tests_well, text text NOT NULL
);
INSERT INTO history_tests_well (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Older than its history');
GRANT SELECT, INSERT, UPDATE, DELETE ON history_tests_well, history_tests_wellname TO banyan_app;
"""


def make_tables() -> None:
    """As the owner: the tables, their row-level security, their triggers."""
    address = os.environ["BANYAN_DATABASE_OWNER"]
    with psycopg.connect(address, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('history_tests_well')").fetchone() != (None,):
            return
        connection.execute(TABLES)
        connection.execute(ProtectRows("history_tests_well", view=VIEW, change=CHANGE).sql)
    parts = urlsplit(address)
    connections.databases["owner"] = {
        **connections.databases["default"],
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": {},
    }
    try:
        installing.install([Well, WellName], using="owner")
    finally:
        connections["owner"].close()
        del connections["owner"]
        del connections.databases["owner"]
