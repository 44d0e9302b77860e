"""Uploads end to end on a real database."""

import pytest

from banyan.people.forms import actions, queries
from banyan.people.forms.models import Form, FormVersion
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.jobs.testing import run_jobs
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
