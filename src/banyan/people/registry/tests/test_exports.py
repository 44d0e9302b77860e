"""Exports: who may, whom they name, what stands in the cells, how long the file stays, what is logged."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from banyan.people.registry import actions, queries
from banyan.people.registry.models import Export, Notice
from banyan.people.registry.rules import exporting
from banyan.people.registry.tests.standins import BY, client_of, person, small_register
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

REASON = "Distribution list of March for the food team"
FORM = {"reason": REASON, "use": "work", "file_format": "csv"}


@pytest.fixture
def world(db):
    return small_register()


@pytest.fixture
def officer(world):
    return client_of("registration-officer")


def entries(**wanted):
    with viewing(BY):
        return list(ReadEntry.objects.filter(**wanted).order_by("at"))


def ask(client, subject="people", filters="", **changed):
    return client.post(reverse("registry:export", args=[subject]), {**FORM, "filters": filters, **changed})


def fetched(client, answer):
    assert answer.status_code == 302, answer.content.decode()
    file = client.get(f"{answer.url}file/")
    assert file.status_code == 200
    return file


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_csv_holds_whom_the_filters_leave(officer, world):
    rows = rows_of(fetched(officer, ask(officer, filters="sex=female&sort=-full_name&after=x")).content)
    assert [row["Full name"] for row in rows] == ["Daw Khin Myat Noe", "Ma Thida"]
    assert rows[0]["Household"] == "HHD-AAAA-AAAA-A"
    assert rows[0]["Date of birth"] == "1984"
    assert rows[0]["Agreed to sharing"] == "yes"
    assert "Documents" not in rows[0]


def test_sensitive_columns_only_when_asked_for(officer, world):
    (head, _child, _far) = rows_of(fetched(officer, ask(officer, with_sensitive="on")).content)
    assert "12/KAMANA(N)123456" in head["Documents"]
    assert head["Telephones"] == "'+959111222333"  # a spreadsheet would compute what begins with a plus
    assert head["religion"] == "buddhist"
    assert "khin@example.org" in head["E-mail"]


def test_sensitive_columns_are_refused_to_who_may_not_see_them(world, viewer_with):
    by = viewer_with("registry.view_person", "registry.export_person")
    with pytest.raises(Problem) as refused, viewing(by):
        actions.request_export("people", {}, by=by, file_format="csv", use="work", reason=REASON, with_sensitive=True)
    assert refused.value.code == "kernel.not_allowed"


def test_sensitive_cells_stay_empty_where_the_permission_does_not_reach(world):
    account = make_account("registration-officer", operation=world.operation, area=world.south)
    from banyan.platform.access.models import Grant

    with viewing(BY):
        Grant.objects.create(
            account=account,
            role="registration-clerk",
            operation=world.operation,
            area=world.north,
            valid_from=date(2020, 1, 1),
        )
    viewer = viewer_of(account)
    with viewing(viewer):
        (_columns, rows), _ids, _left = queries.export_table(
            "people", {}, use="work", sensitive=True, most=10, seen_by=viewer
        )
    assert {row["full_name"]: "documents" in row for row in rows} == {
        "Daw Khin Myat Noe": False, "Ma Thida": False, "U Far Away": True
    }  # fmt: skip


@pytest.mark.parametrize("role", ["registration-clerk", "protection-officer", "auditor", "reader"])
def test_others_export_nothing(world, role):
    client = client_of(role)
    assert ask(client).status_code == 403
    assert client.get(reverse("registry:export", args=["people"])).status_code == 403
    assert client.get(reverse("registry:exports")).status_code == 403
    with viewing(BY):
        assert not Export.objects.exists()


def test_only_who_asked_gets_the_file(officer, world):
    answer = ask(officer)
    other = client_of("registration-officer")
    assert other.get(answer.url).status_code == 404
    assert other.get(f"{answer.url}file/").status_code == 404
    assert other.get(reverse("registry:exports")).context["page"].rows == []
    assert len(officer.get(reverse("registry:exports")).context["page"].rows) == 1


def test_a_limited_officer_exports_only_the_own_area(world):
    client = client_of("registration-officer", operation=world.operation, area=world.south)
    assert [row["Full name"] for row in rows_of(fetched(client, ask(client)).content)] == ["U Far Away"]


@pytest.mark.parametrize("value", ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"])
def test_cells_cannot_become_formulas(officer, world, value):
    with viewing(BY):
        person(world.operation, world.north_scope, "PRN-FFFF-FFFF-F", value, occupation=value, extras={"note": value})
    content = fetched(officer, ask(officer, with_sensitive="on")).content
    cells = [cell for row in rows_of(content) for cell in row.values() if value.strip() in cell]
    assert len(cells) == 3
    assert all(cell.startswith("'") for cell in cells)
    book = load_workbook(io.BytesIO(fetched(officer, ask(officer, with_sensitive="on", file_format="xlsx")).content))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "d", "b", "inlineStr"}


def test_sharing_leaves_out_who_did_not_agree(officer, world):
    with viewing(BY):
        Notice.objects.create(
            person=world.child, scope_id=world.north_scope, given_on=date(2026, 2, 1), purposes={"sharing": False}
        )
    answer = ask(officer, use="sharing")
    assert [row["Full name"] for row in rows_of(fetched(officer, answer).content)] == ["Daw Khin Myat Noe"]
    page = officer.get(answer.url).content.decode()
    assert "2 were left out" in page  # the child refused; nothing is recorded for the man far away
    with viewing(BY):
        world.notice.withdrawn_on = date(2026, 3, 1)
        world.notice.save()
    assert rows_of(fetched(officer, ask(officer, use="sharing")).content) == []
    assert rows_of(fetched(officer, ask(officer, subject="households", use="sharing")).content) == []
    assert len(rows_of(fetched(officer, ask(officer)).content)) == 3


def test_households(officer, world):
    rows = rows_of(fetched(officer, ask(officer, subject="households", with_sensitive="on")).content)
    assert [(row["Reference"], row["People"], row["Telephones"]) for row in rows] == [
        ("HHD-AAAA-AAAA-A", "2", "'+959444555666"), ("HHD-BBBB-BBBB-B", "1", "")
    ]  # fmt: skip


def test_what_is_missing_is_told_at_once(officer, world):
    answer = ask(officer, reason="because", file_format="pdf", use="")
    assert answer.status_code == 422
    assert {"reason", "file_format", "use"} <= set(answer.context["form"].errors)
    answer = ask(officer, filters="age_from=old&registered_to=never&operation=none")
    assert answer.status_code == 422
    assert len(answer.context["problems"]) == 3
    assert ask(officer, subject="places").status_code == 404
    with viewing(BY):
        assert not Export.objects.exists()


def test_the_cap_refuses_with_the_way_to_mend(officer, world, settings):
    settings.REGISTRY_EXPORT_ROWS = 2
    answer = ask(officer)
    assert answer.status_code == 422
    assert "Narrow the filters" in answer.content.decode()
    assert ask(officer, filters="sex=female").status_code == 302


def test_exporting_is_logged_with_everybody_it_names(officer, world):
    answer = ask(officer, filters="sex=female")
    (made,) = entries(kind="export")
    assert set(made.ids) == {world.head.pk, world.child.pk}
    assert (made.purpose, made.actor, made.subject) == (REASON, str(officer.account.pk), "registry.person")
    assert made.query_hash
    fetched(officer, answer)
    assert len(entries(kind="export")) == 2


def test_large_ones_are_written_in_the_background(officer, world, monkeypatch):
    monkeypatch.setattr("banyan.people.registry.actions.exports.AT_ONCE", 1)
    answer = ask(officer)
    page = officer.get(answer.url)
    assert page.status_code == 200
    assert page.context["job"]
    assert officer.get(f"{answer.url}file/").status_code == 410
    run_jobs()
    assert len(rows_of(fetched(officer, answer).content)) == 3


def test_files_are_locked_and_destroyed_after_their_days(officer, world, django_capture_on_commit_callbacks):
    answer = ask(officer)
    with viewing(BY):
        export = Export.objects.get()
        raw = vault._path(export.file).read_bytes()
        assert b"Khin" not in raw
        assert export.expires_at - export.asked_at >= timedelta(days=exporting.KEPT_DAYS) - timedelta(minutes=1)
        Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert officer.get(f"{answer.url}file/").status_code == 410
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.clear_exports(by=BY) == 1
    with pytest.raises(FileNotFoundError):
        vault.fetch(export.file)
    assert "This file is no longer there" in officer.get(answer.url).content.decode()
    assert officer.get(f"{answer.url}file/").status_code == 410


def test_the_file_is_kept_by_nobody_on_the_way(officer, world):
    file = fetched(officer, ask(officer))
    assert "no-store" in file["Cache-Control"]
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Disposition"].startswith("attachment")
