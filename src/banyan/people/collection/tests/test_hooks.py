"""The door of hooks: one secret opens one source; the same submission twice is one; everything else is refused."""

import orjson
import pytest
from django.core.cache import cache
from django.test import Client

from banyan.people.collection.actions import sources as actions
from banyan.people.collection.models import Batch, RawFile, Source
from banyan.people.collection.views import hooks
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.ids import new_id

RECORD = {"_uuid": "u1", "_xform_id_string": "a", "hh/address": "lane", "member": [{"member/full_name": "Aung"}]}


@pytest.fixture(autouse=True)
def _fresh_counts(db):
    cache.clear()


@pytest.fixture
def source(field):
    draft = actions.SourceDraft(
        operation_id=field.operation.pk, name="As they come", kind="hook", working_scope=field.kachin
    )
    return actions.save_source(draft, by=field.officer)


@pytest.fixture
def secret(source, field):
    return actions.renew_hook(source.pk, by=field.officer)


def post(client, source_id, secret="", body=None, kind="application/json", **headers):
    path = f"/collection/hook/{source_id}/{secret}"
    content = orjson.dumps(RECORD) if body is None else body
    return client.post(path, data=content, content_type=kind, headers=headers)


def still(monkeypatch):
    """The minute does not change while a test counts."""
    now = hooks.timezone.now()
    monkeypatch.setattr(hooks.timezone, "now", lambda: now)


def kept():
    with viewing(actions.SYSTEM):
        return Batch.objects.count(), RawFile.objects.count()


def test_a_submission_becomes_part_of_the_days_batch(client, source, secret, field):
    answer = post(client, source.pk, secret)
    assert (answer.status_code, answer.json()) == (202, {"taken": True})
    assert post(client, source.pk, secret, orjson.dumps({**RECORD, "_uuid": "u2"})).status_code == 202
    assert kept() == (1, 2)
    with viewing(actions.SYSTEM):
        batch = Batch.objects.get()
    assert (batch.kind, batch.scope_id, batch.source_id, batch.operation_id) == (
        "hook",
        field.kachin,
        source.pk,
        field.operation.pk,
    )


def test_sent_again_it_is_kept_once(client, source, secret):
    post(client, source.pk, secret)
    answer = post(client, source.pk, secret)
    assert (answer.status_code, answer.json()) == (202, {"taken": False})
    assert kept() == (1, 1)


def test_xml_is_taken_and_the_secret_may_stand_in_a_header(client, source, secret):
    xml = b"<f id='f'><full_name>Aung</full_name><meta><instanceID>uuid:3</instanceID></meta></f>"
    assert post(client, source.pk, body=xml, kind="text/xml", **{"X-Banyan-Secret": secret}).status_code == 202


def test_servers_need_no_token_of_a_form(source, secret):
    assert post(Client(enforce_csrf_checks=True), source.pk, secret).status_code == 202


def test_a_new_secret_ends_the_former(client, source, secret, field):
    newer = actions.renew_hook(source.pk, by=field.officer)
    assert post(client, source.pk, secret).status_code == 404
    assert post(client, source.pk, newer).status_code == 202


@pytest.mark.parametrize("body", [b"", b"hello", b"[1]", b"{", b"full_name,sex\nAung,M\n", b"<html/>"])
def test_what_is_no_submission_is_refused(client, source, secret, body):
    assert post(client, source.pk, secret, body).status_code == 422
    assert kept() == (0, 0)


class TestRefused:
    def test_wrong_unknown_and_absent_secrets_look_alike(self, client, source, secret, field):
        other = actions.save_source(
            actions.SourceDraft(operation_id=field.operation.pk, name="No hook yet", kind="hook"), by=field.officer
        )
        answers = [
            post(client, source.pk, "wrong"), post(client, source.pk), post(client, new_id(), secret), post(client, other.pk, secret),
            post(client, other.pk, "0" * 43),
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.json()["detail"] for answer in answers}) == 1
        assert kept() == (0, 0)

    def test_a_source_that_is_not_in_use(self, client, source, secret):
        with viewing(actions.SYSTEM):
            Source.objects.filter(pk=source.pk).update(is_active=False)
        assert post(client, source.pk, secret).status_code == 404

    def test_too_large(self, client, source, secret, monkeypatch):
        monkeypatch.setattr(actions, "LARGEST_HOOK", 10)
        assert post(client, source.pk, secret).status_code == 413

    def test_too_many(self, client, source, secret, monkeypatch):
        monkeypatch.setattr(hooks, "MOST_PER_MINUTE", 2)
        still(monkeypatch)
        assert [post(client, source.pk, secret).status_code for _ in range(3)] == [202, 202, 429]

    def test_too_many_guesses(self, client, source, secret, monkeypatch):
        monkeypatch.setattr(hooks, "MOST_WRONG_PER_MINUTE", 2)
        still(monkeypatch)
        assert [post(client, source.pk, "wrong").status_code for _ in range(3)] == [404, 404, 429]

    def test_looking_is_not_allowed(self, client, source, secret):
        assert client.get(f"/collection/hook/{source.pk}/{secret}").status_code == 405
