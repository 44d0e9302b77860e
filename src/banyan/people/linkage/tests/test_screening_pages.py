"""Pages of the screening: who may open them, what they show, what is decided on them; everybody else sees nothing at all."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import ScreeningHit
from banyan.people.linkage.tests.sanctions import EU, day, un_entry, un_list
from banyan.people.linkage.tests.test_screening_runs import NILAR, ZAW, compare, hits, load
from banyan.people.linkage.tests.worlds import SYSTEM, World
from banyan.people.registry.models import Person
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db
OFFICER = "screening-officer"
# Whoever holds one of these sees a lot, and nothing of the screening.
OTHERS = (
    "administrator", "auditor", "data-protection-officer", "information-manager", "protection-officer", "registration-officer",
    "reader",
)  # fmt: skip


@pytest.fixture
def hit(world: World) -> ScreeningHit:
    """One strong hit."""
    world.enrol({**ZAW, "person.document.passport.number": "ZZ-4455667"}, NILAR)
    load(
        un_entry(
            "1",
            "ZAW LIN OO",
            "~Black Tiger",
            sex="Male",
            births=[day("1970-05-07")],
            nations=["Myanmar"],
            remarks="Made up",
        )
    )
    compare()
    return hits()[0]


def pages(hit: ScreeningHit) -> list[str]:
    return [
        reverse("linkage:hits"),
        reverse("linkage:hit", args=[hit.pk]),
        reverse("linkage:lists"),
        reverse("linkage:list-load"),
        reverse("linkage:list", args=[hit.party.since_id]),
        reverse("linkage:party", args=[hit.party_id]),
        reverse("linkage:screening-runs"),
        reverse("linkage:screening-run", args=[hit.run_id]),
    ]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_opens_a_page_or_learns_of_one(role: str, signed_in: Any, hit: ScreeningHit) -> None:
    client = signed_in(role, clearance=3)
    for address in pages(hit):
        assert client.get(address).status_code == 403, address
    for address in (
        reverse("linkage:hit-decide", args=[hit.pk]),
        reverse("linkage:screen-person"),
        reverse("linkage:screening-start"),
    ):
        assert client.post(address, {"verb": "clear", "reason": "long enough"}).status_code == 403, address
    with viewing(SYSTEM):
        person = Person.objects.get(pk=hit.person_id)
    for address in (reverse("registry:person", args=[person.pk]), reverse("web:home")):
        page = client.get(address)
        assert b"screening" not in page.content.lower()
        assert b"sanction" not in page.content.lower()


def test_an_officer_sees_the_queue_and_a_hit_side_by_side(signed_in: Any, hit: ScreeningHit) -> None:
    client = signed_in(OFFICER, clearance=2)
    for address in pages(hit):
        assert client.get(address).status_code == 200, address
    page = client.get(reverse("linkage:hits")).content.decode()
    assert "Zaw Lin Oo" in page
    assert "name and date of birth, closely" in page
    page = client.get(reverse("linkage:hit", args=[hit.pk])).content.decode()
    for text in (
        "ZAW LIN OO",
        "Black Tiger",
        "also known as, weak",
        "the same day",
        "1 with other numbers",
        "Made up",
        "+8.0",
    ):
        assert text in page, text
    assert "ZZ-4455667" not in page, "numbers that are not on the list are nobody's business here"


def test_an_officer_clears_a_hit_with_a_reason(signed_in: Any, hit: ScreeningHit) -> None:
    client = signed_in(OFFICER)
    address = reverse("linkage:hit-decide", args=[hit.pk])
    with viewing(SYSTEM):
        seen = queries.mark_of(hit, seen_by=SYSTEM)
    assert client.post(address, {"verb": "clear", "reason": ""}).status_code == 422
    page = client.post(address, {"verb": "clear", "reason": "no"})
    assert (page.status_code, b"The reason is missing" in page.content) == (422, True)
    assert client.post(address, {"verb": "burn", "reason": "long enough"}).status_code == 404
    assert client.post(address, {"verb": "clear", "reason": "Long enough", "seen": "open.9.0.0"}).status_code == 422
    assert client.post(address, {"verb": "clear", "reason": "Another father's name", "seen": seen}).status_code == 302
    page = client.get(reverse("linkage:hit", args=[hit.pk])).content.decode()
    assert "Open again" in page
    assert "Another father&#x27;s name" in page


def test_two_people_confirm_and_nothing_else_happens(signed_in: Any, hit: ScreeningHit) -> None:
    first = signed_in(OFFICER)
    address = reverse("linkage:hit-decide", args=[hit.pk])
    assert first.post(address, {"verb": "escalate", "reason": "Everything agrees"}).status_code == 302
    page = first.get(reverse("linkage:hit", args=[hit.pk])).content.decode()
    assert "You escalated it: somebody else decides." in page
    assert first.post(address, {"verb": "confirm", "reason": "Everything agrees"}).status_code == 422
    second = signed_in(OFFICER)
    assert second.post(address, {"verb": "confirm", "reason": "I agree with this"}).status_code == 302
    assert hits()[0].state == "confirmed"
    with viewing(SYSTEM):
        person = Person.objects.get(pk=hit.person_id)
    assert (person.status, person.version) == ("active", 1)


def test_a_list_is_loaded_on_a_page_and_its_mistakes_are_told(signed_in: Any, world: World) -> None:
    client = signed_in(OFFICER)
    assert b"No list is in use" in client.get(reverse("linkage:hits")).content
    address = reverse("linkage:list-load")

    def send(content: bytes, **more: str) -> Any:
        return client.post(address, {"file": SimpleUploadedFile("list.xml", content), **more})

    page = send(b"<nonsense/>")
    assert (page.status_code, "none of the lists that can be read" in page.content.decode()) == (422, True)
    assert client.post(address, {}).status_code == 422
    answer = send(EU)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Hla Hla Myint" in page
    assert "is no date that can be read" in page
    assert "European Union" in page
    send(un_list(*(un_entry(str(number), f"Name{number} Other") for number in range(40))))
    page = send(un_list(un_entry("1", "Name1 Other"), made="2026-02-02"))
    assert (page.status_code, b"39 of 40" in page.content) == (422, True)
    assert send(un_list(un_entry("1", "Name1 Other"), made="2026-02-02"), even_if_shrunk="on").status_code == 302


def test_one_person_is_compared_from_the_page(signed_in: Any, hit: ScreeningHit) -> None:
    client = signed_in(OFFICER)
    with viewing(SYSTEM):
        person = Person.objects.get(pk=hit.person_id)
        other = Person.objects.exclude(pk=hit.person_id).first()
    address = reverse("linkage:screen-person")
    answer = client.post(address, {"reference": person.reference})
    assert answer["Location"] == reverse("linkage:hit", args=[hit.pk])
    assert other is not None
    assert client.post(address, {"reference": other.reference})["Location"] == reverse("linkage:hits")
    for wrong in ("", "PSN-0000-0000-0000-0", "nonsense"):
        assert client.post(address, {"reference": wrong}).status_code == 422, wrong
    assert client.post(reverse("linkage:screening-start")).status_code == 302


def test_reading_is_logged_by_the_hit_and_never_by_the_person(signed_in: Any, hit: ScreeningHit) -> None:
    from banyan.platform.access.queries import reads

    client = signed_in(OFFICER)
    client.get(reverse("linkage:hit", args=[hit.pk]))
    client.get(reverse("linkage:hits"))
    with viewing(SYSTEM):
        entries = [entry for entry in reads(seen_by=SYSTEM) if entry.purpose == "screening"]
        assert {(entry.kind, entry.subject) for entry in entries} == {
            ("open", "linkage.screeninghit"), ("list", "linkage.screeninghit"),
        }  # fmt: skip
        assert all(str(hit.person_id) not in str(entry.ids) for entry in entries)


def test_a_hit_out_of_reach_is_not_there(signed_in: Any, hit: ScreeningHit) -> None:
    from banyan.platform.access.models import Area

    with viewing(SYSTEM):
        south = Area.objects.get(key="XX02")
    client = signed_in(OFFICER, area=south)
    assert client.get(reverse("linkage:hit", args=[hit.pk])).status_code == 404
    assert b"Zaw Lin Oo" not in client.get(reverse("linkage:hits")).content


def test_the_one_who_escalated_decides_nothing_further(hit: ScreeningHit, viewer_with: Any) -> None:
    rights = ("registry.view_person", "linkage.view_screening", "linkage.decide_screening", "linkage.confirm_screening")
    one, other = viewer_with(*rights), viewer_with(*rights)
    actions.escalate_hit(hit.pk, reason="Everything agrees", by=one)
    for decide in (actions.confirm_hit, actions.dismiss_hit):
        with pytest.raises(Problem) as refused:
            decide(hit.pk, reason="Everything agrees", by=one)
        assert refused.value.code == "linkage.hit_own"
    assert actions.dismiss_hit(hit.pk, reason="Not him after all", by=other).state == "cleared"
    assert actions.reopen_hit(hit.pk, reason="Looked again", by=one).escalated_by is None
    actions.escalate_hit(hit.pk, reason="Everything agrees", by=one)
    assert actions.confirm_hit(hit.pk, reason="I agree with this", by=other).state == "confirmed"
    assert actions.withdraw_hit(hit.pk, reason="Taken off the list", by=one).state == "open"


def test_pages_cost_a_fixed_number_of_statements(signed_in: Any, hit: ScreeningHit, world: World) -> None:
    client = signed_in(OFFICER)

    def statements(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    addresses = [reverse("linkage:hits"), reverse("linkage:hit", args=[hit.pk]), reverse("linkage:lists")]
    before = [statements(address) for address in addresses]
    for number in range(4):
        world.enrol({**ZAW, "person.full_name": f"Zaw Lin Oo {'I' * number}"})
    load(un_entry("1", "ZAW LIN OO", births=[day("1970-05-07")]), un_entry("2", "Zaw Linn Oo"), made="2026-02-01")
    compare("list")
    assert len(hits()) > 4
    assert [statements(address) for address in addresses] == before
    assert max(before) <= 40
