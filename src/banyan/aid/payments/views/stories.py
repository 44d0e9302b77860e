"""What happened to providers, distributions, verifications and holds, as their pages tell it: in words, without ids."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from banyan.aid.payments.models import Mechanism
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import Telling, TimelineEntry, timeline

# Ids say nothing to people, nor does where a picture lies.
_SILENT = ("settled_at", "key", "signature", "photo", "job", "operation", "position", "line")


def _ways(codes: Sequence[str]) -> str:
    known: dict[str, Any] = dict(Mechanism.choices)
    return ", ".join(str(known.get(code, code)) for code in codes)


TOLD = {
    **{name: Telling(left_out=True) for name in _SILENT},
    "mechanisms": Telling(words=_ways),
    "columns": Telling(words=lambda value: ", ".join(str(each["header"]) for each in value)),
    "household": Telling(gettext_lazy("Household")),
    "person": Telling(gettext_lazy("Person")),
    "collector": Telling(gettext_lazy("Collector")),
    "plan": Telling(gettext_lazy("Plan")),
    "site": Telling(gettext_lazy("Site")),
    "unit": Telling(gettext_lazy("Unit")),
    "said": Telling(gettext_lazy("Said")),
    "recorded": Telling(gettext_lazy("Recorded")),
}


def story(model: Any, record_id: UUID, viewer: Viewer) -> Sequence[TimelineEntry]:
    """The latest changes of a record of this room and of its parts."""
    return timeline(model, record_id, seen_by=viewer, limit=20, told=TOLD)
