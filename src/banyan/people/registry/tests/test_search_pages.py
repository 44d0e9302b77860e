"""Search before create on pages: nothing in addresses, why people fit, who may register, likely matches first."""

import pytest
from django.urls import reverse

from banyan.people.registry.models import Document, Household, Membership, Person
from banyan.people.registry.tests.conftest import SYSTEM
from banyan.people.registry.tests.standins import client_of
from banyan.platform.access.models import Area, ReadEntry
from banyan.platform.access.viewers import viewing

SEARCH = reverse("registry:search")
NEW = reverse("registry:new-household")


@pytest.fixture
def officer(country):
    return client_of("registration-officer")


@pytest.fixture
def known(country, register, family):
    register(family)


def look(client, headers=None, **asked):
    return client.post(SEARCH, asked, headers=headers or {})


def names(answer):
    return [row["person"].full_name for row in answer.context["answers"]]


def entries(**wanted):
    with viewing(SYSTEM):
        return list(ReadEntry.objects.filter(**wanted))


def test_people_are_found_and_told_why(officer, known):
    answer = look(officer, text="kyaw min aung")
    assert names(answer)[0] == "Aung Kyaw Min"
    assert answer.context["answers"][0]["why"]
    for asked in ({"document": "12/abc(n) 123456"}, {"phone": "09 12345678"}):
        assert names(look(officer, **asked)) == ["Aung Kyaw Min"], asked
    assert len(names(look(officer, household="HH1"))) == 4


def test_what_is_searched_for_stands_in_no_address(officer, known):
    answer = look(officer, text="Aung Kyaw")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    assert 'method="post"' in text
    assert "Aung+Kyaw" not in text
    assert officer.get(SEARCH, {"text": "Aung Kyaw"}).context["answers"] == []


def test_searching_is_logged_with_whom_it_showed(officer, known):
    answer = look(officer, text="Aung Kyaw Min")
    (entry,) = entries(kind="search")
    assert set(entry.ids) == {row["person"].pk for row in answer.context["answers"]}
    assert entry.query_hash
    look(officer, text="Nobody Nowhere Else")
    assert len(entries(kind="search")) == 2  # a search for somebody who is not there is one, too


def test_a_part_of_the_page_for_htmx(officer, known):
    answer = look(officer, text="Aung Kyaw", headers={"HX-Request": "true", "HX-Target": "answers"})
    assert b"<html" not in answer.content
    assert b"Aung Kyaw Min" in answer.content
    wrong = look(officer, headers={"HX-Request": "true", "HX-Target": "answers"})
    assert wrong.status_code == 200  # or it would not be swapped in
    assert b"The search asks for nothing." in wrong.content


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"text": "   "},
        {"sex": "female"},
        {"text": "Aung", "born": "soon"},
        {"text": "Aung", "place_text": "Atlantis"},
    ],
)
def test_what_cannot_be_asked_is_told(officer, known, asked):
    answer = look(officer, **asked)
    assert answer.status_code == 422
    assert not answer.context["searched"]
    assert b"Register a new household" not in answer.content


def test_nobody_registers_without_a_search(officer, known):
    assert officer.get(NEW).url == SEARCH
    for token in ("", "forged", "a:b:c"):
        assert officer.post(NEW, {"token": token, "do": "save"}).url == SEARCH
    theirs = look(client_of("registration-officer"), text="Aung").context["token"]
    assert officer.post(NEW, {"token": theirs}).url == SEARCH


def test_a_clerk_searches_but_does_not_register(country, known):
    clerk = client_of("registration-clerk")
    answer = look(clerk, text="Aung Kyaw Min")
    assert names(answer)
    assert b"Register a new household" not in answer.content
    assert clerk.post(NEW, {"token": answer.context["token"]}).status_code == 403


def form(officer, country, **changed):
    token = look(officer, text="Hla Hla Win").context["token"]
    first = officer.post(NEW, {"token": token, "text": "Hla Hla Win", "sex": "female", "born": "34"})
    where = next(code for code, _label in first.context["home"].fields["where"].choices)
    values = {
        "token": token, "do": "save", "count": "2", "home-where": where, "home-registered_on": "2026-05-01",
        "place_text": "XX010101", "home-consent": "true", "home-phone": "",
        "member-0-full_name": "Hla Hla Win", "member-0-sex": "female", "member-0-age": "34", "member-0-is_head": "on",
        "member-0-document_type": "national_id", "member-0-document_number": "9/KKK(N)000111",
        "member-1-full_name": "Zaw Zaw", "member-1-sex": "male", "member-1-birth_date": "2019-03~",
        "member-1-relationship": "child",
    }  # fmt: skip
    return values | changed


def test_what_was_searched_for_is_not_typed_again(officer, country, known):
    token = look(officer, text="Hla Hla Win").context["token"]
    answer = officer.post(NEW, {"token": token, "text": "Hla Hla Win", "sex": "female", "born": "34"})
    assert answer.status_code == 200
    (member,) = answer.context["members"]
    assert member.initial["full_name"] == "Hla Hla Win"
    assert member.initial["age"] == "34"


def test_a_household_is_registered(officer, country, known):
    answer = officer.post(NEW, form(officer, country))
    assert answer.status_code == 302, answer.content.decode()
    with viewing(SYSTEM):
        home = Household.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[-1])
        members = {
            each.person.full_name: each for each in Membership.objects.filter(household=home).select_related("person")
        }
        assert home.place_id == country.places["XX010101"].pk
        assert set(members) == {"Hla Hla Win", "Zaw Zaw"}
        assert members["Hla Hla Win"].is_head
        assert members["Hla Hla Win"].person.birth_date.estimated
        assert str(members["Zaw Zaw"].person.birth_date) == "2019-03~"
        assert Document.objects.get(person=members["Hla Hla Win"].person).number == "9/KKK(N)000111"
        assert home.batch is None
    assert "Registered by hand." in officer.get(answer.url).content.decode()


def test_rows_are_added_and_removed_without_script(officer, country, known):
    values = form(officer, country)
    more = officer.post(NEW, values | {"do": "add"})
    assert (more.status_code, more.context["count"]) == (200, 3)
    fewer = officer.post(NEW, values | {"do": "remove-0"})
    (member,) = fewer.context["members"]
    assert member["full_name"].value() == "Zaw Zaw"
    assert officer.post(NEW, values | {"do": "remove-7"}).context["count"] == 2
    assert officer.post(NEW, values | {"do": "add", "count": "9999999"}).context["count"] == 2
    with viewing(SYSTEM):
        assert Person.objects.count() == 4


def test_who_looks_the_same_is_shown_before(officer, country, known):
    values = form(officer, country, **{"member-1-full_name": "Aung Kyaw Min", "member-1-birth_date": "1980"})
    asked = officer.post(NEW, values)
    assert asked.status_code == 200
    assert "Is it one of these?" in asked.content.decode()
    assert [row["person"].full_name for row in asked.context["likely"]] == ["Aung Kyaw Min"]
    with viewing(SYSTEM):
        assert Person.objects.count() == 4
    assert officer.post(NEW, values | {"do": "confirm"}).status_code == 302
    with viewing(SYSTEM):
        assert Person.objects.count() == 6


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"member-0-full_name": ""}, "required"),
        ({"member-1-sex": ""}, "required"),
        ({"member-1-birth_date": "31/02/2019"}, "calendar"),
        ({"member-0-age": "200"}, "130"),
        ({"member-0-document_type": ""}, "which document"),
        ({"member-0-document_number": ""}, "number"),
        ({"home-phone": "12"}, "telephone"),
        ({"home-registered_on": "2999-01-01"}, "lies ahead"),
        ({"home-where": "nowhere:1"}, "valid choice"),
        ({"place_text": "Atlantis"}, "Atlantis"),
        ({"member-1-is_head": "on"}, "2 heads"),
        ({"member-0-is_head": "", "member-1-is_head": ""}, "no head"),
        ({"member-1-birth_date": "2999"}, "lies ahead"),
    ],
)
def test_mistakes_are_told_and_nothing_is_registered(officer, country, known, changed, words):
    answer = officer.post(NEW, form(officer, country, **changed))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert "Hla Hla Win" in text or "member-0-full_name" in changed  # what was typed is not lost
    with viewing(SYSTEM):
        assert Person.objects.count() == 4


def test_all_mistakes_are_told_at_once(officer, country, known):
    answer = officer.post(
        NEW, form(officer, country, **{"member-0-full_name": "", "member-1-sex": "", "home-phone": "12"})
    )
    home, members = answer.context["home"], answer.context["members"]
    assert "phone" in home.errors
    assert [set(member.errors) for member in members] == [{"full_name"}, {"sex"}]


def test_an_officer_of_one_area_registers_there_only(country, known):
    with viewing(SYSTEM):
        area = Area.objects.get(key="XX0101")
    client = client_of("registration-officer", operation=country.operation, area=area)
    values = form(client, country, place_text="XX010101")
    assert client.post(NEW, values).status_code == 302
    elsewhere = form(client, country, place_text="XX020101")
    assert client.post(NEW, elsewhere).status_code == 422
