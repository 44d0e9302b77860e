"""Pages and API of jobs, as different people find them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from banyan.platform.access.models import Account
from banyan.platform.access.viewers import viewer_of
from banyan.platform.jobs import actions
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.jobs.tests import sample_jobs  # noqa: F401 - declares the jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trace_table")]
Make = Callable[..., Account]


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_a_person_finds_the_own_job_with_its_result(make_account: Make) -> None:
    account = make_account("reader")
    job = actions.start("jobs.count_in_chunks", by=viewer_of(account), label="Count <b>", chunks=1234, lane="a")
    client = signed_in(account)
    waiting = client.get(f"/jobs/{job.id}/")
    assert b'hx-trigger="every 1s"' in waiting.content
    assert b"Count &lt;b&gt;" in waiting.content
    run_jobs()
    done = client.get(f"/jobs/{job.id}/").content.decode()
    assert "every 1s" not in done
    assert "1234 chunks" in done
    assert 'href="/report/"' in done
    part = client.get(f"/jobs/{job.id}/progress/", headers={"HX-Request": "true"})
    assert part.headers["HX-Trigger"] == "job-over"
    assert b"<html" not in part.content
    listed = client.get("/jobs/?state=done").content.decode()
    assert f"/jobs/{job.id}/" in listed
    assert f"/jobs/{job.id}/" not in client.get("/jobs/?state=failed").content.decode()


@pytest.mark.parametrize("page", ["", "progress/", "cancel/", "retry/"])
def test_other_peoples_jobs_are_not_found(make_account: Make, page: str) -> None:
    job = actions.start("jobs.need_mending", by=viewer_of(make_account("reader")))
    client = signed_in(make_account("reader"))
    answer = client.post if page in ("cancel/", "retry/") else client.get
    assert answer(f"/jobs/{job.id}/{page}").status_code == 404
    assert f"/jobs/{job.id}/" not in client.get("/jobs/").content.decode()


def test_nobody_sees_jobs_without_signing_in() -> None:
    assert Client().get("/jobs/").status_code == 302


def test_a_failed_job_says_why_and_is_retried(make_account: Make) -> None:
    account = make_account("administrator")
    job = actions.start("jobs.need_mending", by=viewer_of(account))
    run_jobs(raising=False)
    client = signed_in(account)
    page = client.get(f"/jobs/{job.id}/").content.decode()
    assert "Row 3 has no name." in page
    assert f"/jobs/{job.id}/retry/" in page
    assert "need_mending" in page
    assert client.get(f"/jobs/{job.id}/retry/").status_code == 405
    assert client.post(f"/jobs/{job.id}/retry/").status_code == 302
    assert client.post(f"/jobs/{job.id}/retry/").status_code == 409
    assert client.post(f"/jobs/{job.id}/cancel/").status_code == 302
    assert client.post(f"/jobs/{job.id}/cancel/").status_code == 409


def test_who_may_only_look_is_offered_nothing(make_account: Make) -> None:
    job = actions.start("jobs.need_mending", by=viewer_of(make_account("reader")))
    client = signed_in(make_account("auditor"))
    page = client.get(f"/jobs/{job.id}/").content.decode()
    assert "/cancel/" not in page
    assert client.post(f"/jobs/{job.id}/cancel/").status_code == 403


def test_the_list_costs_the_same_however_long(make_account: Make, django_assert_max_num_queries: Any) -> None:
    account = make_account("reader")
    client = signed_in(account)
    client.get("/jobs/")
    for _ in range(60):
        actions.start("jobs.need_mending", by=viewer_of(account))
    with django_assert_max_num_queries(14):
        assert client.get("/jobs/").content.decode().count("/jobs/0") >= 50


def test_the_api_tells_the_same(make_account: Make) -> None:
    account = make_account("reader")
    client = signed_in(account)
    job = actions.start("jobs.need_mending", by=viewer_of(account))
    other = actions.start("jobs.need_mending", by=viewer_of(make_account("reader")))
    assert [item["id"] for item in client.get("/api/v1/jobs").json()["items"]] == [str(job.id)]
    assert client.get(f"/api/v1/jobs/{other.id}").status_code == 404
    run_jobs(raising=False)
    found = client.get(f"/api/v1/jobs/{job.id}").json()
    assert (found["state"], found["failure"]["detail"]) == ("failed", "Row 3 has no name.")
    assert "frames" not in found["failure"]
    assert client.get("/api/v1/jobs?state=failed").json()["items"][0]["id"] == str(job.id)
    assert client.get("/api/v1/jobs?state=done").json()["items"] == []
    assert client.get(f"/api/v1/jobs?after={job.id}").json() == {"items": [], "after": None}
    assert client.post(f"/api/v1/jobs/{job.id}/retry").json()["state"] == "waiting"
    assert client.post(f"/api/v1/jobs/{job.id}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{job.id}/cancel").status_code == 409
