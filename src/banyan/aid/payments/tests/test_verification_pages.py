"""Pages of verifications: drawing, asking, figures with intervals, the work list; who may."""

from copy import deepcopy
from typing import Any

import pytest
from django.urls import reverse

from banyan.aid.payments.models import Verification, VerificationItem
from banyan.aid.payments.tests.handing_worlds import CLERK, OFFICER, SYSTEM, VERIFIER, Handing, make_world
from banyan.aid.payments.tests.test_distribution_pages import client_of, page, send
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewing


def make() -> Handing:
    made = make_world()
    day = made.day()
    made.hand(day, 0, rice=50, kit=1)
    made.hand(day, 1, rice=20)
    return made


@pytest.fixture(scope="module")
def made(once: Any) -> Handing:
    return once(make)


@pytest.fixture
def world(made: Handing, db: None) -> Handing:
    return deepcopy(made)


def test_a_verification_from_the_lot_to_its_end(world: Handing) -> None:
    client, plan = client_of(VERIFIER), world.plan.pk
    assert "Nobody has asked yet" in page(client, "verifications", operation=world.operation.pk)[1]
    assert page(client, "plan-verifications", plan)[0] == 200
    assert page(client, "verification-new", plan)[0] == 200
    said = {"label": "June", "method": "phone", "whole": "yes", "confidence": "95", "margin": "5", "seed": "7"}
    assert send(client, "verification-new", plan, **{**said, "label": ""}).status_code == 422
    assert send(client, "verification-new", plan, **{**said, "margin": "90"}).status_code == 422
    where = send(client, "verification-new", plan, **said)["Location"]
    text = client.get(where).content.decode()
    assert "Figures appear with the first answer" in text
    assert "Everybody whom something reached" in text
    assert "June" in page(client_of(OFFICER), "verifications", operation=world.operation.pk)[1]
    assert page(client_of(OFFICER), "verification-new", plan)[0] == 403
    assert page(client_of(CLERK), "verifications")[0] == 403
    with viewing(SYSTEM):
        row = Verification.objects.get()
        rows = {(each.unit, each.recorded): each.pk for each in VerificationItem.objects.all()}
    text = page(client, "verification-sheet", row.pk)[1]
    assert "+95912345678" in text
    assert "Mya Sandar" in text
    assert send(client, "verification-close", row.pk).status_code == 302
    assert "have no outcome yet" in client.get(where).content.decode()
    first, second, kit = rows["kg", 50], rows["kg", 20], rows["piece", 1]
    text = page(client, "verification-item", first)[1]
    assert "tel:+95912345678" in text
    with viewing(SYSTEM):
        read = ReadEntry.objects.filter(purpose="payments: verification").order_by("-at").first()
    assert read is not None
    assert read.ids == [world.homes[0]]
    assert send(client, "verification-item", first).status_code == 422
    assert send(client, "verification-item", first, outcome="less").status_code == 422
    assert send(client, "verification-item", first, outcome="received").status_code == 302
    assert send(client, "verification-item", second, outcome="less", said="15", note="One bag").status_code == 302
    assert send(client, "verification-item", kit, outcome="unreached").status_code == 302
    text = client.get(where).content.decode()
    assert "50.0 %" in text
    assert "92.9 %" in text, "65 of 70 kilograms arrived, by what people say"
    assert "1 mismatches wait" in page(client, "verifications", operation=world.operation.pk)[1]
    work = client.get(where, {"settled": "no"}).content.decode()
    assert reverse("payments:verification-item", args=[second]) in work
    assert reverse("payments:verification-item", args=[first]) not in work
    assert "Settle the mismatch" in page(client, "verification-item", second)[1]
    assert send(client, "verification-item", second, settled="confirmed", note="").status_code == 422
    assert send(client, "verification-item", second, settled="confirmed", note="The clerk said so").status_code == 302
    assert "The clerk said so" in page(client, "verification-item", second)[1]
    assert send(client, "verification-close", row.pk).status_code == 302
    assert "The verification is closed" in client.get(where).content.decode()
    assert send(client_of(OFFICER), "verification-item", first, outcome="received").status_code == 403


def test_messages_need_a_gateway(world: Handing) -> None:
    client: Any = client_of(VERIFIER)
    said = {"label": "June", "method": "sms", "whole": "", "confidence": "95", "margin": "5"}
    where = send(client, "verification-new", world.plan.pk, **said)["Location"]
    with viewing(SYSTEM):
        row = Verification.objects.get()
    assert "Send the questions" in client.get(where).content.decode()
    assert send(client, "verification-ask", row.pk).status_code == 302
    assert "No gateway for text messages is set up" in client.get(where).content.decode()
