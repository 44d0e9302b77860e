"""Who looked at a record, and for what."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.vocabulary import READING
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer

SEE_LOOKS = "access.view_read_log"
MOST = 15

_WORDS: dict[str, str | Promise] = {
    "page": _("opened the page"),
    "list": _("saw it in a list"),
    "photo": _("saw the photo"),
    "card": _("printed the card"),
    "history": _("saw earlier values"),
    "position": _("saw the position on the map"),
}
_KINDS: dict[str, str | Promise] = {
    "open": _("opened it"),
    "list": _("saw it in a list"),
    "search": _("found it by search"),
    "export": _("exported it"),
}


@dataclass(frozen=True)
class Look:
    """One time somebody looked."""

    at: datetime
    name: str
    what: str


def looks(record_id: UUID, *, seen_by: Viewer) -> list[Look]:
    """The latest looks at a record, newest first; none for viewers who may not see the log of reads."""
    if not seen_by.may(SEE_LOOKS):
        return []
    entries = access.reads_of(access.reads(seen_by=seen_by), str(record_id), seen_by=seen_by).order_by("-at")[:MOST]
    # The name is an annotation, which the types of the log's rows do not know.
    return [
        Look(each.at, getattr(each, "actor_name", "") or each.actor, _what(each.kind, each.purpose)) for each in entries
    ]


def _what(kind: str, purpose: str) -> str:
    code, _sign, reason = purpose.partition(": ")
    if code == "sensitive":
        return str(_("asked for masked values: %(reason)s") % {"reason": READING.get(reason, reason)})
    words = _WORDS.get(purpose) or _KINDS.get(kind)
    return str(words or kind)
