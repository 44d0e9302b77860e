"""What the pages of linkage share: the tabs, the trail above."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.policy import MODULE
from banyan.platform.access.viewers import Viewer

Text = str | Promise

VIEW = "linkage.view_case"
DECIDE = "linkage.decide_case"
CONFIRM = "linkage.confirm_merge"
UNDO = "linkage.undo_merge"
RUN = "linkage.run_matching"
VIEW_RUNS = "linkage.view_model"
ACROSS = "linkage.match_across"

ABOUT = {
    "module": MODULE,
    "restriction_label": _("Restricted"),
    "restriction_text": _("Cases are for those who may see every record in them."),
    "tone": "bad",
}

# The pages that lie side by side: key, label, permission, address without the operation.
_TABS: Sequence[tuple[str, Text, str, str]] = (
    ("queue", _("Cases"), VIEW, "linkage:queue"),
    ("runs", _("Runs"), VIEW_RUNS, "linkage:runs"),
    ("models", _("Models"), VIEW_RUNS, "linkage:models"),
    ("samples", _("How good it is"), VIEW_RUNS, "linkage:samples"),
    # Whoever has no right to the screening does not read that there is one.
    ("hits", _("Screening"), "linkage.view_screening", "linkage:hits"),
)


def tabs(viewer: Viewer, operation: Any, here: str) -> list[dict[str, Any]]:
    """The pages that this viewer may open about an operation."""
    return [
        {"label": label, "url": f"{reverse(name)}?operation={operation.pk}", "current": key == here}
        for key, label, right, name in _TABS
        if viewer.may(right)
    ]


def queue_url(operation_id: UUID) -> str:
    """Where the cases of an operation are listed."""
    return f"{reverse('linkage:queue')}?operation={operation_id}"


def trail(operation_id: UUID, *more: tuple[Text, str]) -> list[tuple[Text, str]]:
    """Where a page below the queue lies."""
    return [(_("Possible duplicates"), queue_url(operation_id)), *more]
