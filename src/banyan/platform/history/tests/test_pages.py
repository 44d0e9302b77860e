"""History's pages and API as people and programs meet them."""

from typing import Any

import pytest
from django.test import Client

from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.history.models import Change

SYSTEM = system_viewer("tests")


@pytest.fixture
def operation(db: None) -> Operation:
    with viewing(SYSTEM, cause="import:0198"):
        made = Operation.objects.create(code="MMR", name="Myanmar", country="MMR")
        made.name = "Myanmar operation"
        made.save()
    return made


@pytest.fixture
def auditor(signed_in: Any, settings: Any) -> Client:
    settings.DEMAND_MFA = False
    return signed_in("auditor", name="Daw Aye")


@pytest.fixture
def nobody(signed_in: Any) -> Client:
    return signed_in(name="U Ba")


def latest() -> int:
    with viewing(SYSTEM):
        return Change.objects.latest("id").pk


def test_the_list_of_changes(auditor: Client, operation: Operation) -> None:
    page = auditor.get("/history/")
    assert page.status_code == 200
    assert "the system (tests)" in page.content.decode()
    for query in (
        "room=access",
        "who=tests",
        "did=U",
        "at_from=2020-01-01",
        "transaction=1",
        "cause=import",
        "action=x",
    ):
        assert auditor.get(f"/history/?{query}").status_code == 200


def test_changes_are_exported_by_permission(auditor: Client, operation: Operation) -> None:
    file = auditor.get("/history/?format=csv")
    assert file["Content-Type"].startswith("text/csv")
    assert b"system" in b"".join(file)


def test_a_wrong_filter_is_told(auditor: Client) -> None:
    page = auditor.get("/history/?transaction=abc&at_from=yesterday")
    assert page.status_code == 200
    assert "yesterday" in page.content.decode()


def test_one_change(auditor: Client, operation: Operation) -> None:
    page = auditor.get(f"/history/changes/{latest()}/").content.decode()
    assert "<del><bdi>Myanmar</bdi></del>" in page
    assert "<ins><bdi>Myanmar operation</bdi></ins>" in page
    assert auditor.get("/history/changes/99999999/").status_code == 404
    assert auditor.get("/history/changes/99999999999999999999999/").status_code == 404


def test_facts(auditor: Client) -> None:
    assert auditor.get("/history/facts/").status_code == 200


def test_a_record_through_time(auditor: Client, operation: Operation) -> None:
    address = f"/history/records/access_operation/{operation.pk}/"
    assert "Myanmar operation" in auditor.get(address).content.decode()
    assert "did not exist then" in auditor.get(f"{address}?at=2020-01-01").content.decode()
    assert "Myanmar operation" in auditor.get(f"{address}?at=2999-01-01").content.decode()
    wrong = auditor.get(f"{address}?at=soon")
    assert wrong.status_code == 422
    assert "2026-03-31" in wrong.content.decode()
    assert auditor.get(f"{address}timeline/").status_code == 200


@pytest.mark.parametrize("address", ["/history/records/no_such/{id}/", "/history/records/access_grant/{id}/"])
def test_unknown_records_are_not_found(auditor: Client, operation: Operation, address: str) -> None:
    assert auditor.get(address.format(id=operation.pk)).status_code == 404


@pytest.mark.parametrize("address", ["/history/", "/history/facts/", "/history/changes/1/"])
def test_history_is_not_for_everybody(nobody: Client, address: str) -> None:
    assert nobody.get(address).status_code == 403


def test_a_record_is_not_for_everybody(nobody: Client, operation: Operation) -> None:
    for kind in ("", "timeline/"):
        assert nobody.get(f"/history/records/access_operation/{operation.pk}/{kind}").status_code in (403, 404)


def test_the_api(auditor: Client, operation: Operation) -> None:
    changes = auditor.get("/api/v1/history/changes?room=access&since=2020-01-01T00:00:00&until=2999-01-01T00:00").json()
    assert {"access_operation"} <= {item["table"] for item in changes["items"]}
    number = changes["items"][0]["id"]
    assert all(item["id"] < number for item in auditor.get(f"/api/v1/history/changes?after={number}").json()["items"])
    assert auditor.get("/api/v1/history/changes?actor=system:tests&action=none").json()["items"] == []
    assert auditor.get("/api/v1/history/facts?name=x&after=99999999999999999999999").json()["items"] == []
    address = f"/api/v1/history/records/access.operation/{operation.pk}"
    timeline = auditor.get(f"{address}/timeline").json()
    assert [entry["kind"] for entry in timeline["items"]] == ["U", "I"]
    assert timeline["items"][0]["changes"][0]["new"] == "Myanmar operation"
    assert auditor.get(f"{address}/timeline?after={timeline['items'][0]['number']}").json()["items"][0]["kind"] == "I"
    assert auditor.get(f"{address}?at=2999-12-31").json()["state"]["name"] == "Myanmar operation"
    assert auditor.get(f"{address}?at=1999-12-31").json()["state"] is None
    assert auditor.get(f"{address}?at=soon").json()["code"] == "history.instant_malformed"
    assert auditor.get("/api/v1/history/changes?room=%00").status_code == 400


def test_the_api_is_not_for_everybody(nobody: Client, client: Client) -> None:
    assert nobody.get("/api/v1/history/changes").status_code == 403
    client.logout()
    assert client.get("/api/v1/history/changes").status_code == 401
