"""What stands in place of a sensitive value until somebody asks for it: enough to recognise it, too little to use it."""

import re
from typing import Final

DOTS: Final = "•••"
_SHOWN = 3  # characters at the end: a clerk compares them with the card in front of them
_SHORTEST = 7  # a shorter number would be half told


def masked_number(text: str) -> str:
    """The last three characters of a document or telephone number; nothing of a short one. Empty stays empty."""
    plain = re.sub(r"[\s\-./()]", "", text)
    if not plain:
        return ""
    return f"{DOTS} {plain[-_SHOWN:]}" if len(plain) >= _SHORTEST else DOTS


def masked_text(text: str) -> str:
    """Dots for anything; empty stays empty, so that it shows whether there is a value."""
    return DOTS if text else ""


def masked_email(text: str) -> str:
    """The first letter and the provider."""
    name, at, provider = text.partition("@")
    return f"{name[:1]}{DOTS}@{provider}" if at and len(name) > 1 and provider else masked_text(text)
