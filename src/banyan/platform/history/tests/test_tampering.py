"""Nobody rewrites the past: what the application role, and even the owner, are refused."""

import time
from typing import Any

import psycopg
import pytest

from banyan.platform.access import rules
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.history import installing, tracking
from banyan.platform.history.models import Change, Event
from banyan.platform.history.tests.wells import VIEW, Well

WELL = "00000000-0000-7000-8000-000000000001"

AS_APPLICATION = [
    "INSERT INTO history_event (change_id, table_id, object_id) VALUES (1, 1, gen_random_uuid())",
    "INSERT INTO history_change (id) VALUES (1)",
    "INSERT INTO history_fact (name) VALUES ('forged')",
    "UPDATE history_event SET old = NULL",
    "UPDATE history_change SET actor = 'somebody else'",
    "UPDATE history_fact SET payload = '{}'",
    "UPDATE history_table SET permission = ''",
    "DELETE FROM history_event",
    "DELETE FROM history_change",
    "DELETE FROM history_fact",
    "TRUNCATE history_event",
    "TRUNCATE history_tests_well CASCADE",
    "ALTER TABLE history_tests_well DISABLE TRIGGER ALL",
    "DROP TRIGGER append_only ON history_event",
    "SELECT history_close_change(1, 1::smallint, 'I', 1)",
    "SET session_replication_role = replica",
]


@pytest.mark.parametrize("statement", AS_APPLICATION)
def test_the_application_role_is_refused(app_address: str, statement: str) -> None:
    with psycopg.connect(app_address) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history_event",
        "UPDATE history_change SET actor = 'x'",
        "TRUNCATE history_fact",
        "TRUNCATE history_tests_well CASCADE",
    ],
)
def test_even_the_owner_is_refused(owner_address: str, statement: str) -> None:
    with psycopg.connect(owner_address) as connection, pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        connection.execute(statement)


def test_an_id_never_changes(working: Viewer) -> None:
    from django.db import IntegrityError, connection, transaction

    well = Well.objects.create(name="Kan")
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("UPDATE history_tests_well SET id = gen_random_uuid() WHERE id = %s", [well.pk])


def test_a_trigger_function_cannot_be_attached_to_a_table_of_ones_own(app_address: str) -> None:
    with psycopg.connect(app_address) as connection:
        (open_to_all,) = connection.execute(
            "SELECT array_agg(proname) FROM pg_proc WHERE proname LIKE 'pgtrigger\\_history\\_%'"
            " AND has_function_privilege(current_user, oid, 'EXECUTE')"
        ).fetchone()  # type: ignore[misc]
    assert open_to_all is None


def test_triggers_cannot_be_switched_off_for_a_session(app_address: str) -> None:
    with psycopg.connect(app_address) as connection:
        connection.execute("SET pgtrigger.ignore = '{pgtrigger_history_insert}'")
        connection.execute(f"INSERT INTO history_tests_wellname (well_id, text) VALUES ('{WELL}', 'x')")
        connection.execute("DELETE FROM history_tests_wellname")
        connection.rollback()


def test_without_a_seal_nothing_of_the_past_is_seen(app_address: str) -> None:
    with psycopg.connect(app_address) as connection:
        for table in ("history_event", "history_change", "history_fact"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize("reach", ["*=(,)", "history.view_history=(,)", f"{VIEW}=(,)", f"{VIEW}=[1,9]"])
def test_a_forged_reach_opens_nothing_of_the_past(
    transactional_db: None, app_address: str, system: Viewer, wells: Any, settings: Any, reach: str
) -> None:
    with viewing(system):
        Well.objects.create(name="Kan", scope_id=7)

    def seen(seal: str) -> int:
        with psycopg.connect(app_address) as connection:
            for name, value in (("reach", reach), ("actor", "system:tests"), ("seal", seal)):
                connection.execute("SELECT set_config(%s, %s, false)", [f"banyan.{name}", value])
            row = connection.execute("SELECT count(*) FROM history_event").fetchone()
            assert row is not None
            return int(row[0])

    soon = int(time.time()) + 60
    real = rules.seal(settings.SEAL_KEY, actor="system:tests", reach=reach, expires=soon)
    other = rules.seal(settings.SEAL_KEY, actor="system:tests", reach="", expires=soon)
    for forged in ("", "x", f"{soon}." + "0" * 64, other):
        assert seen(forged) == 0
    assert seen(real) > 0, "the text is of the form that a true seal would open"


def test_every_kept_table_has_its_triggers(db: None) -> None:
    assert installing.missing_triggers() == []
    assert tracking.tracked_models()


def test_a_forged_actor_is_not_believed(working: Viewer) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('banyan.actor', 'system:somebody-else', true)")
        cursor.execute("INSERT INTO history_tests_wellname (well_id, text) VALUES (%s, 'x') RETURNING id", [WELL])
        (key,) = cursor.fetchone()
    with viewing(working, cause="page:x"):
        (event,) = Event.objects.filter(object_id=key).select_related("change")
    assert event.change.actor == "unknown"


def test_a_fact_is_kept_with_who_and_why(working: Viewer) -> None:
    from banyan.platform.history import recording
    from banyan.platform.history.models import FactEntry
    from banyan.platform.kernel.facts import announce, fact_types, receivers

    assert recording.record_fact in receivers
    kind: Any = next(iter(fact_types().values()))
    fact = kind.from_payload(_sample(kind))
    announce(fact, by=working)
    entry = FactEntry.objects.latest("id")
    assert (entry.name, entry.actor, entry.action, entry.cause) == (
        kind.fact_name(), "system:tests", "wells.count_wells", "import:0198",
    )  # fmt: skip
    assert entry.payload == fact.payload()
    assert Change.objects.latest("id").transaction <= entry.transaction


def _sample(kind: Any) -> dict[str, Any]:
    """A payload with a plausible value for every field of a fact."""
    import dataclasses
    from typing import get_type_hints

    values: dict[Any, Any] = {"UUID": WELL, "str": "x", "int": 1, "bool": True}
    hints = get_type_hints(kind)
    return {field.name: values.get(getattr(hints[field.name], "__name__", "")) for field in dataclasses.fields(kind)}
