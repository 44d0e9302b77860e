"""How kinds, statuses and names of places are shown."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KIND_LABELS: dict[str, Promise] = {
    "country": _("country"),
    "state_region": _("state or region"),
    "self_administered_area": _("self-administered area"),
    "district": _("district"),
    "township": _("township"),
    "town": _("town"),
    "village_tract": _("village tract"),
    "ward": _("ward"),
    "village": _("village"),
    "adm1": _("first level"),
    "adm2": _("second level"),
    "adm3": _("third level"),
    "adm4": _("fourth level"),
    "adm5": _("fifth level"),
}
TONES = {"active": "good", "inactive": "warn", "retired": "plain"}


def kind_label(kind: str) -> str | Promise:
    """The word for a kind of place."""
    return KIND_LABELS.get(kind, kind)


def name_in(names: Mapping[str, str], name: str, language: str | None) -> str:
    """The name in the reader's language with the general one behind it: ကချင်ပြည်နယ် (Kachin)."""
    own = names.get((language or "en").split("-")[0])
    return name if not own or own == name else f"{own} ({name})"
