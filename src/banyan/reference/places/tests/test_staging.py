"""Rows of an import while it waits: seen by who imports, and taken as they were written."""

import pytest
from django.db import connection

from banyan.platform.access.viewers import system_viewer, viewing
from banyan.reference.places import queries
from banyan.reference.places.models import Place
from banyan.reference.places.tests.test_imports import OLD, run

pytestmark = pytest.mark.django_db
BY = system_viewer("tests")


@pytest.fixture
def seeing():
    with viewing(BY):
        yield


def test_staged_rows_are_for_who_imports_everywhere(seeing, viewer_with):
    run(OLD, take=False)
    limited = viewer_with("places.import_places", "places.view_place", scopes={1})
    for viewer, seen in (
        (BY, True),
        (viewer_with("places.view_place", "places.change_place"), False),
        (limited, False),
    ):
        with viewing(viewer), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM places_stagedplace")
            assert (cursor.fetchone()[0] > 0) is seen
            cursor.execute("DELETE FROM places_stagedplace WHERE NOT %s", [seen])
            assert cursor.rowcount == 0


def test_staged_texts_arrive_as_they_were(seeing):
    name = 'Ywar "Thit" \\ {a,b}'
    run(OLD.replace("Waingmaw", '"' + name.replace('"', '""') + '"'))
    assert Place.objects.get(pcode="MMR001002").names["en"] == name


def test_waiting(seeing):
    assert queries.waiting(seen_by=BY) == []
    batch = run(OLD, take=False)
    (item,) = queries.waiting(seen_by=BY)
    assert (item.count, str(batch.pk) in item.url) == (1, True)
    run(OLD, "2.0", take=False)
    assert queries.waiting(seen_by=BY)[0].count == 2
