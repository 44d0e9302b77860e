"""Notices about the use of data: what people may agree to, on which legal basis data is held, and what that allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PURPOSES: Final[dict[str, str | Promise]] = {
    "registration": _("Registration: keeping these data"),
    "assistance": _("Assistance: deciding on aid and delivering it"),
    "sharing": _("Sharing with other organisations that give aid"),
    "contact": _("Being contacted by telephone or message"),
    "photo": _("A photo in the register and on the card"),
    "statistics": _("Statistics in which nobody can be recognised"),
}
"""What a notice asks about. The codes are stored; never rename one."""

LEGAL_BASES: Final[dict[str, str | Promise]] = {
    "consent": _("Consent"),
    "vital-interest": _("Vital interest of the person or of others"),
    "mandate": _("Mandate: a task in the public interest"),
    "legitimate-interest": _("Legitimate interest of the organisation"),
    "legal-obligation": _("Legal obligation"),
}
"""Consent is rarely free where aid depends on registering: the basis says on what the holding of data rests."""


@dataclass(frozen=True)
class Given:
    """A notice as far as the rules need it."""

    given_on: date
    purposes: Mapping[str, bool] = field(default_factory=dict)
    legal_basis: str = "consent"
    withdrawn_on: date | None = None


def standing(notices: Iterable[Given]) -> Given | None:
    """The notice that counts: the one given last; None when none was given."""
    return max(notices, key=lambda notice: (notice.given_on, notice.withdrawn_on is not None), default=None)


def allows(notice: Given | None, purpose: str) -> bool:
    """Whether people agreed to a purpose. No notice, no word about the purpose, or a withdrawal means no."""
    return notice is not None and notice.withdrawn_on is None and notice.purposes.get(purpose) is True
