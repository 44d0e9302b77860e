"""What the pages of linkage share: which operation, the tabs, the trail above, why something may not be done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.policy import MODULE
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

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


def operations_here(request: HttpRequest, permission: str) -> tuple[Any, list[Any]]:
    """The operation asked for with `?operation=`, else the first within reach, and all of them; None where there is none.

    Raises Problem not_found for an operation out of reach.
    """
    found = operations_within(permission, seen_by=request.viewer)
    asked = request.GET.get("operation", "")
    if not asked:
        return (found[0] if found else None), found
    for each in found:
        if str(each.pk) == asked:
            return each, found
    raise Problem("not_found")


def operation_of(operation_id: UUID, viewer: Viewer, permission: str) -> Any:
    """An operation by its id. Raises Problem not_found where the viewer has no such permission."""
    for each in operations_within(permission, seen_by=viewer):
        if each.pk == operation_id:
            return each
    raise Problem("not_found")


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


def why_not(viewer: Viewer, permission: str) -> Text:
    """Why something is greyed; empty when it may be done."""
    return "" if viewer.may(permission) else _("Your roles do not allow this.")


def problems_of(problem: Problem) -> list[Problem]:
    """What a form shows of a Problem; those that no form can mend are raised on."""
    if problem.status == 404:
        raise problem
    return list(problem.errors or [problem])
