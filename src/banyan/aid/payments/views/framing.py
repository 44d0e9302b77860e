"""What the pages of payments share: the tabs, the trail above, what is said of a Problem and of a job."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.policy import MODULE
from banyan.platform.access.pages import problems_of
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import queries as running
from banyan.platform.kernel.problems import Problem

Text = str | Promise

VIEW = "payments.view_plan"
LINES = "payments.view_line"
PREPARE = "payments.prepare_plan"
HOLD = "payments.hold_payment"
RECORD = "payments.record_outcome"
WRITE_OFF = "payments.write_off"
BANDS = "payments.set_bands"
PROVIDERS = "payments.view_provider"
CHANGE_PROVIDERS = "payments.manage_provider"
VIEW_ACCOUNTS = "payments.view_account"
CHANGE_ACCOUNTS = "payments.change_account"
FILES = "payments.make_file"
DISTRIBUTIONS = "payments.view_distribution"
VERIFICATIONS = "payments.view_verification"
STATEMENTS = "payments.reconcile"

ABOUT = {
    "module": MODULE,
    "restriction_label": _("Restricted"),
    "restriction_text": _("Who is paid, how much and where is for those who pay, check and verify."),
    "tone": "bad",
}

# The pages that lie side by side: key, label, permission, address without the operation.
_TABS: Sequence[tuple[str, Text, str, str]] = (
    ("overview", _("Overview"), VIEW, "payments:home"),
    ("plans", _("Payment plans"), VIEW, "payments:plans"),
    ("holds", _("Held payments"), LINES, "payments:holds"),
    ("statements", _("Statements"), STATEMENTS, "payments:statements"),
    ("distributions", _("Distributions"), "payments.view_distribution", "payments:distributions"),
    ("verifications", _("Verification"), "payments.view_verification", "payments:verifications"),
    ("providers", _("Providers"), PROVIDERS, "payments:providers"),
    ("bands", _("Approval bands"), VIEW, "payments:bands"),
)


def frame(request: HttpRequest, here: str, operation: Any, operations: Sequence[Any] = ()) -> dict[str, Any]:
    """What every page beside the others needs: the operation, those to choose from, the tabs, the panel about the module."""
    return {
        "operation": operation, "operations": operations, "about": ABOUT, "tabs": tabs(request.viewer, operation, here),
    }  # fmt: skip


def tabs(viewer: Viewer, operation: Any, here: str) -> list[dict[str, Any]]:
    """The pages that this viewer may open about an operation."""
    return [
        {"label": label, "url": at(name, operation.pk), "current": key == here}
        for key, label, right, name in _TABS
        if viewer.may(right)
    ]


def at(name: str, operation_id: UUID) -> str:
    """The address of a page that is about the operation named behind the question mark."""
    return f"{reverse(name)}?operation={operation_id}"


def trail(operation_id: UUID, *more: tuple[Text, str]) -> list[tuple[Text, str]]:
    """Where a page below the tabs lies."""
    return [(_("Payments"), at("payments:home", operation_id)), *more]


def say_problems(request: HttpRequest, problem: Problem) -> None:
    """A Problem above the next page, where there is no form to show it."""
    messages.error(request, " ".join(f"{each.detail} {each.mend}" for each in problems_of(problem)))


def progress_of(job_id: Any, viewer: Viewer) -> dict[str, Any] | None:
    """A job as the progress component shows it; None when it is over, forgotten or somebody else's."""
    if not job_id:
        return None
    try:
        shown: dict[str, Any] = running.progress_of(running.job(UUID(str(job_id)), seen_by=viewer))
    except Problem:
        return None
    return shown if shown["is_running"] else None
