"""Pages of sources and of the columns of a batch, without JavaScript."""

import pytest

from banyan.people.collection import actions as batches
from banyan.people.collection import queries
from banyan.people.collection.actions import sources as actions
from banyan.people.collection.models import Batch, Source
from banyan.platform.access.models import Account
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

PEOPLE = "\n".join(
    [
        "Household ID,Full name,Sex,Date of birth,Roof",
        *(f"H{n},Aung {n},{'MF'[n % 2]},1980-02-03,{'tin' if n % 3 else 'leaf'}" for n in range(30)),
    ]
)


@pytest.fixture
def sign_in(client):
    def as_(viewer):
        with viewing(actions.SYSTEM):
            client.force_login(
                Account.objects.get(pk=viewer.id), backend="banyan.platform.access.backends.AccountBackend"
            )
        return client

    return as_


@pytest.fixture
def waiting(field):
    """A batch that waits for somebody to say what its columns hold."""
    batch = batches.submit_batch(
        [("people.csv", PEOPLE.encode())], by=field.clerk, operation_id=field.operation.pk, scope_id=field.whole
    )
    run_jobs()
    return batch


@pytest.fixture
def source(field):
    draft = actions.SourceDraft(
        operation_id=field.operation.pk,
        name="Arrivals",
        kind="kobo",
        server_url="https://kf.example.org",
        asset_uid="aX",
        token="tok-secret",
    )
    return actions.save_source(draft, by=field.officer)


class TestColumns:
    def test_the_guess_is_shown_with_its_reason_and_masked_values(self, sign_in, field, waiting):
        page = sign_in(field.clerk).get(f"/collection/{waiting.pk}/mapping/").content.decode()
        assert '<option value="person.full_name" selected>' in page
        assert '<option value="@keep" selected>' in page
        assert "by its name" in page
        assert "A••• 0" in page
        assert "Aung 0" not in page
        assert "1980-02-03" not in page  # all alike, and yet a date of birth
        assert "tin" in page  # one of few choices tells nobody apart

    def test_values_are_shown_when_asked_for_and_that_is_logged(self, sign_in, field, waiting, monkeypatch):
        logged = []
        monkeypatch.setattr(
            "banyan.people.collection.views.mapping.log_read", lambda viewer, **entry: logged.append(entry)
        )
        posted = {"show": "1", "column-0-4": "household.address"}
        page = sign_in(field.clerk).post(f"/collection/{waiting.pk}/mapping/", posted).content.decode()
        assert "Aung 0" in page
        assert '<option value="household.address" selected>' in page
        assert logged[0]["subject"] == "collection.batch"

    def test_confirming_starts_the_check_and_the_source_remembers(self, sign_in, field, waiting):
        posted = {"table-0": "both", "column-0-4": "household.address", "remember": "on", "source_name": "Lists"}
        answer = sign_in(field.clerk).post(f"/collection/{waiting.pk}/mapping/", posted)
        assert answer.status_code == 302
        run_jobs()
        with viewing(field.clerk):
            assert queries.batch(waiting.pk, seen_by=field.clerk).state == "review"
        with viewing(actions.SYSTEM):
            remembered = Source.objects.get(name="Lists").mapping["tables"][0]
        assert remembered["targets"][4]["field"] == "household.address"

    def test_what_contradicts_itself_is_said_and_nothing_starts(self, sign_in, field, waiting):
        posted = {"column-0-4": "person.full_name", "column-0-2": "person.wishes"}
        answer = sign_in(field.clerk).post(f"/collection/{waiting.pk}/mapping/", posted)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "person.wishes" in text
        assert "B Full name, E Roof" in text
        with viewing(field.clerk):
            assert queries.batch(waiting.pk, seen_by=field.clerk).state == "mapping"

    def test_a_batch_that_is_over_has_no_columns_to_confirm(self, sign_in, field, waiting):
        with viewing(actions.SYSTEM):
            Batch.objects.filter(pk=waiting.pk).update(state="rejected")
        assert sign_in(field.clerk).get(f"/collection/{waiting.pk}/mapping/").status_code == 409

    def test_out_of_reach(self, sign_in, field, waiting):
        assert sign_in(field.kachin_clerk).get(f"/collection/{waiting.pk}/mapping/").status_code == 404
        assert sign_in(field.protector).get(f"/collection/{waiting.pk}/mapping/").status_code == 403

    def test_damaged_samples_do_no_harm(self, sign_in, field, waiting):
        with viewing(actions.SYSTEM):
            batch = Batch.objects.get(pk=waiting.pk)
            batch.detected["samples"] = "nonsense"
            batch.save()
        assert sign_in(field.clerk).get(f"/collection/{waiting.pk}/mapping/").status_code == 200
        with viewing(actions.SYSTEM):
            batch.detected.pop("samples")
            batch.save()
        assert sign_in(field.clerk).get(f"/collection/{waiting.pk}/mapping/").status_code == 200


class TestSources:
    def form(self, field, **more):
        return {"operation": str(field.operation.pk), "name": "New", "kind": "file", "is_active": "on", **more}

    def test_list(self, sign_in, field, source):
        assert "Arrivals" in sign_in(field.officer).get("/collection/sources/").content.decode()

    def test_add_and_change(self, sign_in, field):
        client = sign_in(field.officer)
        assert client.get("/collection/sources/new/").status_code == 200
        answer = client.post("/collection/sources/new/", self.form(field, working_scope=str(field.whole)))
        assert answer.status_code == 302
        with viewing(actions.SYSTEM):
            made = Source.objects.get(name="New")
        assert made.working_scope == field.whole
        assert client.post(answer.url, self.form(field, name="Other")).status_code == 302
        assert client.get(answer.url).status_code == 200

    def test_the_token_is_never_shown(self, sign_in, field, source):
        page = sign_in(field.officer).get(f"/collection/sources/{source.pk}/").content.decode()
        assert "tok-secret" not in page
        assert source.token_locked not in page
        assert "kept locked" in page

    def test_all_faults_at_once(self, sign_in, field):
        answer = sign_in(field.officer).post(
            "/collection/sources/new/", self.form(field, kind="kobo", server_url="http://10.0.0.1")
        )
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "https://" in text
        assert "project on the server" in text
        assert sign_in(field.officer).post("/collection/sources/new/", {}).status_code == 422

    def test_fetch_now_starts_a_job(self, sign_in, field, source):
        answer = sign_in(field.officer).post(f"/collection/sources/{source.pk}/pull/")
        assert answer.status_code == 302

    def test_the_address_of_a_hook_is_shown_once(self, sign_in, field, source):
        client = sign_in(field.officer)
        page = client.post(f"/collection/sources/{source.pk}/hook/").content.decode()
        with viewing(actions.SYSTEM):
            locked = Source.objects.get(pk=source.pk).hook_secret_locked
        assert f"/collection/hook/{source.pk}/" in page
        assert locked not in page
        assert "Copy the secret now" in page

    def test_what_lacks_for_fetching_is_said(self, sign_in, field):
        draft = actions.SourceDraft(
            operation_id=field.operation.pk,
            name="Half",
            kind="kobo",
            server_url="https://kf.example.org",
            asset_uid="aX",
        )
        half = actions.save_source(draft, by=field.officer)
        assert "token" in sign_in(field.officer).get(f"/collection/sources/{half.pk}/").content.decode()

    def test_who_may_not(self, sign_in, field, source):
        assert sign_in(field.clerk).get("/collection/sources/").status_code == 403
        assert sign_in(field.clerk).post(f"/collection/sources/{source.pk}/hook/").status_code == 403
        assert sign_in(field.protector).post(f"/collection/sources/{source.pk}/pull/").status_code == 403
