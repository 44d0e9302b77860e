"""Emergency access: what waits for review, and one's own."""

from uuid import UUID

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.platform.access.models import BreakGlass
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Waiting
from banyan.platform.kernel.problems import Problem


def breakglasses(*, seen_by: Viewer) -> QuerySet[BreakGlass]:
    """Emergency access of everybody, for supervisors. Raises Problem not_allowed."""
    seen_by.require("access.review_break_glass")
    return BreakGlass.objects.select_related("account", "area", "reviewed_by")


def own_breakglasses(*, seen_by: Viewer) -> QuerySet[BreakGlass]:
    """One's own emergency access, newest first. Raises Problem not_allowed."""
    seen_by.require("access.break_glass")
    return BreakGlass.objects.filter(account=seen_by.id).select_related("area").order_by("-begins_at")


def breakglass_by_id(breakglass_id: UUID, *, seen_by: Viewer) -> BreakGlass:
    """One emergency access, for supervisors and whoever took it. Raises Problem not_found."""
    found = BreakGlass.objects.select_related("account", "area", "reviewed_by").filter(pk=breakglass_id).first()
    if found is None or not (found.account_id == seen_by.id or seen_by.may("access.review_break_glass")):
        raise Problem("not_found")
    return found


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Emergency access that waits for this supervisor's review. Raises Problem not_allowed."""
    others = breakglasses(seen_by=seen_by).filter(reviewed_at=None).exclude(account=seen_by.id)
    count = others.count()
    since = others.aggregate(first=Min("begins_at"))["first"]
    url = reverse("access:emergencies")
    return [Waiting(_("Emergency access to review"), url, count, since)] if count else []
