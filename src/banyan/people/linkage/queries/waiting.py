"""What waits for whom in linkage; the shell shows it under "Waiting for you"."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.queries.cases import VIEW, cases
from banyan.people.linkage.queries.models import APPROVE, model_versions
from banyan.people.linkage.queries.models import VIEW as VIEW_MODEL
from banyan.people.linkage.queries.screening.hits import screening_hits
from banyan.people.linkage.queries.screening.lists import VIEW as VIEW_SCREENING
from banyan.people.linkage.states import CONFIRM, CaseState, HitState, ModelState
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Waiting


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Per operation: cases on the viewer's list, merges that somebody else proposed; hits of the screening; models to approve."""
    if seen_by.id is None:
        return []
    return [*_cases(seen_by), *_hits(seen_by), *_models(seen_by)]


def _cases(viewer: Viewer) -> list[Waiting]:
    found: list[Waiting] = []
    if not viewer.may(VIEW):
        return found
    rows = cases(seen_by=viewer).order_by()
    mine = rows.filter(assignee=viewer.id, state=CaseState.OPEN)
    for row in mine.values("operation").annotate(count=Count("pk"), since=Min("opened_at")).order_by("operation"):
        url = reverse("linkage:cases", args=[row["operation"], "mine"])
        found.append(Waiting(_("Possible duplicates on your list"), url, row["count"], row["since"]))
    if viewer.may(CONFIRM):
        asked = rows.filter(state=CaseState.PROPOSED).exclude(proposed_by=viewer.id)
        for row in (
            asked.values("operation").annotate(count=Count("pk"), since=Min("proposed_at")).order_by("operation")
        ):
            url = reverse("linkage:cases", args=[row["operation"], "waiting"])
            found.append(Waiting(_("Merges that wait for a second person"), url, row["count"], row["since"]))
    return found


def _hits(viewer: Viewer) -> list[Waiting]:
    if not (viewer.may(VIEW_SCREENING) and viewer.may(registry.VIEW)):
        return []
    rows = screening_hits(seen_by=viewer).filter(gone_on=None).order_by()
    escalated = Q(state=HitState.ESCALATED) & ~Q(escalated_by=viewer.id)
    told: Mapping[str, Any] = rows.aggregate(
        open=Count("pk", filter=Q(state=HitState.OPEN)),
        since=Min("found_at", filter=Q(state=HitState.OPEN)),
        escalated=Count("pk", filter=escalated),
        escalated_since=Min("escalated_at", filter=escalated),
    )
    page = reverse("linkage:hits")
    return [
        Waiting(_("People who may be on a sanctions list"), f"{page}?state=open", told["open"], told["since"]),
        Waiting(
            _("Hits that somebody else escalated"),
            f"{page}?state=escalated",
            told["escalated"],
            told["escalated_since"],
        ),
    ]


def _models(viewer: Viewer) -> list[Waiting]:
    if not (viewer.may(VIEW_MODEL) and viewer.may(APPROVE)):
        return []
    rows = model_versions(seen_by=viewer).filter(state=ModelState.TRAINED).exclude(trained_by=viewer.id)
    told: Mapping[str, Any] = rows.order_by().aggregate(count=Count("pk"), since=Min("trained_at"))
    page = reverse("linkage:models")
    return [Waiting(_("Models of matching to approve"), f"{page}?state=trained", told["count"], told["since"])]
