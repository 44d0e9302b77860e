"""The screening in words: what was compared, how it came out, what happened to a hit."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

KINDS: Mapping[str, Text] = {
    "document": _("Document"),
    "name": _("Name"),
    "birth": _("Date of birth"),
    "sex": _("Sex"),
    "nationality": _("Nationality"),
}
LEVELS: Mapping[tuple[str, str], Text] = {
    ("document", "same"): _("the same number"),
    ("name", "same"): pgettext_lazy("values of two records", "the same"),
    ("name", "same_turned"): _("the same, in another order"),
    ("name", "alike"): _("alike, spelt otherwise"),
    ("name", "alike_turned"): _("alike, spelt otherwise and in another order"),
    ("name", "run_together"): _("alike, with other spaces"),
    ("name", "contained"): _("one is a part of the other"),
    ("name", "mostly"): _("all words but one agree"),
    ("name", "partly"): _("some words agree"),
    ("name", "different"): _("different"),
    ("birth", "same_day"): _("the same day"),
    ("birth", "swapped"): _("day and month exchanged"),
    ("birth", "agrees"): _("may be the same, as far as both are known"),
    ("birth", "near"): _("near, within what estimates allow"),
    ("birth", "off"): _("some years apart"),
    ("birth", "apart"): _("far apart"),
    ("birth", "unknown"): _("not known on both sides"),
    ("sex", "same"): pgettext_lazy("values of two records", "the same"),
    ("sex", "differs"): _("different"),
    ("sex", "unknown"): _("not known on both sides"),
    ("nationality", "same"): _("the same country"),
    ("nationality", "differs"): _("different countries"),
    ("nationality", "unknown"): _("not known on both sides"),
}
QUALITIES: Mapping[str, Text] = {
    "primary": _("main name"),
    "good": _("also known as"),
    "low": _("also known as, weak"),
    "original": _("in the original script"),
}
VERBS: Mapping[str, Text] = {
    "found": _("found by comparison"),
    "reopened": _("opened again, because data changed"),
    "gone": _("not found any more"),
    "clear": _("cleared"),
    "escalate": _("escalated"),
    "confirm": _("confirmed"),
    "dismiss": _("cleared after escalation"),
    "reopen": _("opened again"),
    "withdraw": _("confirmation withdrawn"),
}
STATE_TONES = {"open": "warn", "escalated": "info", "confirmed": "bad", "cleared": "good"}
ZONE_TONES = {"document": "bad", "strong": "bad", "possible": "warn", "name_only": "plain"}


def reasons(told: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The comparisons of a hit in words, with what each adds or takes away."""
    return [
        {"kind": kind, "label": KINDS[kind], "level": level, "words": LEVELS[kind, level], "bits": bits}
        for kind, level, bits in told
    ]
