"""Uploads end to end on a real database."""

import pytest

from banyan.people.forms import actions, queries
from banyan.people.forms.facts import FormPublished
from banyan.people.forms.models import Form, FormVersion
from banyan.people.forms.workbooks.reading import read_workbook
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.history.queries import timeline
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db
BY = system_viewer("tests")


@pytest.fixture
def operation(db):
    with viewing(BY):
        return Operation.objects.create(code="MMR", name="Myanmar", country="MMR")


@pytest.fixture
def seeing(db):
    with viewing(BY):
        yield


def upload(shared_data, name, operation, **more):
    path = shared_data / "xlsforms" / name
    return actions.upload_form(path.name, path.read_bytes(), by=BY, operation_id=operation.pk, **more)


def test_a_good_form_is_converted_and_published(seeing, operation, shared_data):
    version = upload(shared_data, "unhcr/XLSform_template.xlsx", operation)
    assert (version.number, version.state, version.counts["errors"]) == (1, "draft", 0)
    assert version.xform.startswith("<?xml")
    published = actions.publish_version(version.pk, by=BY)
    assert published.state == "published"
    assert queries.current_version(version.form_id, seen_by=BY) == published
    assert len(queries.schema(version.pk, seen_by=BY).questions) == version.counts["rows"]


def test_the_same_file_again_is_the_same_version(seeing, operation, shared_data):
    first = upload(shared_data, "unhcr/data_form.xls", operation)
    assert upload(shared_data, "unhcr/data_form.xls", operation) == first
    assert (Form.objects.count(), FormVersion.objects.count()) == (1, 1)


def test_mends_are_offered_then_accepted(seeing, operation, shared_data):
    version = upload(shared_data, "unhcr/data_form.xls", operation)
    assert version.counts["errors"] == 4
    assert not version.xform
    with pytest.raises(Problem) as caught:
        actions.publish_version(version.pk, by=BY)
    assert caught.value.code == "forms.version_has_errors"
    original = version.file
    version = actions.accept_mends(version.pk, [offer["key"] for offer in version.offers], by=BY)
    assert version.counts["errors"] == 0
    assert version.file == original
    first = version.mends[0]
    assert (first["sheet"], first["row"], first["letter"], first["old"], first["new"]) == (
        "survey",
        2,
        "A",
        "numeric",
        "decimal",
    )
    actions.publish_version(version.pk, by=BY)
    with pytest.raises(Problem) as caught:
        actions.accept_mends(version.pk, ["x"], by=BY)
    assert caught.value.code == "forms.version_state"


@pytest.mark.django_db(transaction=True)
def test_a_long_form_is_converted_by_a_job(operation, shared_data):
    version = upload(shared_data, "unicef-hope/kobo-template-valid.xlsx", operation)
    assert version.counts == {}
    run_jobs()
    with viewing(BY):
        assert queries.version(version.pk, seen_by=BY).counts["errors"] == 12


def refused(call, *args, **options):
    with pytest.raises(Problem) as caught:
        call(*args, **options)
    return caught.value.code


class TestUploading:
    def test_what_cannot_be_taken(self, seeing, operation, shared_data):
        content = (shared_data / "xlsforms/kobo/household.xls").read_bytes()
        nowhere = {"by": BY, "operation_id": new_id()}
        assert refused(actions.upload_form, "a.xls", content, **nowhere) == "forms.operation_unknown"
        here = {"by": BY, "operation_id": operation.pk}
        assert refused(actions.upload_form, "a.xls", content, code="1 form", **here) == "forms.code_malformed"
        assert refused(actions.upload_form, "a.xls", b"", **here) == "forms.file_empty"
        assert not Form.objects.exists()

    def test_names_of_files_lose_folders_and_control_characters(self, seeing, operation, shared_data):
        content = (shared_data / "xlsforms/kobo/household.xls").read_bytes()
        version = actions.upload_form("../../etc/C:\\x\x00y\n.xls", content, by=BY, operation_id=operation.pk)
        assert version.file_name == "xy.xls"
        assert vault.fetch(version.file) == content

    def test_further_versions_are_numbered_and_their_title_stays(self, seeing, operation, shared_data):
        first = upload(shared_data, "kobo/household.xls", operation, code="hh", title="Households")
        path = shared_data / "xlsforms/kobo/transportation.xls"
        second = actions.add_version(first.form_id, path.name, path.read_bytes(), by=BY)
        assert (first.number, second.number, second.form.title) == (1, 2, "Households")
        assert actions.add_version(first.form_id, "again.xls", path.read_bytes(), by=BY) == second
        assert list(queries.versions(first.form_id, seen_by=BY).order_by("number")) == [first, second]

    def test_titles_are_changed(self, seeing, operation, shared_data):
        version = upload(shared_data, "kobo/household.xls", operation)
        form = actions.change_form(version.form_id, by=BY, title=" New ", purpose=" why ", is_active=False)
        assert (form.title, form.purpose, form.is_active) == ("New", "why", False)
        assert refused(actions.change_form, version.form_id, by=BY, title=" ") == "forms.title_empty"
        assert refused(actions.change_form, new_id(), by=BY, title="x") == "kernel.not_found"

    def test_converting_again_changes_nothing(self, seeing, operation, shared_data):
        version = upload(shared_data, "unhcr/data_form.xls", operation)
        before = FormVersion.objects.filter(pk=version.pk).values().get()
        actions.convert_version(version.pk, by=BY)
        assert FormVersion.objects.filter(pk=version.pk).values().get() == before

    def test_history_names_the_action(self, seeing, operation, shared_data):
        version = upload(shared_data, "kobo/household.xls", operation)
        actions.publish_version(version.pk, by=BY)
        told = [entry.action for entry in timeline(FormVersion, version.pk, seen_by=BY)]
        assert (told[0], told[-1]) == ("forms.publish_version", "forms.upload_form")


class TestMending:
    def test_only_what_is_offered(self, seeing, operation, shared_data):
        version = upload(shared_data, "unhcr/data_form.xls", operation)
        assert refused(actions.accept_mends, version.pk, [], by=BY) == "forms.nothing_chosen"
        assert (
            refused(actions.accept_mends, version.pk, ["x", version.offers[0]["key"]], by=BY) == "kernel.invalid_input"
        )
        assert FormVersion.objects.get(pk=version.pk).mends == []

    def test_some_now_and_others_later(self, seeing, operation, shared_data):
        version = upload(shared_data, "unhcr/data_form.xls", operation)
        first, *others = [offer["key"] for offer in version.offers]
        once = actions.accept_mends(version.pk, [first], by=BY)
        assert once.counts["errors"] == 3
        between = once.mended_file
        twice = actions.accept_mends(version.pk, others, by=BY)
        assert (len(twice.mends), twice.counts["errors"]) == (4, 0)
        with pytest.raises(FileNotFoundError):
            vault.fetch(between)
        listed = read_workbook("m.xlsx", vault.fetch(twice.mended_file)).sheets[-1]
        assert len(listed.rows) == 5  # the list of changes tells those of both times
        assert queries.download(twice.pk, "mended", seen_by=BY).name == "data_form mended.xlsx"

    def test_a_long_form_goes_back_to_the_job(self, seeing, operation, shared_data, monkeypatch):
        version = upload(shared_data, "unhcr/data_form.xls", operation)
        monkeypatch.setattr("banyan.people.forms.actions.mending.is_long", lambda _book: True)
        mended = actions.accept_mends(version.pk, [offer["key"] for offer in version.offers], by=BY)
        assert mended.counts == {}
        assert refused(actions.publish_version, version.pk, by=BY) == "forms.version_converting"
        assert actions.convert_version(version.pk, by=BY).counts["errors"] == 0


class TestPublishing:
    def test_the_newest_published_is_to_fill_and_steps_back_when_it_is_retired(self, seeing, operation, shared_data):
        first = upload(shared_data, "kobo/household.xls", operation, code="hh")
        second = upload(shared_data, "kobo/transportation.xls", operation, code="hh")
        form = first.form_id
        assert queries.current_version(form, seen_by=BY) is None
        actions.publish_version(first.pk, by=BY)
        actions.publish_version(second.pk, by=BY)
        assert queries.current_version(form, seen_by=BY) == second
        assert queries.version(first.pk, seen_by=BY).state == "published"
        actions.retire_version(second.pk, by=BY)
        assert queries.current_version(form, seen_by=BY) == first
        actions.publish_version(second.pk, by=BY)
        actions.retire_version(first.pk, by=BY)
        assert queries.current_version(form, seen_by=BY) == second
        actions.retire_version(second.pk, by=BY)
        assert queries.current_version(form, seen_by=BY) is None
        assert refused(actions.retire_version, second.pk, by=BY) == "forms.version_state"

    def test_what_a_version_asks_needs_a_schema(self, seeing, operation, shared_data):
        version = upload(shared_data, "kobo/household.xls", operation)
        FormVersion.objects.filter(pk=version.pk).update(schema={}, xform="")
        assert refused(queries.schema, version.pk, seen_by=BY) == "forms.not_converted"
        assert refused(queries.download, version.pk, "xform", seen_by=BY) == "forms.not_converted"
        assert refused(queries.download, version.pk, "schema", seen_by=BY) == "kernel.not_found"

    def test_publishing_is_announced(self, seeing, operation, shared_data, monkeypatch):
        told = []
        monkeypatch.setattr("banyan.people.forms.actions.publishing.announce", lambda fact, by: told.append(fact))
        version = upload(shared_data, "kobo/household.xls", operation)
        actions.publish_version(version.pk, by=BY)
        assert told == [FormPublished(form_id=version.form_id, version_id=version.pk)]

    def test_a_form_that_asks_what_is_not_collected_is_refused(self, seeing, operation, shared_data):
        actions.change_policy(operation.pk, ["gps"], "Not needed", by=BY)
        version = upload(shared_data, "getodk/all-question-types-v2024091201-3.xlsx", operation)
        with pytest.raises(Problem) as caught:
            actions.publish_version(version.pk, by=BY)
        codes = {problem.code for problem in caught.value.errors}
        assert codes == {"forms.asks_gps"}
        assert len(caught.value.errors) > 3
        assert all(problem.at.row for problem in caught.value.errors)
        assert queries.version(version.pk, seen_by=BY).state == "draft"


def test_external_choices_come_as_csv(seeing, operation):
    text = "survey,,,,\n,type,name,label,choice_filter\n,text,a,A,\n,select_one_external towns,t,Town,state=${a}\n" \
        "external_choices,,,,\n,list_name,name,label,state\n,towns,x,X,s\n"  # fmt: skip
    version = actions.upload_form("e.csv", text.encode(), by=BY, operation_id=operation.pk)
    assert version.counts["errors"] == 0
    assert b"towns" in queries.download(version.pk, "itemsets", seen_by=BY).content
