"""What lies outside a viewer's reach does not exist: by query, by action, past the ORM."""

import pytest
from django.db import connection

from banyan.platform.access.viewers import viewing
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import actions, queries
from banyan.reference.places.models import Place
from banyan.reference.places.tests.test_imports import BY, NEW, OLD, release, run

pytestmark = pytest.mark.django_db


class TestReach:
    def limited(self, viewer_with, *more):
        with viewing(BY):
            scope = Place.objects.get(pcode="MMR001001").scope_id
        return viewer_with("places.view_place", *more, scopes={scope})

    def test_nothing_outside_by_any_query(self, viewer_with):
        run(OLD)
        run(NEW, "2.0")
        viewer = self.limited(viewer_with, "places.change_place")
        with viewing(BY):
            outside = Place.objects.get(pcode="MMR012001")
            old, new = release("1.0"), release("2.0")
        with viewing(viewer):
            assert [place.pcode for place in queries.places(seen_by=viewer)] == ["MMR001001"]
            assert queries.find("sittwe", seen_by=viewer) == []
            assert queries.search("MMR012001", seen_by=viewer) == []
            assert queries.by_code("MMR012001", seen_by=viewer) is None
            assert queries.chosen(str(outside.pk), "", seen_by=viewer) is None
            several = queries.coded([" mmr001001", "MMR012001", "NOWHERE"], "MMR", seen_by=viewer)
            assert {code: found.name for code, found in several.items()} == {"MMR001001": several["MMR001001"].name}
            assert queries.coded(["MMR001001"], "IRQ", seen_by=viewer) == {}
            assert [row["pcode"] for row in queries.differences(old.pk, new.pk, seen_by=viewer)] == ["MMR001001"]
            assert sum(row["count"] for row in queries.tally(old.pk, seen_by=viewer)) == 1
            assert timeline(Place, outside.pk, seen_by=viewer) == []
            assert list(queries.in_releases(outside.pk, seen_by=viewer)) == []
            for call in (
                lambda: queries.place(outside.pk, seen_by=viewer),
                lambda: queries.boundary_collection(outside.pk, seen_by=viewer),
                lambda: actions.rename_place(outside.pk, "en", "Mine", by=viewer),
            ):
                with pytest.raises(Problem) as caught:
                    call()
                assert caught.value.code == "kernel.not_found"
            with connection.cursor() as cursor:  # past every filter of ours, the database still holds
                cursor.execute("SELECT count(*) FROM places_place WHERE pcode = 'MMR012001'")
                assert cursor.fetchone() == (0,)
                cursor.execute("UPDATE places_place SET name = 'Mine' WHERE pcode = 'MMR012001'")
                assert cursor.rowcount == 0
                for table in ("places_placeinrelease", "places_namekey", "places_placename", "places_boundary"):
                    cursor.execute(
                        f"SELECT count(*) FROM {table} WHERE scope_id <> ALL (%s)",
                        [list(viewer.reach("places.view_place").scopes)],
                    )
                    assert cursor.fetchone() == (0,)

    def test_nobody_deletes_a_place_or_a_release(self, seeing):
        run(OLD)
        with connection.cursor() as cursor:
            for table in ("places_place", "places_release"):
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount == 0

    def test_without_permission_nothing(self, viewer_with):
        nobody = viewer_with("access.view_account")
        with viewing(nobody):
            for call in (
                lambda: queries.places(seen_by=nobody), lambda: queries.find("x", seen_by=nobody),
                lambda: queries.releases(seen_by=nobody), lambda: queries.batches(seen_by=nobody),
                lambda: actions.upload_files([], by=nobody), lambda: queries.countries(seen_by=nobody),
            ):  # fmt: skip
                with pytest.raises(Problem) as caught:
                    call()
                assert caught.value.code == "kernel.not_allowed"
            assert queries.search("x", seen_by=nobody) == []
            assert queries.waiting(seen_by=nobody) == []
