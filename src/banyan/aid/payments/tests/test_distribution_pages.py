"""Pages of distributions: planning, handing out by card, taking back, stock, sheets; who may; how many statements they take."""

import base64
import io
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from banyan.aid.payments.models import Distribution, Handout, Site
from banyan.aid.payments.tests.handing_worlds import CLERK, OFFICER, SYSTEM, VERIFIER, Handing, make_world
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewing


@pytest.fixture(scope="module")
def made(once: Any) -> Handing:
    return once(make_world)


@pytest.fixture
def world(made: Handing, db: None) -> Handing:
    return deepcopy(made)


def client_of(*roles: str, **where: Any) -> Client:
    client = Client()
    client.force_login(make_account(*roles, **where))
    return client


def page(client: Client, name: str, *args: Any, **query: Any) -> tuple[int, str]:
    answer = client.get(reverse(f"payments:{name}", args=args), query)
    return answer.status_code, answer.content.decode()


def send(client: Client, name: str, *args: Any, **given: Any) -> Any:
    return client.post(reverse(f"payments:{name}", args=args), given)


def drawn() -> str:
    made = io.BytesIO()
    Image.new("RGB", (600, 200), "white").save(made, "PNG")
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()


def test_a_day_from_its_site_to_its_end(world: Handing) -> None:
    officer, clerk = client_of(OFFICER), client_of(CLERK)
    operation, plan = world.operation.pk, world.plan.pk
    assert "No site yet" in page(officer, "sites", operation=operation)[1]
    assert "No site yet" in page(officer, "distribution-new", plan)[1]
    site_new = reverse("payments:site-new") + f"?operation={operation}"
    assert officer.get(site_new).status_code == 200
    assert officer.post(site_new, {"code": "", "name": "Gate"}).status_code == 422
    assert officer.post(site_new, {"code": "G", "name": "Gate", "place_text": "nowhere"}).status_code == 422
    site_url = officer.post(site_new, {"code": "G", "name": "Gate", "place_text": "XX010101"})["Location"]
    assert officer.post(site_new, {"code": "G", "name": "Gate"}).status_code == 422
    goods = {"kind": "in", "item": "RICE", "unit": "kg", "quantity": "200", "key": str(uuid4()), "note": "Waybill 7"}
    assert officer.post(site_url, goods).status_code == 302
    assert officer.post(site_url, {**goods, "kind": "move", "key": str(uuid4())}).status_code == 422
    lost = {**goods, "kind": "lost", "quantity": "500", "key": str(uuid4())}
    assert "Only 200 kg of RICE lie at this site" in officer.post(site_url, lost).content.decode()
    text = officer.get(site_url).content.decode()
    assert "Waybill 7" in text
    assert "200 kg" in text
    assert clerk.post(site_url, goods).status_code == 403
    with viewing(SYSTEM):
        site = Site.objects.get()
    planned = {"site": str(site.pk), "day": "2026-06-03", "most": "500"}
    assert send(officer, "distribution-new", plan, **{**planned, "day": ""}).status_code == 422
    assert send(officer, "distribution-new", plan, **{**planned, "place_text": "nowhere"}).status_code == 422
    where = send(officer, "distribution-new", plan, **planned)["Location"]
    assert send(officer, "distribution-new", plan, **planned).status_code == 422, "nobody is left for another list"
    assert "Gate" in page(officer, "plan-distributions", plan)[1]
    assert "Gate" in page(clerk, "distributions", operation=operation)[1]
    with viewing(SYSTEM):
        day = Distribution.objects.get()
    assert "The distribution is not open" in page(clerk, "distribution-hand", day.pk)[1]
    assert send(officer, "distribution-move", day.pk, "open").status_code == 403
    assert send(clerk, "distribution-move", day.pk, "open").status_code == 302
    assert send(clerk, "distribution-move", day.pk, "open").status_code == 422
    assert send(clerk, "distribution-move", day.pk, "burn").status_code == 404
    assert send(officer, "distribution-move", day.pk, "cancel").status_code == 422
    text = clerk.get(where).content.decode()
    assert "Thida Win" in text
    assert "To be brought" in text, "there is no kit at the site"
    assert "Record who did not come as unclaimed" in text
    assert "Signature or thumb print" in page(clerk, "distribution-sheet", day.pk)[1]
    assert send(clerk, "distribution-move", day.pk, "close", unclaimed="yes").status_code == 302
    assert world.line(1).state == "unclaimed"
    assert send(clerk, "site-close", site.pk).status_code == 403
    assert send(officer, "site-close", site.pk).status_code == 302
    for name, *args in (
        ("distributions",),
        ("distribution", day.pk),
        ("distribution-sheet", day.pk),
        ("sites",),
        ("site", site.pk),
    ):
        assert page(client_of(VERIFIER), name, *args)[0] == 403, name


def test_a_card_is_read_and_goods_are_handed_out(world: Handing) -> None:
    day = world.day()
    clerk = client_of(CLERK)
    assert 'data-island="scan"' in page(clerk, "distribution-hand", day.pk)[1]
    wrong = send(clerk, "distribution-hand", day.pk, reference="HHD-0000-0000-0000-X")
    assert wrong.status_code == 422
    assert send(clerk, "distribution-hand", day.pk, reference="").status_code == 422
    where = send(clerk, "distribution-hand", day.pk, reference=world.reference(0))["Location"]
    assert world.reference(0) not in where, "nothing that names anybody stands in an address"
    text = clerk.get(where).content.decode()
    for told in ("Thida Win", "RICE (kg)", "KIT (piece)", 'data-island="signature"', "Due: 50 of 50"):
        assert told in text
    lines = world.lines(0)
    said = {
        f"quantity.{lines['RICE']}": "20", f"quantity.{lines['KIT']}": "", "who": "proxy", "name": "Soe Moe", "key": str(uuid4()),
    }  # fmt: skip
    assert "Somebody who was sent signs or is photographed" in clerk.post(where, said).content.decode()
    assert clerk.post(where, {**said, "signature": "data:text/plain,no"}).status_code == 422
    photo = SimpleUploadedFile("photo.txt", b"no picture", "image/jpeg")
    assert clerk.post(where, {**said, "photo": photo}).status_code == 422
    assert clerk.post(where, {**said, "who": "stranger"}).status_code == 422
    assert clerk.post(where, {**said, "signature": drawn()}).status_code == 302
    assert clerk.post(where, {**said, "signature": drawn()}).status_code == 302, "sent twice, handed out once"
    assert world.line(0).delivered_amount == 20
    with viewing(SYSTEM):
        made = Handout.objects.get()
    text = clerk.get(where).content.decode()
    assert "Soe Moe" in text
    assert "Due: 30 of 50" in text
    kept = page_bytes(clerk, made, "signature")
    assert kept.startswith(b"\xff\xd8")
    assert page(clerk, "handout-picture", made.pk, "photo")[0] == 404
    with viewing(SYSTEM):
        read = ReadEntry.objects.filter(purpose="payments: distribution").order_by("-at").first()
    assert read is not None
    assert read.ids == [world.homes[0]]
    assert send(clerk, "handout-back", made.pk, reason="").status_code == 302
    assert send(clerk, "handout-back", made.pk, reason="Wrong card").status_code == 302
    assert "Wrong card" in clerk.get(where).content.decode()
    assert page(client_of(OFFICER), "distribution-hand", day.pk)[0] == 403
    officer = client_of(OFFICER)
    assert officer.get(where).status_code == 200
    assert officer.post(where, said).status_code == 403


def page_bytes(client: Client, made: Handout, kind: str) -> bytes:
    answer = client.get(reverse("payments:handout-picture", args=[made.pk, kind]))
    assert "no-store" in answer["Cache-Control"]
    return bytes(answer.content)


def statements(client: Client, name: str, *args: Any) -> int:
    page(client, name, *args)
    with CaptureQueriesContext(connection) as caught:
        assert page(client, name, *args)[0] == 200
    return len(caught)


def test_pages_take_as_many_statements_for_few_households_as_for_many(world: Handing) -> None:
    site = world.site()
    few, many = world.day(site, most=1), world.day(site)
    clerk = client_of(CLERK)
    for name in ("distribution", "distribution-sheet", "distribution-hand"):
        assert statements(clerk, name, few.pk) == statements(clerk, name, many.pk), name
