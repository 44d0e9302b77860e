"""For what sensitive values may be asked to be shown: whoever asks chooses one, and the log of reads keeps it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
