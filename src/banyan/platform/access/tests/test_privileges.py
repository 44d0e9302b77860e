"""Rights of the application role: what models say is what the database grants."""

from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from banyan.platform.access import privileges
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer


def test_the_database_grants_what_models_say(owner_address: str) -> None:
    rights = privileges.table_rights()
    with psycopg.connect(owner_address) as owner:
        granted = owner.execute(
            "SELECT c.relname, coalesce(string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), '')"
            " FROM pg_class c LEFT JOIN information_schema.role_table_grants g"
            " ON g.table_name = c.relname AND g.grantee = 'banyan_app'"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname"
        ).fetchall()
    for table, found in granted:
        if table.startswith(("history_tests", "test_", "world_")):  # made by tests of other rooms
            continue
        expected = ", ".join(sorted(privileges.RIGHTS[rights.get(table, "all")].split(", "))).strip(", ")
        assert found == expected, table


@pytest.mark.django_db
def test_the_application_role_cannot_set_its_own_rights(monkeypatch: Any) -> None:
    def refuse(*_arguments: Any) -> None:
        raise AssertionError("rights were touched")

    monkeypatch.setattr(privileges, "_grant", refuse)
    privileges.set_privileges()
    privileges.set_privileges(sender=type("App", (), {"label": "kernel"}))


@pytest.mark.django_db
def test_the_log_of_reads_is_checked_from_the_command_line(reader: Viewer, capsys: Any, monkeypatch: Any) -> None:
    log_read(reader, kind="open", subject="a.b", ids=[])
    call_command("verify_read_log")
    assert "intact" in capsys.readouterr().out
    from banyan.platform.access.management.commands import verify_read_log

    monkeypatch.setattr(verify_read_log.queries, "chain_faults", lambda **_who: [(0, 1, "changed")])
    with pytest.raises(CommandError, match="chain 0, entry 1: changed"):
        call_command("verify_read_log")
