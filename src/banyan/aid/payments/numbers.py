"""Numbers of accounts: locked for keeping, hashed for finding, shown by their end. Never written or logged in the clear."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from banyan.platform.kernel.vault import lock_text, unlock_text

_SHOWN = 3
_LONGEST = 34  # as ISO 20022 takes it


def plain(number: str) -> str:
    """A number as it is compared: letters and digits, capitals; a leading plus and zeros of dialling fall away."""
    text = re.sub(r"[^0-9A-Za-z]", "", number).upper()
    return text.lstrip("0") if text.isdigit() else text


def fits(number: str) -> bool:
    """Whether it can be the number of an account."""
    return 3 <= len(plain(number)) <= _LONGEST and len(number) <= _LONGEST + 10


def hashes(numbers: Iterable[str]) -> dict[str, int]:
    """Each number with the hash that finds it again. Without the installation's secret nobody can try numbers out."""
    key = hashlib.sha256(b"banyan payments accounts " + settings.VAULT_KEY.encode()).digest()
    return {
        number: int.from_bytes(hmac.digest(key, plain(number).encode(), "sha256")[:8], "big", signed=True)
        for number in set(numbers)
    }


def lock(number: str, *, of: UUID) -> str:
    """For the column of the row `of`, an account or a provider; it opens for no other."""
    return lock_text(number, about=f"payments {of}")


def unlock(locked: str, *, of: UUID) -> str:
    """What `lock` locked for the same row. Raises vault.Broken."""
    return unlock_text(locked, about=f"payments {of}")


def hint_of(number: str) -> str:
    """The end of a number, by which people tell two of them apart."""
    text = plain(number)
    return f"…{text[-_SHOWN:]}" if len(text) > _SHOWN + 2 else "…"
