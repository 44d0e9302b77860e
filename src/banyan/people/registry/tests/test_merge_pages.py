"""Merged registrations on pages, in search and for programs: they lead to the one that stands."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from banyan.people.registry import actions, queries
from banyan.people.registry.models import Document, Merge, Person, Phone
from banyan.people.registry.rules.asking import Question
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import Family, make_family
from banyan.people.registry.tests.standins import client_of
from banyan.people.registry.tests.test_merging import ASKER, MERGER
from banyan.platform.access.viewers import Viewer, viewing

pytestmark = pytest.mark.django_db


@pytest.fixture
def families(country: Field) -> tuple[Family, Family]:
    one, two = make_family(country, "Kyaw Kyaw", "Khin"), make_family(country, "Mohamed Salim", area="XX020101")
    person = two["Mohamed Salim"]
    with viewing(SYSTEM):
        Document.objects.create(
            person=person, scope_id=person.scope_id, type="passport", number="P77", number_key="P77"
        )
        Phone.objects.create(person=person, scope_id=person.scope_id, number="+95912345678")
        Person.objects.filter(pk=person.pk).update(number="ABC-9")
    return one, two


@pytest.fixture
def merge(families: tuple[Family, Family], viewer_with: Any) -> Merge:
    one, two = families
    (made,) = actions.merge_people(
        one["Kyaw Kyaw"].pk,
        [two["Mohamed Salim"].pk],
        reason="One card",
        asked_by=(ASKER[0], "Daw Asker"),
        by=viewer_with(*MERGER),
    )
    return made


def found(by: Viewer, **asked: Any) -> list[Any]:
    with viewing(by):
        return queries.find_people(Question(**asked), seen_by=by)


def test_a_merged_registration_leads_to_the_one_that_stands(merge: Merge, families: tuple[Family, Family]) -> None:
    one, two = families[0]["Kyaw Kyaw"], families[1]["Mohamed Salim"]
    client = client_of("protection-officer")
    response = client.get(reverse("registry:person", args=[two.pk]))
    assert response["Location"] == f"{reverse('registry:person', args=[one.pk])}?known_by={two.pk}"
    page = client.get(response["Location"]).content.decode()
    assert f"{two.reference} was found to be the same person, merged on" in page
    assert "by Somebody" in page
    assert "Also registered as" in page
    assert "asked for by Daw Asker" in page
    itself = client.get(reverse("registry:person", args=[two.pk]) + "?itself=1").content.decode()
    assert "Open the registration that stands" in itself
    assert one.reference in itself
    assert "Also registered as" not in itself


def test_out_of_reach_it_says_so(
    country: Field, merge: Merge, families: tuple[Family, Family], viewer_with: Any
) -> None:
    two = families[1]["Mohamed Salim"]
    from banyan.platform.access.models import Area

    south = client_of("registration-clerk", operation=country.operation, area=Area.objects.get(key="XX0201"))
    page = south.get(reverse("registry:person", args=[two.pk])).content.decode()
    assert "lies out of your reach" in page
    viewer = viewer_with("registry.view_person", scopes={country.scopes["XX0201"]})
    (only,) = found(viewer, text="Mohamed Salim")
    assert only.person.pk == two.pk
    assert "merged into a registration out of your reach" in [str(why) for why in only.why]


@pytest.mark.parametrize(
    "asked", [{"text": "Mohamed Salim"}, {"document": "P77"}, {"phone": "+95912345678"}, {"text": "ABC-9"}]
)
def test_search_finds_the_one_that_stands(merge: Merge, families: tuple[Family, Family], asked: dict[str, str]) -> None:
    (only,) = found(SYSTEM, **asked)
    assert only.person.pk == merge.survivor_id
    known_by = f"also registered as “Mohamed Salim”, {families[1]['Mohamed Salim'].reference}"
    moved = bool({"document", "phone"} & asked.keys())  # these belong to the survivor now
    assert (known_by in [str(why) for why in only.why]) != moved


def test_search_by_reference_and_once_for_both_names(merge: Merge, families: tuple[Family, Family]) -> None:
    (only,) = found(SYSTEM, text=families[1]["Mohamed Salim"].reference)
    assert only.person.pk == merge.survivor_id
    with viewing(SYSTEM):
        Person.objects.filter(pk=merge.survivor_id).update(number="ABC-9")
    (only,) = found(SYSTEM, text="ABC-9")
    assert [str(why) for why in only.why].count("the same number of the submitter") == 1


def test_taking_a_merge_back_on_its_page(merge: Merge, families: tuple[Family, Family]) -> None:
    one, two = families[0]["Kyaw Kyaw"], families[1]["Mohamed Salim"]
    client = client_of("protection-officer")
    url = reverse("registry:unmerge", args=[one.pk, merge.pk])
    assert url in client.get(reverse("registry:person", args=[one.pk])).content.decode()
    assert url not in client_of("registration-officer").get(reverse("registry:person", args=[one.pk])).content.decode()
    assert client_of("registration-officer").get(url).status_code == 403
    assert "confirmed by Somebody" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    with viewing(SYSTEM):
        Phone.objects.create(person_id=one.pk, scope_id=one.scope_id, number="+951")
    done = client.post(url, {"reason": "Brothers"}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("registry:person", args=[two.pk])
    assert "1 entry came after the merge" in done.content.decode()
    again = client.post(url, {"reason": "Brothers"})
    assert again.status_code == 422
    assert "has been undone already" in again.content.decode()
    assert client.get(reverse("registry:unmerge", args=[two.pk, merge.pk])).status_code == 404


def test_programs_see_it_too(merge: Merge, families: tuple[Family, Family]) -> None:
    one, two = families[0]["Kyaw Kyaw"], families[1]["Mohamed Salim"]
    client: Client = client_of("protection-officer")
    told = client.get(f"/api/v1/registry/people/{two.pk}").json()
    assert (told["merged_into"], told["status"], told["aliases"]) == (str(one.pk), "withdrawn", [])
    told = client.get(f"/api/v1/registry/people/{one.pk}").json()
    assert told["merged_into"] is None
    assert [(each["id"], each["merge_id"]) for each in told["aliases"]] == [(str(two.pk), str(merge.pk))]


def test_whoever_may_not_see_the_merge_sees_the_alias(
    country: Field, merge: Merge, families: tuple[Family, Family]
) -> None:
    """The merge lies where the survivor lay; a survivor who moved is shown with its other registrations all the same."""
    one, two = families[0]["Kyaw Kyaw"], families[1]["Mohamed Salim"]
    with viewing(SYSTEM):
        Merge.objects.filter(pk=merge.pk).update(scope_id=country.scopes["XX01"])
    from banyan.platform.access.models import Area

    both = client_of("protection-officer", operation=country.operation, area=Area.objects.get(key="XX0101"))
    page = both.get(reverse("registry:person", args=[one.pk])).content.decode()
    assert two.reference not in page, "lies in another area"
