"""How much may leave the register in one file, for how long it is kept, and what is held back."""

from typing import Final

MOST_ROWS: Final = 10_000
"""Rows of one export; settings.REGISTRY_EXPORT_ROWS says otherwise. A second approval for more is not built yet."""
AT_ONCE: Final = 1_000
"""Up to here the file is written while the person waits; beyond, in the background."""
KEPT_DAYS: Final = 7
SENSITIVE_FIELDS: Final = frozenset(
    {"legal_status", "biometric_status", "documents", "phones", "email", "needs", "difficulties"}
)
"""Columns that are written only when they were asked for, by somebody who may see them."""
