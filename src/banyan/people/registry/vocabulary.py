"""Words of the register that no code list holds: what notices ask, why somebody reads or exports. The codes are stored."""

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

READING: Final[dict[str, str | Promise]] = {
    "identity": _("Checking who somebody is"),
    "assistance": _("Deciding on or giving assistance"),
    "protection": _("Protection work with this person"),
    "correction": _("Correcting the record"),
    "contact": _("Contacting the person"),
    "complaint": _("A complaint or request of the person"),
    "audit": _("Audit or supervision"),
}
"""The codes are stored in the log of reads; never rename one."""

USES: Final[dict[str, str | Promise]] = {
    "work": _("For our own work in the operation"),
    "sharing": _("To share with another organisation (only people who agreed to sharing)"),
}
FORMATS: Final[dict[str, str | Promise]] = {"xlsx": _("Excel workbook (XLSX)"), "csv": _("Text table (CSV)")}
