"""The shell's pages as the test client sees them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from banyan.doors.web import neighbours
from banyan.doors.web.context import navigation
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewer_of
from banyan.platform.kernel.listing import SearchHit


@pytest.mark.django_db
def test_the_home_page_leads_to_sign_in_first(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/"


@pytest.mark.django_db
def test_the_sign_in_page_wears_the_shell(client: Client) -> None:
    answer = client.get("/accounts/login/")
    assert answer.status_code == 200
    assert b'class="plain' in answer.content


def test_home_shows_the_modules_the_viewer_may_open(signed_in: Callable[..., Any]) -> None:
    page = signed_in("administrator").get("/").content.decode()
    assert 'href="/jobs/"' in page
    assert 'aria-current="page"' in page


@pytest.mark.parametrize(
    ("role", "there", "not_there"),
    [
        ("protection-officer", ["/linkage/"], ["/linkage/screening/", "/linkage/models/"]),
        ("screening-officer", ["/linkage/screening/"], ["/linkage/", "/linkage/models/"]),
        ("data-protection-officer", ["/linkage/models/"], ["/linkage/", "/linkage/screening/"]),
    ],
)
def test_who_works_in_a_part_of_a_room_finds_that_part(
    signed_in: Callable[..., Any], role: str, there: list[str], not_there: list[str]
) -> None:
    client = signed_in(role)
    page = client.get("/").content.decode()
    assert [url for url in there + not_there if f'href="{url}"' in page] == there


@pytest.mark.django_db
def test_of_several_entries_of_a_room_the_one_above_the_page_is_marked() -> None:
    viewer = viewer_of(make_account("protection-officer", "screening-officer"))
    for path, entry in (("/linkage/screening/lists/", "/linkage/screening/"), ("/linkage/models/", "/linkage/")):
        entries = [entry for floor in navigation(viewer, path) for entry in floor.entries]
        assert [(found.url, found.current) for found in entries if found.current] == [(entry, "true")]


def test_home_of_an_account_without_role_says_what_to_do(signed_in: Callable[..., Any]) -> None:
    page = signed_in().get("/").content.decode()
    assert "You have no role yet" in page
    assert 'href="/access/' not in page


def test_a_search_text_never_stands_in_the_address(
    signed_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(text: str, *, seen_by: object) -> list[SearchHit]:
        asked.append(text)
        return [SearchHit("Nang Kham", "Kachin", "/x/", "People")]

    monkeypatch.setattr(neighbours, "contributions", lambda name: (answer,))
    client = signed_in("reader")
    posted = client.post("/search/", {"q": " Nang Kham "})
    assert posted.status_code == 302
    assert "Nang" not in posted["Location"]
    page = client.get(posted["Location"]).content.decode()
    assert asked == ["Nang Kham"]
    assert "1 answer for" in page
    assert "<title>Search · Banyan</title>" in " ".join(page.split())
    assert client.post("/search/", {"q": "Nang Kham"})["Location"] == posted["Location"]


@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_an_empty_search_explains_itself(signed_in: Callable[..., Any], text: str) -> None:
    client = signed_in("reader")
    page = client.post("/search/", {"q": text}, follow=True).content.decode()
    assert "Type a name or a code above" in page


def test_a_search_key_of_somebody_else_finds_nothing(signed_in: Callable[..., Any]) -> None:
    page = signed_in("reader").get("/search/?search=madeup").content.decode()
    assert "Type a name or a code above" in page


def test_the_page_about_a_module_names_the_roles(signed_in: Callable[..., Any]) -> None:
    page = signed_in("administrator").get("/modules/access/").content.decode()
    assert "Data protection officer" in page
    assert "Who can change it" in page


@pytest.mark.parametrize("room", ["access", "nothing"])
def test_the_page_about_a_module_out_of_reach_is_not_found(signed_in: Callable[..., Any], room: str) -> None:
    answer = signed_in("reader").get(f"/modules/{room}/")
    assert answer.status_code == 404


@pytest.mark.django_db
def test_language_and_theme_are_kept_and_lead_back(client: Client) -> None:
    answer = client.post("/language/", {"language": "ar", "next": "/keys/"})
    assert answer["Location"] == "/keys/"
    page = client.get("/keys/").content.decode()
    assert 'lang="ar"' in page
    assert 'dir="rtl"' in page
    client.post("/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/keys/").content.decode()
    client.post("/theme/", {"theme": "system"})
    assert "data-theme=" not in client.get("/keys/").content.decode().split("<body")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere(client: Client, target: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


@pytest.mark.django_db
def test_a_language_that_is_not_offered_is_refused(client: Client) -> None:
    assert client.post("/language/", {"language": "xx"}).status_code == 422


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("my", "ltr"), ("fr", "ltr")])
def test_the_language_of_the_account_is_used(signed_in: Callable[..., Any], language: str, direction: str) -> None:
    page = signed_in("reader", language=language).get("/").content.decode()
    assert f'lang="{language}"' in page
    assert f'dir="{direction}"' in page


@pytest.mark.django_db
def test_an_unknown_address_is_a_problem_page_or_a_problem_document(client: Client) -> None:
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert b"kernel.not_found" in page.content
    document = client.get("/api/v1/nowhere")
    assert document.status_code == 404
    assert document["Content-Type"].startswith("application/problem+json")
    assert document.json()["code"] == "kernel.not_found"


@pytest.mark.django_db
def test_a_form_without_token_is_refused_with_a_way_on() -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert b"access.forged_request" in answer.content


@pytest.mark.django_db
def test_nothing_from_outside_and_nothing_inline_is_allowed(client: Client) -> None:
    answer = client.get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    page = answer.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page
