"""The REST API of criteria: what may be asked, reading, counting, saved ones."""

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/criteria"


@pytest.fixture
def keeper(make_account, operations):
    client = Client()
    client.force_login(make_account("information-manager"))
    return client


def sent(client, path, body, method="post", status=200):
    answer = getattr(client, method)(f"{ROOT}{path}", json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_fields_and_codes(keeper):
    assert [each["key"] for each in keeper.get(f"{ROOT}/fields").json()] == ["operation", "scope"]
    first = keeper.get(f"{ROOT}/fields", {"subject": "operation"}).json()[0]
    assert first["fields"][2] == {"name": "country", "label": "Country", "kind": "code", "unit": "", "list": "country"}
    assert first["relations"] == [{"name": "scopes", "label": "Scopes", "subject": "scope", "many": True}]
    assert "secret_name" not in [each["name"] for each in first["fields"]]
    assert keeper.get(f"{ROOT}/codes/operation").json()["country"]["MMR"] == "Myanmar"
    assert keeper.get(f"{ROOT}/fields", {"subject": "shoe"}).json()["code"] == "criteria.subject_unknown"


def test_a_text_is_read(keeper):
    read = sent(keeper, "/check", {"subject": "operation", "text": "letters > 3 && !is_active"})
    assert read["valid"]
    assert [part["field"] for part in read["builder"]["parts"]] == ["letters", "is_active"]
    wrong = sent(keeper, "/check", {"subject": "operation", "text": 'name == "😀" && contry == "x"'})
    (problem,) = wrong["problems"]
    assert (problem["line"], problem["column"], problem["start"], problem["end"]) == (1, 16, 16, 22)
    assert problem["code"] == "criteria.name_unknown"
    assert "country" in problem["mend"]
    assert wrong["builder"] is None
    assert not sent(keeper, "/check", {"subject": "operation"})["valid"]


def test_what_is_built_is_read_and_its_errors_stand_at_their_rows(keeper):
    test = {"kind": "test", "path": [], "field": "letters", "operator": "gt", "value": "3"}
    built = {"kind": "group", "join": "any", "parts": [test, {**test, "field": "contry"}]}
    wrong = sent(keeper, "/check", {"subject": "operation", "builder": built})
    assert [problem["part"] for problem in wrong["problems"]] == [[1]]
    assert wrong["text"]
    built["parts"].pop()
    read = sent(keeper, "/check", {"subject": "operation", "builder": built})
    assert (read["valid"], read["text"]) == (True, "letters > 3")
    built["parts"].append({**test, "value": "x"})
    wrong = sent(keeper, "/check", {"subject": "operation", "builder": built})
    assert [(problem["code"], problem["part"]) for problem in wrong["problems"]] == [("criteria.building_number", [1])]


def test_half_characters_are_no_crash(keeper):
    half = "\ud800"
    test = {"kind": "test", "path": [], "field": "letters", "operator": "gt", "value": half}
    for part in (
        test,
        {**test, "field": "name", "operator": "eq"},
        {**test, "field": half},
        {"kind": "text", "text": half},
    ):
        assert not sent(
            keeper, "/check", {"subject": "operation", "builder": {"kind": "group", "join": "all", "parts": [part]}}
        )["valid"]
    assert not sent(keeper, "/check", {"subject": "operation", "text": f"name == {half}"})["valid"]
    sent(keeper, "/check", {"subject": half, "text": "true"}, status=422)
    sent(keeper, "/count", {"subject": "operation", "text": f"name == {half}"}, status=422)


def test_counting(keeper):
    counted = sent(keeper, "/count", {"subject": "operation", "text": 'country == "MMR"'})
    assert (counted["selected"], counted["unknown"], counted["total"]) == (1, 1, 3)
    assert counted["told"].startswith("Operations: 1 of 3 is selected.")
    sent(keeper, "/count", {"subject": "operation", "text": ""}, status=422)
    sent(keeper, "/count", {"subject": "operation", "text": "true", "purpose": "fun"}, status=422)


def test_criteria_are_saved_changed_retired_and_used_again(keeper):
    given = {"name": "Burma", "subject": "operation", "text": "country == 'MMR'", "note": "first"}
    made = sent(keeper, "", given, status=201)
    assert (made["key"], made["number"], made["state"], made["purpose"]) == ("burma", 1, "active", "selection")
    one = f"/{made['id']}"
    assert sent(keeper, "", {**given, "text": "no &&"}, status=422)["code"].startswith("criteria.")
    changed = sent(keeper, one, {"text": "country in ['MMR']", "read_version": 1}, "patch")
    assert (changed["number"], changed["text"], changed["name"]) == (2, "country in ['MMR']", "Burma")
    assert sent(keeper, one, {"name": "Bay"}, "patch")["name"] == "Bay"
    sent(keeper, one, {"text": "true", "read_version": 1}, "patch", 409)
    assert [each["number"] for each in keeper.get(f"{ROOT}{one}/versions").json()] == [2, 1]
    assert sent(keeper, f"{one}/retire", {})["state"] == "retired"
    assert keeper.get(ROOT, {"state": "active"}).json()["items"] == []
    assert sent(keeper, f"{one}/restore", {})["state"] == "active"
    listed = keeper.get(ROOT, {"subject": "operation", "key": "burma"}).json()
    assert [each["text"] for each in listed["items"]] == ["country in ['MMR']"]
    assert keeper.get(f"{ROOT}{one}").json()["changed_at"]
    assert keeper.get(ROOT, {"after": made["id"]}).json() == {"items": [], "after": None}


def test_who_may_not_change_may_read_and_count(make_account, operations):
    client = Client()
    client.force_login(make_account("auditor"))
    assert sent(client, "/count", {"subject": "operation", "text": "true"})["selected"] == 3
    sent(client, "", {"name": "x", "subject": "operation", "text": "true"}, status=403)
    client.force_login(make_account())
    for path in ("", "/fields", "/codes/operation"):
        assert client.get(f"{ROOT}{path}").status_code == 403
    sent(client, "/check", {"subject": "operation", "text": "true"}, status=403)


def test_the_api_asks_the_database_a_fixed_number_of_times(keeper, django_assert_max_num_queries):
    for number in range(3):
        sent(keeper, "", {"name": f"C {number}", "subject": "operation", "text": "true"}, status=201)
    for path, most in (("", 8), ("/fields?subject=operation", 8), ("/codes/operation", 8)):
        with django_assert_max_num_queries(most):
            keeper.get(f"{ROOT}{path}")
    for path, most in (("/check", 8), ("/count", 14)):
        with django_assert_max_num_queries(most):
            sent(keeper, path, {"subject": "operation", "text": 'country == "MMR"'})
