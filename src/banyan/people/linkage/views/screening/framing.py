"""What the pages of the screening share: tabs, trail, and the entry in the log of reads."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer

Text = str | Promise
VIEW, DECIDE, LOAD = "linkage.view_screening", "linkage.decide_screening", "linkage.load_lists"
PURPOSE = "screening"
_TABS: tuple[tuple[str, Text, str], ...] = (
    ("hits", _("Hits"), "linkage:hits"),
    ("lists", _("Lists"), "linkage:lists"),
    ("runs", _("Comparisons"), "linkage:screening-runs"),
)


def tabs(here: str) -> list[dict[str, Any]]:
    """The pages of the screening, side by side."""
    return [{"label": label, "url": reverse(name), "current": key == here} for key, label, name in _TABS]


def trail(*more: tuple[Text, str]) -> list[tuple[Text, str]]:
    """Where a page below one of the tabs lies."""
    return [(_("Screening"), reverse("linkage:hits")), *more]


def note_read(viewer: Viewer, ids: Collection[UUID], *, listed: bool = False) -> None:
    """Enter into the log of reads that hits were shown.

    The log is read by people who may not know who is a hit: it names the hit, never the person. Whoever may see the screening
    finds the person by the hit.
    """
    if ids:
        kind = "list" if listed else "open"
        log_read(viewer, kind=kind, subject="linkage.screeninghit", ids=list(ids), purpose=PURPOSE)  # type: ignore[arg-type]
