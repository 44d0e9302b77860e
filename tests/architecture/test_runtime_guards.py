"""Each guard that asks Django or the database sees the violation planted for it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
import pytest
from django.apps.registry import Apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View
from ninja import NinjaAPI, Router

from banyan.platform.kernel.privacy import Privacy
from tests.architecture.guards import (
    database_role,
    foreign_keys,
    history_triggers,
    privacy_classes,
    row_security,
    view_permissions,
)
from tests.architecture.guards.source import House, real_house


def open_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def closed_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


closed_view.permission = "codes.view_list"  # type: ignore[attr-defined]


class ClassView(View):
    pass


def test_views_without_permission_are_found_however_they_are_mounted() -> None:
    patterns = [
        path("open", open_view),
        path("closed", closed_view),
        path("in/", include([path("deep", partial(open_view))])),
        path("class", ClassView.as_view()),
    ]
    found = view_permissions.findings(patterns)
    assert {finding.place.split(".")[-1] for finding in found} == {"open_view", "ClassView"}


def test_api_operations_without_permission_are_found() -> None:
    router = Router()
    router.get("/closed")(closed_view)
    router.post("/open")(open_view)
    api = NinjaAPI(urls_namespace="planted", docs_url=None, openapi_url=None)
    api.add_router("/x", router)
    found = view_permissions.findings([path("api/", api.urls)])
    assert "api/x/open POST" in " ".join(finding.words for finding in found)
    assert not any("closed" in finding.words for finding in found)


def test_a_public_view_gives_its_reason() -> None:
    def everybody(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    everybody.public_reason = "the sign-in page"  # type: ignore[attr-defined]
    assert view_permissions.findings([path("", everybody)]) == []


def planted_model(name: str, label: str, fields: dict[str, Any], apps: Apps) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": label, "apps": apps})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def test_fields_without_privacy_class_and_classes_without_field_are_found() -> None:
    fields = {
        "name": models.TextField(),
        "born": models.TextField(),
        "privacy": {"id": Privacy.INTERNAL, "name": Privacy.PERSONAL, "gone": Privacy.PUBLIC},
    }
    model = planted_model("Person", "codes", fields, Apps())
    places = {finding.place for finding in privacy_classes.findings([model])}
    assert places == {"codes.Person.born", "codes.Person.gone"}
    model.privacy = {"id": Privacy.INTERNAL, "name": Privacy.PERSONAL, "born": "personal-ish"}  # type: ignore[attr-defined]
    assert "is no privacy class" in privacy_classes.findings([model])[0].words


def test_a_table_made_for_a_relation_is_found() -> None:
    apps = Apps()
    term = planted_model("Term", "codes", {}, apps)
    holder = planted_model("Holder", "codes", {"terms": models.ManyToManyField(term)}, apps)
    assert "nobody classified" in privacy_classes.findings([holder.terms.through])[0].words  # type: ignore[attr-defined]


def test_visible_reverse_accessors_and_upward_keys_are_found_on_loaded_models() -> None:
    house = House(real_house().root, ("reference.codes", "reference.places"))
    apps = Apps()
    term = planted_model("Term", "codes", {}, apps)
    place = planted_model("Place", "places", {"kind": models.ForeignKey(term, models.CASCADE)}, apps)
    found = " ".join(finding.words for finding in foreign_keys.model_findings(house, [place]))
    assert "visible from the other side as place_set" in found
    assert "not PROTECT" in found
    upward = planted_model("Code", "codes", {"at": models.ForeignKey(place, models.PROTECT, related_name="+")}, apps)
    assert "upwards" in foreign_keys.model_findings(house, [upward])[0].words
    proper = planted_model("Site", "places", {"kind": models.ForeignKey(term, models.PROTECT, related_name="+")}, apps)
    assert foreign_keys.model_findings(house, [proper]) == []


@pytest.fixture
def owner(django_db_setup: None, owner_address: str) -> Iterator[Any]:
    """A cursor of the owner in a transaction that is rolled back."""
    with psycopg.connect(owner_address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE planted (id int, scope_id int)")
        yield cursor
        connection.rollback()


def test_tables_the_database_does_not_guard_are_found(owner: Any) -> None:
    def words() -> str:
        return " ".join(finding.words for finding in row_security.findings(owner, ["planted"], "banyan_app"))

    assert "no row-level security" in words()
    owner.execute("ALTER TABLE planted ENABLE ROW LEVEL SECURITY")
    assert "not forced" in words()
    owner.execute("ALTER TABLE planted FORCE ROW LEVEL SECURITY")
    assert words() == "", "closed to everybody"
    for policy in (
        "USING (true)",
        "FOR INSERT WITH CHECK (id > 0)",
        "FOR UPDATE USING (scope_id = 1) WITH CHECK (id > 0)",
    ):
        owner.execute(f"CREATE POLICY wide ON planted {policy}")
        assert words() == "policy wide does not look at scope_id"
        owner.execute("ALTER POLICY wide ON planted TO banyan_owner")
        assert words() == "", "a policy for another role opens nothing to the application"
        owner.execute("DROP POLICY wide ON planted")
    owner.execute("CREATE POLICY narrow ON planted USING (scope_id = 1)")
    assert words() == ""
    assert "is not in the database" in row_security.findings(owner, ["nowhere"], "banyan_app")[0].words


def test_row_level_security_that_is_not_forced_is_found_without_scopes_too(owner: Any) -> None:
    owner.execute("CREATE TABLE planted_open (id int)")
    owner.execute("ALTER TABLE planted_open ENABLE ROW LEVEL SECURITY")
    assert "planted_open" in {finding.place for finding in row_security.unforced(owner)}
    owner.execute("ALTER TABLE planted_open FORCE ROW LEVEL SECURITY")
    assert "planted_open" not in {finding.place for finding in row_security.unforced(owner)}


def test_tracked_tables_without_their_triggers_are_found(owner: Any) -> None:
    def words() -> str:
        return " ".join(finding.words for finding in history_triggers.findings(owner, ["planted"]))

    assert all(kind in words() for kind in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"))
    owner.execute("CREATE FUNCTION planted_note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    owner.execute(
        "CREATE TRIGGER each_row AFTER INSERT OR UPDATE OR DELETE ON planted FOR EACH ROW EXECUTE FUNCTION planted_note()"
    )
    assert "INSERT" in words(), "a trigger for each row is not history's"
    owner.execute(
        "CREATE TRIGGER statement AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON planted EXECUTE FUNCTION planted_note()"
    )
    assert words() == ""
    owner.execute("ALTER TABLE planted DISABLE TRIGGER statement")
    assert "switched off" in words()


def test_a_role_that_owns_or_outranks_is_found(owner: Any) -> None:
    assert any("owns" in finding.words for finding in database_role.findings(owner, "banyan_owner"))
    superuser = " ".join(finding.words for finding in database_role.findings(owner, "postgres"))
    assert "is a superuser" in superuser
    assert "steps past row-level security" in superuser
    assert database_role.findings(owner, "nobody_at_all")
