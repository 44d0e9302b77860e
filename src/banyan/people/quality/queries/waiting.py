"""What waits for somebody: findings on their list, gates that they may open."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.people.quality.models import Assignment, Override
from banyan.people.quality.queries.reaching import VIEW
from banyan.people.quality.states import CONFIRM, OverrideState
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.listing import Waiting


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Per operation: findings on the viewer's list, and gates that somebody else asked to be opened."""
    found = []
    if seen_by.may(VIEW) and seen_by.id is not None:
        mine = Assignment.objects.filter(within(seen_by.reach(VIEW)), assignee=seen_by.id)
        for row in mine.values("operation").annotate(count=Count("pk"), since=Min("assigned_at")).order_by("operation"):
            url = reverse("quality:work", args=[row["operation"]])
            found.append(Waiting(_("Findings on your list"), url, row["count"], row["since"]))
    if seen_by.may(CONFIRM):
        asked = Override.objects.filter(within(seen_by.reach(CONFIRM)), state=OverrideState.ASKED)
        asked = asked.exclude(asked_by=seen_by.id)
        for row in asked.values("operation").annotate(count=Count("pk"), since=Min("asked_at")).order_by("operation"):
            url = reverse("quality:overrides", args=[row["operation"]]) + "?state=asked"
            found.append(Waiting(_("Gates asked to be opened"), url, row["count"], row["since"]))
    return found
