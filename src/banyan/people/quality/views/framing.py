"""What the pages of data quality share: which operation, the tabs, the trail above, the panel about the module."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.quality import queries
from banyan.people.quality.policy import MODULE
from banyan.platform.access.pages import operation_of
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Listing, ListState, Page

Text = str | Promise

VIEW = "quality.view_check"
FINDINGS = "quality.view_findings"
SENSITIVE = "quality.view_sensitive"
CHANGE = "quality.change_findings"
SET = "quality.change_check"
PUBLISH = "quality.publish_check"
ASK = "quality.ask_override"
CONFIRM = "quality.confirm_override"

ABOUT = {
    "module": MODULE,
    "restriction_label": _("Restricted"),
    "restriction_text": _("Scores and lists are for those who may see the records behind them."),
    "tone": "bad",
}


def own_here(check_id: UUID, viewer: Viewer, permission: str) -> tuple[Any, Any]:
    """An own check with its operation. Raises Problem not_found where the viewer has no such permission."""
    own = queries.own_check(check_id, seen_by=viewer)
    return own, operation_of(own.operation_id, viewer, permission)


def tabs(viewer: Viewer, operation: Any, here: str) -> list[dict[str, Any]]:
    """The pages that this viewer may open about an operation."""
    told: list[tuple[str, Text, str, str]] = [
        ("overview", _("Scores"), VIEW, f"{reverse('quality:overview')}?operation={operation.pk}"),
        ("groups", _("Places and sites"), FINDINGS, reverse("quality:groups", args=[operation.pk])),
        ("ages", _("Ages"), FINDINGS, reverse("quality:ages", args=[operation.pk])),
        ("work", _("My list"), FINDINGS, reverse("quality:work", args=[operation.pk])),
        ("exercises", _("Verification"), FINDINGS, reverse("quality:exercises", args=[operation.pk])),
        ("overrides", _("Opened gates"), ASK, reverse("quality:overrides", args=[operation.pk])),
        ("own", _("Own checks"), VIEW, reverse("quality:own-checks", args=[operation.pk])),
        ("settings", _("Targets and settings"), VIEW, reverse("quality:settings", args=[operation.pk])),
    ]
    return [
        {"label": label, "url": url, "current": key == here} for key, label, right, url in told if viewer.may(right)
    ]


def trail(operation: Any, *more: tuple[Text, str]) -> list[tuple[Text, str]]:
    """Where a page below one of the tabs lies."""
    return [(_("Data quality"), f"{reverse('quality:overview')}?operation={operation.pk}"), *more]


def may_see(operation: Any, viewer: Viewer) -> bool:
    """Whether the viewer sees figures and records of this operation."""
    return viewer.may(FINDINGS) and any(each.pk == operation.pk for each in queries.operations(seen_by=viewer))


def own_list(
    request: HttpRequest,
    listing: Listing,
    rows: Any,
    template: str,
    part: str,
    context: dict[str, Any],
    fill: Callable[[Page], None],
    status: int = 200,
) -> HttpResponse:
    """A list whose table is drawn by a template of this room: the page, or the list alone for HTMX.

    fill: looks up what belongs to the rows of this page, once for all of them.
    """
    state = ListState.read(request.GET)
    page = listing.page(rows, state)
    fill(page)
    alone = request.headers.get("HX-Target") == f"list-{listing.key}"
    response = TemplateResponse(
        request, part if alone else template, {**context, "page": page, "part": part}, status=status
    )
    response["Vary"] = "HX-Request, HX-Target"
    return response
