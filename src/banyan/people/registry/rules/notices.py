"""Notices about the use of data: which of several counts, and what it allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


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
