"""Row-level security with the ORM bypassed: raw SQL as the application role reaches nothing that is not sealed."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from banyan.platform.access import rules
from banyan.platform.access.models import Grant
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

PROBE = "places.view_place"


@pytest.fixture
def raw(app_address: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(app_address) as connection:
        yield connection


def tell(raw: psycopg.Connection[Any], actor: str, reach: str, seal: str) -> None:
    raw.execute(
        "SELECT set_config('banyan.actor', %s, true), set_config('banyan.reach', %s, true),"
        " set_config('banyan.seal', %s, true)",
        [actor, reach, seal],
    )


def scopes(raw: psycopg.Connection[Any], permission: str = PROBE) -> list[int]:
    return raw.execute("SELECT access_scopes(%s)", [permission]).fetchone()[0]  # type: ignore[index]


def sealed(actor: str, reach: str, expires: int | None = None) -> str:
    return rules.seal(settings.SEAL_KEY, actor=actor, reach=reach, expires=expires or int(time.time()) + 60)


def test_without_a_setting_nothing_is_reached(raw: psycopg.Connection[Any]) -> None:
    assert scopes(raw) == []
    assert raw.execute("SELECT access_actor()").fetchone() == (None,)


def test_a_sealed_reach_is_believed(raw: psycopg.Connection[Any]) -> None:
    reach = "a.b=[7,7];places.view_place=[3,3],[17,18]"
    tell(raw, "somebody", reach, sealed("somebody", reach))
    assert scopes(raw) == [3, 17, 18]
    assert scopes(raw, "a.b") == [7]
    assert scopes(raw, "view_place") == scopes(raw, "places.view_plac") == []
    assert raw.execute("SELECT access_actor()").fetchone() == ("somebody",)


@pytest.mark.parametrize(
    ("actor", "reach", "seal"),
    [
        ("somebody", f"{PROBE}=(,)", ""),
        ("somebody", f"{PROBE}=(,)", "forged"),
        ("somebody", f"{PROBE}=(,)", f"{int(time.time()) + 60}.{'0' * 64}"),
        ("somebody", f"{PROBE}=(,)", f"99999999999999999999.{'0' * 64}"),
        ("somebody", f"{PROBE}=(,)", sealed("somebody", f"{PROBE}=[3,3]")),
        ("somebody else", f"{PROBE}=[3,3]", sealed("somebody", f"{PROBE}=[3,3]")),
        ("somebody", f"{PROBE}=[3,3]", sealed("somebody", f"{PROBE}=[3,3]", int(time.time()) - 1)),
        ("", f"{PROBE}=[3,3]", sealed("", f"{PROBE}=[3,3]")),
        ("somebody", "*=(,)", sealed("somebody", "")),
    ],
    ids=["none", "text", "zeros", "overflow", "other reach", "other actor", "expired", "nobody", "everything"],
)
def test_a_forged_or_replayed_seal_reaches_nothing(
    raw: psycopg.Connection[Any], actor: str, reach: str, seal: str
) -> None:
    tell(raw, actor, reach, seal)
    assert scopes(raw) == []
    assert raw.execute("SELECT access_actor()").fetchone() == (None,)


def test_settings_end_with_the_transaction(raw: psycopg.Connection[Any]) -> None:
    tell(raw, "somebody", f"{PROBE}=(,)", sealed("somebody", f"{PROBE}=(,)"))
    assert scopes(raw) == [0]
    raw.commit()
    assert scopes(raw) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM access_sealkey",
        "SELECT * FROM access_readchain",
        "UPDATE access_accessversion SET number = 0",
        "INSERT INTO access_readentry SELECT * FROM access_readentry",
        "DELETE FROM access_readentry",
        "TRUNCATE access_readentry",
        "UPDATE access_protectedtable SET view_permission = ''",
        "ALTER TABLE access_grant DISABLE ROW LEVEL SECURITY",
        "DROP POLICY access_grant_insert ON access_grant",
        "CREATE TABLE mine (a int)",
        "SET ROLE banyan_owner",
        "CREATE OR REPLACE FUNCTION access_actor() RETURNS text LANGUAGE sql AS $$ SELECT 'me' $$",
    ],
)
def test_the_application_role_cannot(raw: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute(statement)  # type: ignore[call-overload]


def test_the_application_role_owns_nothing(raw: psycopg.Connection[Any]) -> None:
    owned = raw.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user").fetchone()
    rights = raw.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    assert owned == (0,)
    assert rights == (False, False)


@pytest.mark.django_db
def test_grants_cannot_be_smuggled_in(make_account: Any, reader: Viewer, administrator: Viewer) -> None:
    grant = Grant(account=make_account("reader"), role="administrator", valid_from="2026-01-01")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        grant.save(force_insert=True)
    with pytest.raises(ProgrammingError, match="row-level security"), viewing(reader):
        grant.save(force_insert=True)
    with viewing(administrator):
        grant.save(force_insert=True)


@pytest.mark.django_db
def test_viewing_restores_what_was_told_before(viewer_with: Any, settings: Any) -> None:
    def told() -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT access_actor(), current_setting('banyan.cause', true)")
            return cursor.fetchone()

    viewer = viewer_with("access.view_grant")
    assert told()[0] is None
    with viewing(viewer, cause="outer"):
        assert told() == (str(viewer.id), "outer")
        with viewing(system_viewer("nightly"), cause="inner"):
            assert told() == ("system:nightly", "inner")
        assert told() == (str(viewer.id), "outer")
        with pytest.raises(RuntimeError), viewing(system_viewer("nightly")):
            raise RuntimeError
        assert told() == (str(viewer.id), "outer")
        with viewing(viewer):
            assert told() == (str(viewer.id), "outer")
    assert told()[0] is None
