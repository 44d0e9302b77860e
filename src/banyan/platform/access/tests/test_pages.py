"""Pages and API of access as people and programs meet them."""

import json
from typing import Any

import pytest
from django.urls import reverse

from banyan.platform.access import actions
from banyan.platform.access.models import Account, Area, BreakGlass, Grant, ReadEntry
from banyan.platform.access.testing import PASSWORD
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing

pytestmark = pytest.mark.django_db
REASON = "A family is in danger and their case worker cannot be reached."


@pytest.fixture
def kachin(system: Viewer) -> Area:
    actions.register_areas([("MMR", "Myanmar", None, "MMR"), ("MMR001", "Kachin", "MMR", "MMR")], by=system)
    return Area.objects.get(key="MMR001")


def names() -> list[str]:
    return ["accounts", "invite", "grants", "roles", "who", "operations", "add_operation", "tokens"]


@pytest.mark.parametrize("name", names())
def test_an_administrator_opens_every_page_of_administration(signed_in: Any, name: str) -> None:
    answer = signed_in("administrator").get(reverse(f"access:{name}"))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", names())
def test_nobody_signed_in_is_led_to_sign_in(client: Any, name: str, db: None) -> None:
    address = reverse(f"access:{name}")
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.url == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("name", ["accounts", "invite", "grants", "who", "add_operation", "reads", "emergencies"])
def test_a_reader_may_not_administer(signed_in: Any, name: str) -> None:
    answer = signed_in("reader").get(reverse(f"access:{name}"))
    assert answer.status_code == 403


def test_a_person_is_invited_granted_a_role_and_signs_in(signed_in: Any, client: Any, kachin: Area) -> None:
    administrator = signed_in("administrator")
    answer = administrator.post(reverse("access:invite"), {"email": "aye@example.org", "name": "Daw Aye"})
    assert answer.status_code == 200
    account = Account.objects.get(email="aye@example.org")
    link = answer.context["link"]
    answer = administrator.post(
        reverse("access:give", args=[account.pk]),
        {"role": "reader", "area_text": "mmr001", "clearance": "1", "valid_from": "2026-01-01", "valid_until": ""},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert Grant.objects.get(account=account).area == kachin
    client.logout()
    address = "/" + link.split("/", 3)[3]
    assert client.get(address).status_code == 200
    assert client.post(address, {"password": PASSWORD, "again": "other"}).status_code == 422
    assert client.post(address, {"password": "password1234", "again": "password1234"}).status_code == 422
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD}).status_code == 410
    answer = client.post("/accounts/login/", {"login": "AYE@example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get(reverse("access:roles")).status_code == 200


def test_what_is_wrong_with_a_form_stands_at_its_fields(signed_in: Any, kachin: Area, make_account: Any) -> None:
    administrator = signed_in("administrator")
    account = make_account("reader")
    answer = administrator.post(
        reverse("access:give", args=[account.pk]),
        {"role": "reader", "clearance": "1", "valid_from": "2026-01-02", "valid_until": "2026-01-01"},
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"role", "valid_until"}
    answer = administrator.post(reverse("access:give", args=[account.pk]), {"role": "reader", "area_text": "nowhere"})
    assert "area_text" in answer.context["form"].errors
    answer = administrator.post(reverse("access:invite"), {"email": account.email, "name": "Twice"})
    assert answer.status_code == 422
    assert "email" in answer.context["form"].errors


def test_an_account_is_opened_and_the_reading_logged(signed_in: Any, make_account: Any) -> None:
    account = make_account("reader")
    client = signed_in("administrator")
    answer = client.get(reverse("access:account", args=[account.pk]))
    assert account.email in answer.content.decode()
    with viewing(system_viewer("tests")):
        entry = ReadEntry.objects.get(ids__contains=[account.pk])
    assert (entry.actor, entry.kind, entry.purpose) == (str(client.account.pk), "open", "administration")
    assert client.get(reverse("access:rights", args=[account.pk])).status_code == 200
    answer = client.post(reverse("access:change_account", args=[account.pk]), {"name": "U Ba", "language": "my"})
    assert answer.status_code == 302
    answer = client.post(reverse("access:renew_link", args=[account.pk]))
    assert "/access/invitation/" in answer.context["link"]
    assert client.post(reverse("access:close_account", args=[account.pk])).status_code == 302
    assert client.post(reverse("access:reopen_account", args=[account.pk])).status_code == 302
    assert client.post(reverse("access:close_account", args=[client.account.pk])).status_code == 409
    assert client.get(reverse("access:account", args=[kwargs_id()])).status_code == 404


def kwargs_id() -> str:
    return "01890000-0000-7000-8000-000000000000"


def test_who_can_do_this_in_both_directions(signed_in: Any, kachin: Area, make_account: Any) -> None:
    inside = make_account("information-manager", area=kachin)
    client = signed_in("administrator")
    query = {"permission": "access.register_area", "area_text": "Kachin"}
    answer = client.get(reverse("access:who"), query)
    found = {holder.account_id: holder.partly for holder in answer.context["holders"]}
    assert found[inside.pk] is False
    assert found[client.account.pk] is False
    answer = client.get(reverse("access:who"), {"permission": "access.register_area", "area_text": "MMR"})
    found = {holder.account_id: holder.partly for holder in answer.context["holders"]}
    assert found[inside.pk] is True
    rights = client.get(reverse("access:rights", args=[inside.pk])).context["rights"]
    assert ("access.register_area", "Kachin") in {(right.permission, right.area) for right in rights}


def test_areas_are_found_by_name_and_code(signed_in: Any, kachin: Area) -> None:
    client = signed_in("administrator")
    expected = {"results": [{"id": kachin.pk, "label": "Kachin", "code": "MMR001", "path": ["Myanmar"]}]}
    assert client.get(reverse("access:pick_area"), {"q": "kac"}).json() == expected
    assert client.get(reverse("access:pick_area"), {"q": "mmr001"}).json() == expected


def test_operations_are_kept(signed_in: Any) -> None:
    client = signed_in("administrator")
    given = {"code": "mmr", "name": "Myanmar", "country": "mmr"}
    assert client.post(reverse("access:add_operation"), given).status_code == 302
    assert client.post(reverse("access:add_operation"), given).status_code == 422
    from banyan.platform.access.models import Operation

    operation = Operation.objects.get()
    address = reverse("access:operation", args=[operation.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Burma"}).status_code == 302
    operation.refresh_from_db()
    assert (operation.name, operation.is_active) == ("Burma", False)
    assert client.get(reverse("access:operation", args=[kwargs_id()])).status_code == 404


def test_a_token_is_made_used_and_revoked(signed_in: Any, client: Any) -> None:
    administrator = signed_in("administrator")
    answer = administrator.post(
        reverse("access:tokens"), {"label": "script", "days": 5, "permissions": ["access.view_account"]}
    )
    text = answer.context["text"]
    administrator.logout()
    call = {"headers": {"Authorization": f"Bearer {text}"}}
    answer = client.get("/api/v1/access/accounts", **call)
    assert answer.status_code == 200
    assert administrator.account.email in {item["email"] for item in answer.json()["items"]}
    assert client.get("/api/v1/access/me", **call).json()["email"] == administrator.account.email
    assert client.post("/api/v1/access/accounts", "{}", content_type="application/json", **call).status_code == 403
    assert client.get(reverse("access:accounts"), **call).status_code == 302
    (token,) = client.get("/api/v1/access/tokens", **call).json()
    assert client.post(f"/api/v1/access/tokens/{token['id']}/revoke", **call).status_code == 200
    answer = client.get("/api/v1/access/me", **call)
    assert answer.status_code == 401
    assert answer.json()["code"] == "access.token_invalid"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_emergency_access_from_request_to_review(signed_in: Any, client: Any, kachin: Area, make_account: Any) -> None:
    manager = signed_in("information-manager")
    address = reverse("access:own_emergencies")
    assert manager.get(address).status_code == 200
    assert manager.post(address, {"reason": "short", "hours": "1", "area": kachin.pk}).status_code == 422
    assert manager.post(address, {"reason": REASON, "hours": "1", "area": kachin.pk}).status_code == 302
    broken = BreakGlass.objects.get()
    record = reverse("access:emergency", args=[broken.pk])
    assert manager.get(record).status_code == 200
    assert manager.post(record, {"justified": "yes", "review": REASON}).status_code == 403
    assert manager.get(address).status_code == 200
    assert manager.post(reverse("access:end_emergency", args=[broken.pk])).status_code == 302
    client.logout()
    officer = signed_in("data-protection-officer")
    assert officer.get(reverse("access:emergencies")).status_code == 200
    assert officer.post(record, {"justified": "no", "review": "?"}).status_code == 422
    assert officer.post(record, {"justified": "no", "review": REASON}).status_code == 302
    broken.refresh_from_db()
    assert broken.justified is False
    client.logout()
    assert signed_in("reader").get(record).status_code == 404


def test_the_log_of_reads_is_shown_checked_and_exported(signed_in: Any, make_account: Any) -> None:
    from banyan.platform.access.reads import log_read

    account = make_account("reader")
    viewer = viewer_of(account)
    log_read(viewer, kind="open", subject="access.account", ids=[account.pk], purpose="curiosity", query="name=x")
    log_read(viewer, kind="export", subject="access.account", ids=[], count=5000)
    auditor = signed_in("auditor")
    page = auditor.get(reverse("access:reads"))
    assert "curiosity" in page.content.decode()
    page = auditor.get(reverse("access:reads"), {"record": str(account.pk), "actor": account.name, "kind": "open"})
    assert page.context["page"].count == 1
    assert auditor.get(reverse("access:reads"), {"record": "x"}).context["page"].count == 0
    page = auditor.get(reverse("access:verify_reads"))
    assert page.context["faults"] == []
    assert {alert.kind for _label, alert in page.context["alerts"]} == {"volume", "exports", "self"}
    file = auditor.get(reverse("access:reads"), {"format": "csv"})
    assert b"curiosity" in b"".join(file.streaming_content)
    file.close()


def test_a_demanded_second_factor_comes_first(signed_in: Any, settings: Any) -> None:
    settings.DEMAND_MFA = True
    client = signed_in("administrator")
    answer = client.get(reverse("access:accounts"))
    assert (answer.status_code, answer.url) == (302, reverse("mfa_index"))
    assert client.get("/api/v1/access/me").json()["code"] == "access.second_factor_needed"
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(client.account, generate_totp_secret())
    assert client.get(reverse("access:accounts")).status_code == 200


def test_pages_cost_a_constant_number_of_queries(
    signed_in: Any, make_account: Any, django_assert_num_queries: Any
) -> None:
    for _number in range(5):
        make_account("reader")
    client = signed_in("administrator")
    client.get(reverse("access:accounts"))
    # session, account; transaction (as savepoint here) and what is told to the database: 4; rows; log of reads
    with django_assert_num_queries(8):
        client.get(reverse("access:accounts"))


# The API as such


def problem(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    found = json.loads(answer.content)
    assert found["status"] == answer.status_code
    return found


def test_every_error_of_the_api_is_a_problem(client: Any, signed_in: Any) -> None:
    assert problem(client.get("/api/v1/access/accounts"))["code"] == "kernel.sign_in_needed"
    assert problem(client.get("/api/nothing"))["code"] == "kernel.not_found"
    signed_in("administrator")
    answer = client.delete("/api/v1/access/accounts")
    assert problem(answer)["code"] == "kernel.method_not_allowed"
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
    assert problem(client.get(f"/api/v1/access/accounts/{kwargs_id()}"))["code"] == "kernel.not_found"
    answer = client.post("/api/v1/access/grants", {"account_id": "x"}, content_type="application/json")
    assert {error["at"]["field"] for error in problem(answer)["errors"]} == {"account_id", "role"}
    answer = client.post("/api/v1/access/grants", "{", content_type="application/json")
    assert problem(answer)["code"] == "kernel.bad_request"
    assert problem(client.get("/api/v1/access/who", {"permission": "x"}))["status"] == 422


def test_a_session_needs_the_csrf_token_to_change_through_the_api(make_account: Any) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    account = make_account("administrator")
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    given = {"email": "aye@example.org", "name": "Daw Aye"}
    answer = client.post("/api/v1/access/accounts", given, content_type="application/json")
    assert problem(answer)["code"] == "access.forged_request"
    token = "a" * 32
    client.cookies["csrftoken"] = token
    answer = client.post(
        "/api/v1/access/accounts", given, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 201


def test_what_a_failed_call_wrote_is_rolled_back(signed_in: Any, monkeypatch: Any) -> None:
    client = signed_in("administrator")
    from banyan.platform.access import api
    from banyan.platform.kernel.problems import Problem

    invite = actions.invite_account

    def invite_and_fail(*args: Any, **kwargs: Any) -> Any:
        invite(*args, **kwargs)
        raise Problem("conflict")

    monkeypatch.setattr(api.actions, "invite_account", invite_and_fail)
    given = {"email": "aye@example.org", "name": "Daw Aye"}
    answer = client.post("/api/v1/access/accounts", given, content_type="application/json")
    assert problem(answer)["code"] == "kernel.conflict"
    assert not Account.objects.filter(email="aye@example.org").exists()


def test_grants_through_the_api(signed_in: Any, make_account: Any, kachin: Area) -> None:
    client = signed_in("administrator")
    account = make_account()
    given = {"account_id": str(account.pk), "role": "reader", "area": "MMR001"}
    answer = client.post("/api/v1/access/grants", given, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["area"] == "MMR001"
    grant = answer.json()["id"]
    assert client.post(f"/api/v1/access/grants/{grant}/end").json()["ended_at"]
    given["area"] = "NOWHERE"
    assert client.post("/api/v1/access/grants", given, content_type="application/json").status_code == 422
    assert client.get("/api/v1/access/grants").json()["count"] >= 2
    assert client.get("/api/v1/access/roles").status_code == 200
    assert client.get("/api/v1/access/operations").status_code == 200
    assert client.get(f"/api/v1/access/accounts/{account.pk}/rights").json() == []
    assert client.get("/api/v1/access/me/rights").json()
    answer = client.get("/api/v1/access/who", {"permission": "access.view_grant", "area": "MMR001"})
    assert [holder["account_id"] for holder in answer.json()] == [str(client.account.pk)]
    assert client.post(f"/api/v1/access/accounts/{account.pk}/close").json()["is_active"] is False


def test_the_api_describes_itself(client: Any) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["paths"]["/api/v1/access/accounts"]["get"]["responses"]["4XX"]
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    assert "/api/v1/access/accounts" in answer.content.decode()
