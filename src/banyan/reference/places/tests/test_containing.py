"""Points in places: by the boundary of the place or of what lies above it."""

import pytest
import shapely

from banyan.platform.access import actions as access
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries
from banyan.reference.places.models import Boundary, Place, Release

pytestmark = pytest.mark.django_db
BY = system_viewer("tests")


def test_points_are_judged_by_the_nearest_boundary_above() -> None:
    with viewing(BY):
        scopes = access.register_areas([("YY01", "North", None, "MMR")], by=BY)
        made = {}
        for code, level, above in (("T", 3, None), ("V", 4, "T"), ("W", 5, "V"), ("X", 3, None)):
            made[code] = Place.objects.create(
                country="MMR", pcode=code, level=level, kind="place", name=code, names={}, scope_id=scopes["YY01"],
                parent=made.get(above),
            )  # fmt: skip
        for label, state, west in (("1", "imported", 0), ("2", "current", 10)):
            release = Release.objects.create(country="MMR", authority="Tests", label=label, state=state)
            Boundary.objects.create(
                place=made["T"], release=release, shape=shapely.to_wkb(shapely.box(west, 0, west + 1, 1)), drawing="{}",
                area_km2=1, west=west, south=0, east=west + 1, north=1, scope_id=scopes["YY01"],
            )  # fmt: skip
        points = [
            (made["T"].pk, 10.5, 0.5), (made["W"].pk, 10.5, 0.5), (made["W"].pk, 0.5, 0.5), (made["V"].pk, 11.01, 0.5),
            (made["X"].pk, 10.5, 0.5),
        ]  # fmt: skip
        assert queries.inside(points, seen_by=BY) == [True, True, False, True, None]


def test_nobody_asks_without_the_permission(viewer_with) -> None:
    with pytest.raises(Problem):
        queries.inside([], seen_by=viewer_with("access.sign_in"))
