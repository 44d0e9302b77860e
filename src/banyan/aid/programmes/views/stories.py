"""What happened to programmes, as their pages tell it: by the names of people, and in words where structures are stored."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import Telling, TimelineEntry, timeline

# Ids and bookkeeping say nothing to people.
_SILENT = (
    "done_at", "reckoned_at", "job", "digest", "operation", "targeting_run", "for_whom", "subject", "package_code", "amends",
)  # fmt: skip


def _named(name: str) -> Callable[[Any], str]:
    """Words for a list of structures: what each of them is called."""
    return lambda value: ", ".join(str(each.get(name) or "") for each in value)


def _targeted(counts: Any) -> str:
    if "verdicts" not in counts:
        return ""
    verdicts = counts["verdicts"]
    return number_format(sum(verdicts.get(each, [0])[0] for each in ("in", "included")), force_grouping=True)


def _entitled(totals: Any) -> str:
    if "entitled" not in totals:
        return ""
    return number_format(totals["entitled"], force_grouping=True)


TOLD = {
    **{name: Telling(left_out=True) for name in _SILENT},
    "rules": Telling(gettext_lazy("Rules"), _named("label")),
    "score": Telling(gettext_lazy("Score"), _named("label")),
    "lines": Telling(gettext_lazy("Formula"), _named("formula")),
    "counts": Telling(gettext_lazy("Targeted"), _targeted),
    "totals": Telling(gettext_lazy("Entitled"), _entitled),
    "cycle": Telling(gettext_lazy("Cycle")),
    "package": Telling(gettext_lazy("Package")),
    "run": Telling(gettext_lazy("Run")),
    "donor": Telling(gettext_lazy("Donor")),
    "household": Telling(gettext_lazy("Household")),
    "person": Telling(gettext_lazy("Person")),
    "refused_why": Telling(gettext_lazy("Reason")),
}


def story(model: Any, record_id: UUID, viewer: Viewer) -> Sequence[TimelineEntry]:
    """The latest changes of a record of this room and of its parts."""
    return timeline(model, record_id, seen_by=viewer, limit=20, told=TOLD)
