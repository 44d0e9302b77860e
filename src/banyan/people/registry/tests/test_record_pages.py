"""Pages of people and households: who opens them, what they mask, what is logged, how many queries they take."""

from datetime import date

import pytest
from django.urls import reverse

from banyan.people.registry.models import Household
from banyan.people.registry.tests.standins import BY, client_of, join, person, small_register
from banyan.people.registry.vocabulary import READING
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewing
from banyan.reference.codes import actions as codes

SECRETS = (
    "12/KAMANA(N)123456",
    "+959111222333",
    "khin@example.org",
    "insulin",
    "buddhist",
    "+959444555666",
    "chronic-illness",
)


@pytest.fixture
def world(db):
    return small_register()


@pytest.fixture
def officer(world):
    return client_of("registration-officer")


@pytest.fixture
def clerk(world):
    return client_of("registration-clerk", operation=world.operation, area=world.north)


def entries(**wanted):
    with viewing(BY):
        return list(ReadEntry.objects.filter(**wanted).order_by("at"))


def page(client, name, *args, **query):
    return client.get(reverse(f"registry:{name}", args=args), query)


def test_every_page_opens(officer, world):
    for name, *args in [
        ("overview",), ("people",), ("households",), ("search",), ("exports",), ("person", world.head.pk),
        ("household", world.home.pk), ("photo-change", world.head.pk), ("card", world.home.pk),
        ("notice", "people", world.head.pk), ("notice", "households", world.home.pk), ("export", "people"),
        ("export", "households"),
    ]:  # fmt: skip
        assert page(officer, name, *args).status_code == 200, name


def test_signed_out_is_led_to_the_sign_in_page(world, client):
    assert page(client, "person", world.head.pk).status_code == 302
    assert client.get(f"/registry/people/{world.head.pk}/photo/").status_code == 302


def test_a_record_out_of_reach_does_not_exist(clerk, world):
    assert page(clerk, "person", world.head.pk).status_code == 200
    for name, key in [
        ("person", world.far.pk),
        ("household", world.away.pk),
        ("photo", world.far.pk),
        ("card", world.away.pk),
    ]:
        assert page(clerk, name, key).status_code == 404, name
    assert b"U Far Away" not in page(clerk, "people").content
    assert b"HHD-BBBB-BBBB-B" not in page(clerk, "households").content
    assert not [each for each in entries(kind="open") if world.far.pk in each.ids]


@pytest.mark.parametrize(
    "role", ["reader", "administrator", "auditor", "information-manager", "data-protection-officer"]
)
def test_other_roles_see_nobody(world, role):
    client = client_of(role)
    for name, *args in [("overview",), ("people",), ("person", world.head.pk), ("household", world.home.pk)]:
        assert page(client, name, *args).status_code == 403, name


def test_sensitive_values_are_masked_until_asked_for(officer, world):
    for name, key in (("person", world.head.pk), ("household", world.home.pk)):
        text = page(officer, name, key).content.decode()
        assert [secret for secret in SECRETS if secret in text] == []
        assert "•••" in text
    text = page(officer, "person", world.head.pk).content.decode()
    assert "••• 456" in text  # the end of the document's number, to compare with the card at hand
    shown = officer.post(
        reverse("registry:person-show", args=[world.head.pk]), {"purpose": "identity"}
    ).content.decode()
    for secret in SECRETS:
        if secret not in ("+959444555666",):
            assert secret in shown, secret
    shown = officer.post(
        reverse("registry:household-show", args=[world.home.pk]), {"purpose": "contact"}
    ).content.decode()
    assert "+959444555666" in shown


def test_asking_needs_a_purpose_and_is_logged(officer, world):
    url = reverse("registry:person-show", args=[world.head.pk])
    for purpose in ("", "curiosity"):
        answer = officer.post(url, {"purpose": purpose})
        assert answer.status_code == 422
        assert b"12/KAMANA" not in answer.content
    assert not entries(purpose__startswith="sensitive")
    assert officer.get(url).status_code == 405
    assert officer.post(url, {"purpose": "protection"})["Cache-Control"].startswith("no-store")
    (entry,) = entries(purpose="sensitive: protection")
    assert (entry.kind, entry.subject, entry.ids, entry.actor) == (
        "open", "registry.person", [world.head.pk], str(officer.account.pk)
    )  # fmt: skip


def test_who_may_not_see_sensitive_values_is_refused_and_told(clerk, world):
    answer = page(clerk, "person", world.head.pk)
    assert "Your roles do not open masked values here." in answer.content.decode()
    assert clerk.post(reverse("registry:person-show", args=[world.head.pk]), {"purpose": "identity"}).status_code == 403


def test_the_permission_must_reach_the_record_itself(world):
    """An officer of the south with a clerk's grant in the north sees the north masked."""
    account = make_account("registration-officer", operation=world.operation, area=world.south)
    client = client_of(account=account)
    from banyan.platform.access.models import Grant

    with viewing(BY):
        Grant.objects.create(
            account=account,
            role="registration-clerk",
            operation=world.operation,
            area=world.north,
            valid_from=date(2020, 1, 1),
        )
    assert page(client, "person", world.head.pk).status_code == 200
    for name, args in [("person-show", [world.head.pk]), ("household-show", [world.home.pk])]:
        answer = client.post(reverse(f"registry:{name}", args=args), {"purpose": "identity"})
        assert answer.status_code == 403, name
    assert client.post(reverse("registry:person-show", args=[world.far.pk]), {"purpose": "identity"}).status_code == 200
    assert page(client, "position", world.home.pk).status_code == 404


def test_history_on_the_page_hides_what_the_page_masks(officer, world):
    with viewing(BY):
        world.paper.number = "99/NEW(N)654321"
        world.paper.save()
        world.phone.number = "+959777888999"
        world.phone.save()
        world.head.email = "new@example.org"
        world.head.save()
    text = page(officer, "person", world.head.pk).content.decode()
    assert "hidden from you" in text
    for secret in (*SECRETS, "654321", "777888999", "new@example.org"):
        assert secret not in text, secret


def test_what_happened_is_told_in_words_without_bookkeeping(officer, world):
    codes.load_shipped_lists(by=BY, only=("marital-status",))
    with viewing(BY):
        world.head.marital_status = "widowed"
        world.head.photo = "pictures/a2/01a20531"
        world.head.save()
    told = page(officer, "person", world.head.pk).content.decode().partition("What happened")[2]
    assert "<ins><bdi>Widowed</bdi></ins>" in told
    assert "pictures/a2" not in told
    assert "Version" not in told


def test_opening_and_listing_are_logged_with_whom_and_what_for(clerk, world):
    page(clerk, "person", world.head.pk)
    page(clerk, "household", world.home.pk)
    page(clerk, "people", status="active")
    opened = [each for each in entries(kind="open") if each.purpose == "page"]
    assert [(each.subject, world.head.pk in each.ids) for each in opened] == [
        ("registry.person", True), ("registry.household", True)
    ]  # fmt: skip
    assert set(opened[1].ids) == {world.home.pk, world.head.pk, world.child.pk}
    (listed,) = entries(kind="list")
    assert set(listed.ids) == {world.head.pk, world.child.pk}
    assert listed.query_hash


def test_who_viewed_is_for_those_who_may_see_the_log(officer, world):
    page(client_of("registration-clerk", name="Somebody Curious"), "person", world.head.pk)
    assert "Somebody Curious" not in page(officer, "person", world.head.pk).content.decode()
    both = client_of("registration-officer", "auditor")
    text = page(both, "person", world.head.pk).content.decode()
    assert "Somebody Curious" in text
    assert "opened the page" in text


def test_nothing_personal_stands_in_titles_or_addresses(officer, world):
    text = page(officer, "person", world.head.pk).content.decode()
    title = text[text.index("<title>") : text.index("</title>")]
    assert "Khin" not in title
    assert world.head.reference in title
    listing = page(officer, "people").content.decode()
    assert "?q=" not in listing


def test_a_household_on_another_day(officer, world):
    with viewing(BY):
        guest = person(world.operation, world.north_scope, "PRN-DDDD-DDDD-D", "Ko Guest", sex="male")
        join(guest, world.home, since=date(2026, 1, 10), until=date(2026, 3, 1), relationship="other")
    today = page(officer, "household", world.home.pk)
    assert [row["person"].full_name for row in today.context["members"]] == ["Daw Khin Myat Noe", "Ma Thida"]
    assert [row["person"].full_name for row in today.context["earlier"]] == ["Ko Guest"]
    then = page(officer, "household", world.home.pk, on="2026-02-01")
    assert len(then.context["members"]) == 3
    assert then.context["record"].composition.size == 3
    assert today.context["record"].size_changes == [
        (date(2026, 1, 5), 2),
        (date(2026, 1, 10), 3),
        (date(2026, 3, 1), 2),
    ]
    moves = [(move["on"], move["came"], move["size"]) for move in today.context["moves"]]
    assert moves[:2] == [(date(2026, 3, 1), False, 2), (date(2026, 1, 10), True, 3)]
    before = page(officer, "household", world.home.pk, on="2020-01-01")
    assert "No members on this day." in before.content.decode()
    assert "is not a day" in page(officer, "household", world.home.pk, on="2026-02-30").content.decode()


def test_the_map_needs_policy_permission_and_asking(officer, world):
    from banyan.people.forms.models import CollectionPolicy

    assert b'data-island="map"' not in page(officer, "household", world.home.pk).content
    shown = officer.post(reverse("registry:household-show", args=[world.home.pk]), {"purpose": "identity"})
    assert b'data-island="map"' in shown.content
    answer = page(officer, "position", world.home.pk)
    assert answer.json()["features"][0]["geometry"]["coordinates"] == [97.39, 25.38]
    assert entries(purpose="position")
    with viewing(BY):
        CollectionPolicy.objects.create(operation=world.operation, forbidden=["gps"], changed_by="test")
    assert page(officer, "position", world.home.pk).status_code == 404
    shown = officer.post(reverse("registry:household-show", args=[world.home.pk]), {"purpose": "identity"})
    assert b'data-island="map"' not in shown.content


def test_what_one_may_not_do_is_greyed_with_the_reason(clerk, officer, world):
    text = page(clerk, "person", world.head.pk).content.decode()
    assert 'aria-disabled="true"' in text
    assert "Your roles do not allow this here." in text
    assert 'aria-disabled="true"' not in page(officer, "person", world.head.pk).content.decode()


def test_pages_take_a_constant_number_of_queries(officer, world, django_assert_num_queries):
    def count(name, key):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            assert page(officer, name, key).status_code == 200
        return len(captured)

    (
        page(officer, "person", world.head.pk),
        page(officer, "household", world.home.pk),
    )  # warm: extras, register of history
    before = count("person", world.head.pk), count("household", world.home.pk)
    with viewing(BY):
        for number in range(12):
            member = person(
                world.operation, world.north_scope, f"PRN-EEEE-EEEE-{number:X}", f"Child {number}", sex="male"
            )
            join(member, world.home, relationship="child")
            other = Household.objects.create(
                operation=world.operation, scope_id=world.north_scope, reference=f"HHD-EEEE-EEEE-{number:X}",
                registered_on=date(2026, 1, 5),
            )  # fmt: skip
            join(world.head, other, since=date(2025, 1, 1), until=date(2025, 6, 1))
    assert (count("person", world.head.pk), count("household", world.home.pk)) == before
    assert before == (28, 15)


def test_the_overview_counts_within_reach(clerk, officer, world):
    assert [row.people.number for row in page(officer, "overview").context["operations"]] == [3]
    assert [row.people.number for row in page(clerk, "overview").context["operations"]] == [2]


def test_an_empty_register_teaches(db):
    from banyan.platform.access.models import Operation, Scope

    with viewing(BY):
        operation = Operation.objects.create(code="SDN", name="Sudan", country="SDN")
        Scope.objects.create(operation=operation, area=None)
    text = page(client_of("registration-officer"), "overview").content.decode()
    assert "Nobody is registered here yet" in text
    assert "About this module" in text


def test_every_reason_to_read_has_words():
    assert all(str(words) for words in READING.values())
