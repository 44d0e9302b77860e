"""What exports are for, in which formats, and how many rows they may hold."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

USES: Final[dict[str, str | Promise]] = {
    "work": _("For our own work in the operation"),
    "sharing": _("To share with another organisation (only people who agreed to sharing)"),
}
FORMATS: Final[dict[str, str | Promise]] = {"xlsx": _("Excel workbook (XLSX)"), "csv": _("Text table (CSV)")}
MOST_ROWS: Final = 10_000
"""Rows of one export; settings.REGISTRY_EXPORT_ROWS says otherwise. A second approval for more is not built yet."""
AT_ONCE: Final = 1_000
"""Up to here the file is written while the person waits; beyond, in the background."""
KEPT_DAYS: Final = 7
SENSITIVE_FIELDS: Final = frozenset({"legal_status", "documents", "phones", "email", "needs", "difficulties"})
"""Columns that are written only when they were asked for, by somebody who may see them."""
