"""The pages on which a form is looked at and filled, and the XForm they load."""

import json
import re

import pytest
from django.urls import reverse
from lxml import etree

from banyan.people.forms import actions
from banyan.people.forms.tests.test_binding import SYSTEM, workbook
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import viewing

BROKEN = [("type", "name", "label"), ("select_one nowhere", "q", "Q")]


@pytest.fixture
def operation(db):
    with viewing(SYSTEM):
        yield Operation.objects.create(code="MMR", name="Myanmar", country="MMR")


@pytest.fixture
def version(operation):
    return actions.upload_form("form.xlsx", workbook(), by=SYSTEM, operation_id=operation.pk)


def policy_of(answer) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


def test_the_preview_loads_the_engine_and_sends_nothing(version, signed_in):
    page = signed_in("registration-clerk").get(reverse("forms:preview", args=[version.pk]))
    text = page.content.decode()
    assert f'data-xform="/forms/versions/{version.pk}/xform/"' in text
    assert "data-url" not in text
    words = json.loads(re.search(r'<script id="form-words" type="application/json">(.*?)</script>', text)[1])
    assert words["Send"] == "Send"


def test_only_pages_with_the_engine_loosen_the_policy(version, signed_in):
    client = signed_in("registration-clerk")
    loose = policy_of(client.get(reverse("forms:preview", args=[version.pk])))
    strict = policy_of(client.get(reverse("forms:list")))
    assert strict["script-src"] == strict["style-src"] == strict["connect-src"] == ["'self'"]
    assert loose["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert loose["style-src"] == ["'self'", "'unsafe-inline'"]
    assert loose["connect-src"] == ["'self'", "data:"]
    assert loose.keys() == strict.keys()


def test_only_a_published_form_is_filled(version, signed_in):
    client = signed_in("registration-clerk")
    address = reverse("forms:fill", args=[version.form_id])
    assert client.get(address).status_code == 409
    actions.publish_version(version.pk, by=SYSTEM)
    text = client.get(address).content.decode()
    assert f'data-url="{reverse("collection:fill", args=[version.pk])}"' in text
    assert "data-token=" in text


def test_the_xform_is_well_formed_xml(version, signed_in):
    answer = signed_in("registration-clerk").get(reverse("forms:xform", args=[version.pk]))
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert etree.fromstring(answer.content).tag.endswith("html")


@pytest.mark.parametrize("page", ["preview", "xform"])
def test_a_version_with_errors_has_nothing_to_fill(operation, signed_in, page):
    broken = actions.upload_form("form.xlsx", workbook(BROKEN), by=SYSTEM, operation_id=operation.pk)
    assert signed_in("registration-clerk").get(reverse(f"forms:{page}", args=[broken.pk])).status_code == 409


def test_logic_that_is_not_checked_is_told_with_the_version(operation, signed_in):
    survey = [("type", "name", "label", "constraint"), ("text", "q", "Q", "pulldata('a', 'b', 'c', .) = 1")]
    doubtful = actions.upload_form("form.xlsx", workbook(survey), by=SYSTEM, operation_id=operation.pk)
    text = signed_in("registration-clerk").get(reverse("forms:version", args=[doubtful.pk])).content.decode()
    assert "is not checked: “pulldata” depends on something outside of the submission" in text
