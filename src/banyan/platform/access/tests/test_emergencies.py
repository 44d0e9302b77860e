"""Emergency access: what actions do and what they refuse."""

from typing import Any

import pytest

from banyan.platform.access import actions, queries
from banyan.platform.access.models import Area, BreakGlass, ReadEntry
from banyan.platform.access.tests.refusals import refused
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.kernel.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def kachin(system: Viewer) -> Area:
    actions.register_areas([("MMR", "Myanmar", None, "MMR"), ("MMR001", "Kachin", "MMR", "MMR")], by=system)
    return Area.objects.get(key="MMR001")


@pytest.fixture
def rakhine(system: Viewer, kachin: Area) -> Area:
    actions.register_areas([("MMR012", "Rakhine", "MMR", "MMR")], by=system)
    return Area.objects.get(key="MMR012")


# Emergency access


REASON = "A family is in danger and their case worker cannot be reached."


def test_broken_glass_opens_one_area_for_hours_and_waits_for_review(
    make_account: Any, kachin: Area, rakhine: Area
) -> None:
    from banyan.platform.access.declarations import declared

    account = make_account("information-manager", area=rakhine)
    officer, auditor = viewer_of(make_account("data-protection-officer")), viewer_of(make_account("auditor"))
    permission = next(p.codename for p in declared().permissions.values() if p.kind == "view" and p.room == "places")
    scope = next(iter(viewer_of(make_account("information-manager", area=kachin)).parts[0].scopes))
    assert scope not in viewer_of(account).reach(permission)
    broken = actions.break_glass(REASON, 2, by=viewer_of(account), area_id=kachin.pk)
    assert scope in viewer_of(account).reach(permission)
    assert not viewer_of(account).may("access.view_account")
    (item,) = queries.waiting(seen_by=officer)
    assert item.count == 1
    with refused("kernel.not_allowed"):
        queries.waiting(seen_by=auditor)
    with refused("access.reason_short"):
        actions.review_glass(broken.pk, True, "fine", by=officer)
    actions.review_glass(broken.pk, True, "Spoke with the family and the supervisor.", by=officer)
    assert scope not in viewer_of(account).reach(permission)
    assert queries.waiting(seen_by=officer) == []
    with refused("access.reviewed_already"):
        actions.review_glass(broken.pk, True, "Spoke with the family and the supervisor.", by=officer)
    with refused("kernel.not_found"):
        actions.review_glass(new_id(), True, "Spoke with the family and the supervisor.", by=officer)
    with viewing(system_viewer("tests")):
        assert ReadEntry.objects.filter(subject="access.breakglass", ids__contains=[broken.pk]).exists()


def test_broken_glass_mends_itself(make_account: Any, kachin: Area) -> None:
    account = make_account("information-manager", area=kachin)
    broken = actions.break_glass(REASON, 1, by=viewer_of(account), area_id=kachin.parent_id)
    assert len(viewer_of(account).parts) == 2
    actions.end_glass(broken.pk, by=viewer_of(account))
    actions.end_glass(broken.pk, by=viewer_of(account))
    assert len(viewer_of(account).parts) == 1
    with refused("kernel.not_found"):
        actions.end_glass(new_id(), by=viewer_of(account))


def test_what_is_wrong_with_broken_glass_is_told_at_once(
    information_manager: Viewer, system: Viewer, kachin: Area
) -> None:
    with refused("access.reason_short", "access.hours", "access.area_unknown"):
        actions.break_glass("urgent", 5, by=information_manager)
    with refused("kernel.not_allowed"):
        actions.break_glass(REASON, 1, by=system, area_id=kachin.pk)


def test_nobody_reviews_their_own_emergency(make_account: Any, kachin: Area) -> None:
    account = make_account("information-manager", "data-protection-officer")
    broken = actions.break_glass(REASON, 1, by=viewer_of(account), area_id=kachin.pk)
    with refused("access.own_review"):
        actions.review_glass(broken.pk, True, "Spoke with the family and the supervisor.", by=viewer_of(account))
    assert BreakGlass.objects.get(pk=broken.pk).reviewed_at is None
