"""Fetching from a KoBo server over real HTTP: paged, once, with edits and deletions; led nowhere else; token unseen."""

import logging

import pytest

from banyan.people.collection import queries
from banyan.people.collection.actions import fetching
from banyan.people.collection.actions import sources as actions
from banyan.people.collection.models import Batch, FetchedSubmission, RawFile, Source, Submission
from banyan.people.collection.rules.recognition import guess, remember
from banyan.people.collection.servers import KoboServer, check_server
from banyan.people.collection.sources import read
from banyan.people.collection.tests.kobo_server import ASSET, TOKEN, running
from banyan.people.forms.declarations import register_fields
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem
from banyan.platform.kernel.vault import lock_text


@pytest.fixture
def kobo(settings):
    settings.PRIVATE_SERVERS = frozenset({"127.0.0.1"})
    with running() as server:
        yield server


@pytest.fixture
def source(field, kobo):
    draft = actions.SourceDraft(
        operation_id=field.operation.pk, name="Arrivals", kind="kobo", server_url=kobo.url, asset_uid=ASSET, token=TOKEN,
        working_scope=field.whole,
    )  # fmt: skip
    return actions.save_source(draft, by=field.officer)


def family(kobo, number, *names, **more):
    return kobo.add(
        number,
        **{
            "hh/address": f"lane {number}",
            "member": [{"member/full_name": name, "member/sex": "male"} for name in names],
            **more,
        },
    )


def knows_its_columns(source, kobo):
    """The source remembers a mapping, so that what is fetched is staged without asking."""
    import orjson

    reading = read(orjson.dumps(kobo.rows))
    source.mapping = remember(reading, guess(reading, register_fields()))
    with viewing(actions.SYSTEM):
        source.save()


def pull(source, field, *, raising=True):
    actions.start_pull(source.pk, by=field.officer)
    run_jobs(raising=raising)
    with viewing(actions.SYSTEM):
        return Job.objects.filter(name="collection.pull_source").latest("id")


def state(source):
    with viewing(actions.SYSTEM):
        return {
            "uids": sorted(Submission.objects.values_list("uid", flat=True)),
            "batches": Batch.objects.filter(source=source).count(),
            "files": RawFile.objects.filter(is_media=False).count(),
            "media": sorted(RawFile.objects.filter(is_media=True).values_list("name", flat=True)),
            "known": FetchedSubmission.objects.filter(source=source).count(),
            "gone": FetchedSubmission.objects.filter(source=source).exclude(gone_at=None).count(),
        }


class TestPull:
    def test_all_pages_become_the_days_batch(self, source, kobo, field):
        for number in range(1, 6):
            family(kobo, number, f"Person {number}", photo=b"\xff\xd8\xffx" if number == 2 else None)
        knows_its_columns(source, kobo)
        job = pull(source, field)
        assert state(source) == {
            "uids": [f"uuid-{n}" for n in range(1, 6)], "batches": 1, "files": 3, "media": ["p2.jpg"], "known": 5, "gone": 0,
        }  # fmt: skip
        assert job.outcome["counts"]["On the server"] == 5
        with viewing(actions.SYSTEM):
            assert Source.objects.get(pk=source.pk).last_pulled_at is not None

    def test_again_nothing_comes_twice(self, source, kobo, field):
        family(kobo, 1, "Aung")
        knows_its_columns(source, kobo)
        pull(source, field)
        before = state(source)
        kobo.rows[0]["_validation_status"] = {"label": "Approved"}  # the server's own matter
        job = pull(source, field)
        assert state(source) == before
        assert job.outcome["counts"]["New or changed"] == 0

    def test_only_what_is_new_is_fetched(self, source, kobo, field):
        family(kobo, 1, "Aung")
        knows_its_columns(source, kobo)
        pull(source, field)
        family(kobo, 2, "Su")
        job = pull(source, field)
        assert job.outcome["counts"]["New or changed"] == 1
        assert state(source)["uids"] == ["uuid-1", "uuid-2"]

    def test_an_edit_meets_its_original(self, source, kobo, field):
        row = family(kobo, 1, "Aung")
        knows_its_columns(source, kobo)
        pull(source, field)
        # KoBo gives an edited submission another id; a second edit names only the first.
        row.update({"_uuid": "edited", "meta/instanceID": "uuid:edited", "hh/address": "moved"})
        assert pull(source, field).outcome["counts"]["Changed"] == 1
        row.update(
            {"_uuid": "again", "meta/instanceID": "uuid:again", "meta/deprecatedID": "uuid:edited", "hh/address": "far"}
        )
        assert pull(source, field).outcome["counts"]["Changed"] == 1
        with viewing(actions.SYSTEM):
            assert set(Submission.objects.values_list("uid", flat=True)) == {"uuid-1"}

    def test_deletions_are_told_once_and_nothing_is_taken_back(self, source, kobo, field):
        family(kobo, 1, "Aung")
        family(kobo, 2, "Su")
        knows_its_columns(source, kobo)
        pull(source, field)
        kobo.rows.pop()
        assert pull(source, field).outcome["counts"]["No longer on the server"] == 1
        assert pull(source, field).outcome["counts"]["No longer on the server"] == 0
        assert state(source)["gone"] == 1
        assert state(source)["uids"] == ["uuid-1", "uuid-2"]

    def test_what_was_interrupted_goes_on_where_it_was(self, source, kobo, field):
        for number in range(1, 6):
            family(kobo, number, f"Person {number}")
        knows_its_columns(source, kobo)
        with viewing(field.officer), KoboServer(kobo.url, TOKEN) as server:
            rows, _total = next(server.pages(ASSET))
            fetching.keep_page(source, fetching.sift(source, rows), by=field.officer, asset=ASSET)
        assert pull(source, field).outcome["counts"]["New or changed"] == 3
        assert state(source)["uids"] == [f"uuid-{n}" for n in range(1, 6)]

    def test_a_busy_server_is_asked_again(self, source, kobo, field, monkeypatch):
        monkeypatch.setattr("banyan.people.collection.servers.time.sleep", lambda _seconds: None)
        family(kobo, 1, "Aung")
        knows_its_columns(source, kobo)
        path = f"/api/v2/assets/{ASSET}/data/"
        kobo.trouble[path] = [(429, {"Retry-After": "1"}, b""), (503, {}, b"")]
        assert pull(source, field).outcome["counts"]["On the server"] == 1

    def test_large_and_foreign_attachments_are_left_and_counted(self, source, kobo, field, monkeypatch):
        monkeypatch.setattr("banyan.people.collection.servers.LARGEST_ATTACHMENT", 10)
        family(kobo, 1, "Aung", photo=b"\xff\xd8\xff" + b"x" * 20)
        row = family(kobo, 2, "Su")
        row["_attachments"] = [
            {"download_url": "https://elsewhere.example/x", "filename": "a/b.jpg"}, {"filename": "no/address.jpg"}, "odd",
            {"download_url": kobo.url + "/gone", "filename": "a/c.jpg"}, {"is_deleted": True, "filename": "d"},
        ]  # fmt: skip
        knows_its_columns(source, kobo)
        assert pull(source, field).outcome["counts"]["Attachments not taken"] == 4
        assert state(source)["media"] == []

    def test_a_wrong_token_is_said_without_it(self, source, kobo, field, caplog):
        with viewing(actions.SYSTEM):
            Source.objects.filter(pk=source.pk).update(
                token_locked=lock_text("secret-token", about=f"token:{source.pk}")
            )
        with caplog.at_level(logging.DEBUG):
            pull(source, field, raising=False)
        assert "secret-token" not in caplog.text
        with viewing(actions.SYSTEM):
            told = str(Job.objects.filter(name="collection.pull_source").values().latest("id"))
        assert "kobo_refused" in told or "does not accept the token" in told
        assert "secret-token" not in told

    def test_what_lacks_is_said(self, field, kobo):
        draft = actions.SourceDraft(operation_id=field.operation.pk, name="Files", kind="file")
        source = actions.save_source(draft, by=field.officer)
        with pytest.raises(Problem) as caught:
            actions.start_pull(source.pk, by=field.officer)
        assert {problem.at.field for problem in caught.value.errors} == {"server_url", "asset_uid", "token_locked"} or {
            problem.at.field for problem in caught.value.errors
        } == {"server_url", "asset_uid", "token"}

    def test_every_hour_starts_what_asks_for_it(self, source, kobo, field):
        from banyan.people.collection import jobs

        family(kobo, 1, "Aung")
        knows_its_columns(source, kobo)
        with viewing(actions.SYSTEM):
            Source.objects.filter(pk=source.pk).update(fetches_hourly=True)
        assert jobs.pull_sources(None, by=actions.SYSTEM).counts["Started"] == 1
        run_jobs()
        assert state(source)["known"] == 1


ANSWERS = [
    ((302, {"Location": "http://elsewhere.example/"}, b""), "another address"),
    ((200, {}, b"<html>"), "no JSON"),
    ((200, {}, b"[]"), "described"),
    ((418, {}, b""), "418"),
]


class TestServer:
    @pytest.mark.parametrize(("answer", "told"), ANSWERS)
    def test_what_is_no_kobo_is_said(self, kobo, answer, told):
        kobo.trouble[f"/api/v2/assets/{ASSET}/"] = [answer]
        with KoboServer(kobo.url, TOKEN) as server, pytest.raises(Problem) as caught:
            server.asset(ASSET)
        assert told in caught.value.detail
        assert TOKEN not in str(caught.value)

    @pytest.mark.parametrize("body", [b'{"results": 3}', b'{"results": [1]}', b"7"])
    def test_pages_without_submissions_are_said(self, kobo, body):
        kobo.trouble[f"/api/v2/assets/{ASSET}/data/"] = [(200, {}, body)]
        with KoboServer(kobo.url, TOKEN) as server, pytest.raises(Problem) as caught:
            next(server.pages(ASSET))
        assert caught.value.code == "collection.kobo_unexpected"

    def test_next_of_another_host_is_not_followed(self, kobo):
        for number in range(1, 4):
            kobo.add(number)
        kobo.next_host = "http://169.254.169.254"
        with KoboServer(kobo.url, TOKEN) as server, pytest.raises(Problem) as caught:
            list(server.pages(ASSET))
        assert caught.value.code == "collection.kobo_unexpected"

    def test_pages_that_run_in_a_circle_end(self, kobo):
        kobo.add(1)
        path = f"/api/v2/assets/{ASSET}/data/"
        again = f'{{"results": [], "next": "{kobo.url}{path}?x=1"}}'.encode()
        kobo.trouble[path] = [(200, {}, again)] * 3
        with KoboServer(kobo.url, TOKEN) as server, pytest.raises(Problem) as caught:
            list(server.pages(ASSET))
        assert "circle" in caught.value.detail

    def test_an_endless_answer_is_cut(self, kobo, monkeypatch):
        monkeypatch.setattr("banyan.people.collection.servers.LARGEST_ANSWER", 5)
        with KoboServer(kobo.url, TOKEN) as server, pytest.raises(Problem) as caught:
            server.asset(ASSET)
        assert "too large" in caught.value.detail

    def test_a_server_that_is_not_there_is_said(self, kobo, monkeypatch):
        monkeypatch.setattr("banyan.people.collection.servers.ATTEMPTS", 2)
        url = "http://127.0.0.1:1"
        with KoboServer(url, TOKEN, pause=0.0) as server:
            with pytest.raises(Problem) as caught:
                server.asset(ASSET)
            assert server.attachment(url + "/x") is None
        assert caught.value.code == "collection.kobo_unreachable"

    def test_the_token_goes_to_the_server_only(self, kobo):
        kobo.add(1)
        with KoboServer(kobo.url, TOKEN) as server:
            assert server.asset(ASSET)["name"] == "Arrivals"
            assert len(list(server.pages(ASSET))) == 1
        assert kobo.tokens == {f"Token {TOKEN}"}
        assert not any(TOKEN in path for path in kobo.asked)


ADDRESSES = [
    ("ftp://kobo.example", False), ("kobo.example", False), ("", False), ("https://", False), ("http://kobo.example", False),
    ("https://user:pw@kobo.example", False), ("https://10.0.0.1", False), ("https://127.0.0.1", False),
    ("https://[::1]", False), ("https://169.254.169.254", False), ("https://192.168.1.9/kobo", False),
    ("https://kobo.example:99999", False), ("https://kf.kobotoolbox.org/", True), ("https://93.184.216.34:8443/k/", True),
]  # fmt: skip


@pytest.mark.parametrize(("url", "good"), ADDRESSES)
def test_addresses(url, good):
    if good:
        assert check_server(url) == url.rstrip("/")
    else:
        with pytest.raises(Problem) as caught:
            check_server(url)
        assert caught.value.code == "collection.server_forbidden"


def test_a_public_name_that_leads_inside_is_not_asked(monkeypatch):
    import socket

    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_a, **_k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    )
    with KoboServer("https://kobo.example", TOKEN) as server, pytest.raises(Problem) as caught:
        server.asset(ASSET)
    assert caught.value.code == "collection.server_forbidden"


def test_a_name_nobody_knows_is_said(monkeypatch):
    import socket

    def unknown(*_args, **_kwargs):
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with KoboServer("https://kobo.example", TOKEN, pause=0.0) as server, pytest.raises(Problem) as caught:
        server.asset(ASSET)
    assert caught.value.code == "collection.kobo_unreachable"


class TestSources:
    def draft(self, field, **more):
        return actions.SourceDraft(**{"operation_id": field.operation.pk, "name": "A", "kind": "file", **more})

    def test_the_token_is_locked_and_stays_when_left_empty(self, source, field, kobo):
        assert TOKEN not in source.token_locked
        assert actions.token_of(source) == TOKEN
        again = actions.save_source(
            self.draft(field, name="B", kind="kobo", server_url=kobo.url, asset_uid=ASSET, fetches_hourly=True),
            by=field.officer, source_id=source.pk,
        )  # fmt: skip
        assert actions.token_of(again) == TOKEN
        assert (again.name, again.fetches_hourly) == ("B", True)

    def test_one_token_opens_no_other_source(self, source, field):
        other = actions.save_source(self.draft(field), by=field.officer)
        other.token_locked = source.token_locked
        with pytest.raises(vault.Broken):
            actions.token_of(other)

    @pytest.mark.parametrize(
        ("more", "fields"),
        [
            ({"name": " "}, {"name"}),
            ({"kind": "fax"}, {"kind"}),
            ({"kind": "kobo"}, {"server_url", "asset_uid"}),
            ({"server_url": "http://10.0.0.1"}, {"server_url"}),
            ({"working_scope": 999_999}, {"working_scope"}),
            ({"name": "", "kind": "kobo", "server_url": "nonsense"}, {"name", "server_url", "asset_uid"}),
        ],
    )
    def test_everything_that_does_not_fit_is_said_at_once(self, field, more, fields):
        with pytest.raises(Problem) as caught:
            actions.save_source(self.draft(field, **more), by=field.officer)
        found = caught.value.errors or [caught.value]
        assert {problem.at.field for problem in found} == fields

    def test_a_name_stands_once_in_an_operation(self, field):
        actions.save_source(self.draft(field), by=field.officer)
        with pytest.raises(Problem) as caught:
            actions.save_source(self.draft(field), by=field.officer)
        assert caught.value.code == "kernel.conflict"

    def test_a_source_stays_in_its_operation_and_its_form_belongs_to_it(self, field, source):
        from banyan.people.forms.models import Form
        from banyan.platform.access import actions as access

        other = access.add_operation("IRQ", "Iraq", "IRQ", by=actions.SYSTEM)
        with viewing(actions.SYSTEM):
            foreign = Form.objects.create(operation=other, code="f", title="F")
            own = Form.objects.create(operation=field.operation, code="g", title="G")
        with pytest.raises(Problem) as caught:
            actions.save_source(self.draft(field, operation_id=other.pk), by=actions.SYSTEM, source_id=source.pk)
        assert caught.value.code == "kernel.not_found"
        with pytest.raises(Problem) as caught:
            actions.save_source(self.draft(field, form_id=foreign.pk), by=actions.SYSTEM)
        assert caught.value.code == "collection.form_other_operation"
        saved = actions.save_source(self.draft(field, form_id=own.pk), by=field.officer)
        assert actions.version_for(saved) is None  # nothing was published yet

    def test_who_may_not_may_not(self, field, source):
        for act in (
            lambda: actions.save_source(self.draft(field), by=field.clerk),
            lambda: actions.renew_hook(source.pk, by=field.clerk),
            lambda: actions.start_pull(source.pk, by=field.protector),
        ):
            with pytest.raises(Problem) as caught:
                act()
            assert caught.value.code == "kernel.not_allowed"

    def test_an_operation_out_of_reach_is_not_found(self, field, source):
        from banyan.platform.access import actions as access
        from banyan.platform.access.testing import make_account
        from banyan.platform.access.viewers import viewer_of

        other = access.add_operation("IRQ", "Iraq", "IRQ", by=actions.SYSTEM)
        stranger = viewer_of(make_account("registration-officer", operation=other))
        for act in (
            lambda: actions.save_source(self.draft(field), by=stranger),
            lambda: actions.save_source(self.draft(field, operation_id=other.pk), by=stranger, source_id=source.pk),
            lambda: actions.renew_hook(source.pk, by=stranger),
            lambda: actions.start_pull(source.pk, by=stranger),
        ):
            with pytest.raises(Problem) as caught:
                act()
            assert caught.value.code in ("kernel.not_found", "kernel.not_allowed")
        with viewing(stranger):
            assert list(queries.sources(seen_by=stranger, permission=actions.CHANGE)) == []
