"""Photos, notices and cards on their pages: rights, refusals, headers, the log."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from banyan.people.registry import cards
from banyan.people.registry.models import Notice, Person
from banyan.people.registry.tests.standins import BY, client_of, join, person, small_register
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel import vault


@pytest.fixture
def world(db):
    return small_register()


@pytest.fixture
def officer(world):
    return client_of("registration-officer")


def picture(kind="JPEG", size=(400, 600)):
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind)
    return made.getvalue()


def send(client, world, content, name="me.jpg"):
    url = reverse("registry:photo-change", args=[world.head.pk])
    return client.post(url, {"photo": SimpleUploadedFile(name, content, "image/jpeg")})


def photo_of(client, record):
    return client.get(reverse("registry:photo", args=[record.pk]))


def entries(**wanted):
    with viewing(BY):
        return list(ReadEntry.objects.filter(**wanted).order_by("at"))


def reread(record):
    with viewing(BY):
        return type(record).objects.get(pk=record.pk)


def test_a_photo_is_kept_locked_and_served_to_who_may_see_the_person(officer, world):
    assert photo_of(officer, world.head).status_code == 404
    assert send(officer, world, picture()).status_code == 302
    answer = photo_of(officer, world.head)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.content)).size == (400, 600)
    assert vault._path(reread(world.head).photo).read_bytes()[:3] != b"\xff\xd8\xff"
    (entry,) = entries(purpose="photo")
    assert entry.ids == [world.head.pk]
    assert (
        reverse("registry:photo", args=[world.head.pk])
        in officer.get(reverse("registry:person", args=[world.head.pk])).content.decode()
    )
    south = client_of("registration-clerk", operation=world.operation, area=world.south)
    assert photo_of(south, world.head).status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"", b"not a photo", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF"), picture(size=(50, 50))],
)
def test_what_is_no_photo_is_refused_on_the_page(officer, world, content):
    answer = send(officer, world, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert reread(world.head).photo == ""


def test_a_clerk_takes_no_photos(world):
    clerk = client_of("registration-clerk")
    assert send(clerk, world, picture()).status_code == 403
    assert reread(world.head).photo == ""


def test_the_photo_of_before_is_destroyed(officer, world, django_capture_on_commit_callbacks):
    send(officer, world, picture())
    first = reread(world.head).photo
    with django_capture_on_commit_callbacks(execute=True):
        send(officer, world, picture("PNG"))
    with pytest.raises(FileNotFoundError):
        vault.fetch(first)
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer.post(reverse("registry:photo-change", args=[world.head.pk]), {"remove": "yes"})
    assert answer.status_code == 302
    assert reread(world.head).photo == ""
    assert photo_of(officer, world.head).status_code == 404


def test_a_photo_of_somebody_withdrawn_stays_as_it_is(officer, world):
    with viewing(BY):
        Person.objects.filter(pk=world.head.pk).update(status="withdrawn", status_reason="mistake")
    assert send(officer, world, picture()).status_code == 409


def test_a_photo_that_cannot_be_opened_is_not_there(officer, world):
    send(officer, world, picture())
    vault._path(reread(world.head).photo).write_bytes(b"damaged")
    assert photo_of(officer, world.head).status_code == 404


NOTICE = {
    "given_on": "2026-02-01",
    "legal_basis": "consent",
    "version": "3",
    "language": "my",
    "purpose_sharing": "yes",
    "purpose_photo": "no",
}


@pytest.mark.parametrize(("subject", "record"), [("people", "head"), ("households", "home")])
def test_a_notice_is_recorded_shown_and_withdrawn(officer, world, subject, record):
    key = getattr(world, record).pk
    assert officer.post(reverse("registry:notice", args=[subject, key]), NOTICE).status_code == 302
    with viewing(BY):
        notice = Notice.objects.get(version="3")
    assert notice.purposes == {"sharing": True, "photo": False}
    page = reverse("registry:person" if subject == "people" else "registry:household", args=[key])
    text = officer.get(page).content.decode()
    assert "counts now" in text
    assert "refused:" in text
    withdraw = reverse("registry:notice-withdraw", args=[notice.pk])
    assert client_of("registration-clerk").post(withdraw).status_code == 403
    assert officer.post(withdraw).status_code == 302
    assert officer.post(withdraw).status_code == 409
    assert "withdrawn on" in officer.get(page).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"given_on": "2999-01-01"}, "lies ahead"), ({"given_on": "soon"}, "valid date"), ({"legal_basis": "because"}, "valid choice"),
     ({"purpose_sharing": "maybe"}, "valid choice")],
)  # fmt: skip
def test_a_notice_that_cannot_be_is_refused(officer, world, changed, words):
    answer = officer.post(reverse("registry:notice", args=["people", world.head.pk]), NOTICE | changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with viewing(BY):
        assert Notice.objects.count() == 1


def test_notices_are_out_of_reach_with_their_records(world):
    south = client_of("registration-officer", operation=world.operation, area=world.south)
    assert south.post(reverse("registry:notice", args=["people", world.head.pk]), NOTICE).status_code == 404
    assert south.post(reverse("registry:notice", args=["cats", world.head.pk]), NOTICE).status_code == 404
    assert south.post(reverse("registry:notice-withdraw", args=[world.notice.pk])).status_code == 404


def print_card(client, home, sheet="a6", **headers):
    return client.post(reverse("registry:card", args=[home.pk]), {"sheet": sheet}, **headers)


@pytest.fixture
def fonts(open_gates):
    try:
        cards.ready()
    except cards.FontsMissing:
        pytest.skip("the front end is not built")


@pytest.mark.parametrize("sheet", ["a6", "a4"])
def test_a_card_is_printed_and_logged(fonts, world, sheet):
    clerk = client_of("registration-clerk")
    answer = print_card(clerk, world.home, sheet)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "HHD-AAAA-AAAA-A" in text
    assert "Daw Khin Myat Noe" in text
    for secret in ("25.38", "97.39", "insulin", "chronic", "KAMANA", "+959", "refugee"):
        assert secret not in text
    (entry,) = entries(purpose="card")
    assert set(entry.ids) == {world.home.pk, world.head.pk, world.child.pk}


def test_the_card_speaks_the_readers_language(fonts, world):
    client = client_of("registration-officer", language="ar")
    text = (
        PdfReader(io.BytesIO(print_card(client, world.home, headers={"Accept-Language": "ar"}).content))
        .pages[0]
        .extract_text()
    )
    assert "HHD-AAAA-AAAA-A" in text


def test_a_refused_photo_is_not_printed(fonts, officer, world):
    send(officer, world, picture())
    assert len(PdfReader(io.BytesIO(print_card(officer, world.home).content)).pages[0].images) == 1
    officer.post(reverse("registry:notice", args=["households", world.home.pk]), NOTICE)
    assert not PdfReader(io.BytesIO(print_card(officer, world.home).content)).pages[0].images


def test_cards_are_refused(open_gates, officer, world):
    south = client_of("registration-clerk", operation=world.operation, area=world.south)
    assert print_card(south, world.home).status_code == 404
    assert print_card(client_of("protection-officer"), world.home).status_code == 403
    assert print_card(officer, world.home, "a0").status_code == 404
    with viewing(BY):
        type(world.home).objects.filter(pk=world.away.pk).update(status="withdrawn", status_reason="mistake")
    assert print_card(officer, world.away).status_code == 409
    with viewing(BY):
        empty = type(world.home).objects.create(
            operation=world.operation, scope_id=world.north_scope, reference="HHD-9", registered_on="2026-01-01"
        )
    assert print_card(officer, empty).status_code == 422


def test_without_fonts_the_page_says_so(open_gates, officer, world, monkeypatch):
    def missing(*_args):
        raise cards.FontsMissing

    monkeypatch.setattr(cards, "as_pdf", missing)
    assert print_card(officer, world.home).status_code == 503


def test_a_card_of_many_says_how_many_are_missing(fonts, officer, world):
    with viewing(BY):
        for number in range(20):
            member = person(world.operation, world.north_scope, f"PRN-{number}", f"Child {number}", sex="male")
            join(member, world.home, relationship="child")
    found = PdfReader(io.BytesIO(print_card(officer, world.home).content))
    assert len(found.pages) == 1
    assert "15 more members are not listed." in found.pages[0].extract_text()
