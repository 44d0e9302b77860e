"""Four pairs of eyes: who has which part in a plan, how many have agreed to its lines, and why somebody may not go on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

PREPARE, APPROVE, AUTHORISE, RELEASE = "prepare", "approve", "authorise", "release"
# Problems by which a step is refused; "" is none.
OWN_PLAN, TWICE = "own_plan", "approved_twice"
AGREEING: Final = (APPROVE, AUTHORISE, RELEASE)


@dataclass(frozen=True)
class Taken:
    """A step somebody took: by whom, as which duty, in which round, of which lines."""

    actor: UUID | None
    duty: str
    round: int
    digest: str


def hindrance(duty: str, steps: Iterable[Taken], *, actor: UUID | None, round_: int, digest: str) -> str:
    """Why this person may not take a step of this duty now; "" when nothing stands in the way.

    A duty counts through all rounds: whoever prepared a plan once never approves it. A word given in an earlier round, or about other
    lines, is void and may be given again.
    """
    own = [step for step in steps if step.actor is not None and step.actor == actor]
    if actor is None or any(step.duty not in ("", duty) for step in own):
        return OWN_PLAN
    if duty in AGREEING and any((step.duty, step.round, step.digest) == (duty, round_, digest) for step in own):
        return TWICE
    return ""


def agreed(duty: str, steps: Iterable[Taken], *, round_: int, digest: str) -> int:
    """How many people have agreed, as this duty, to these lines in this round."""
    return len({step.actor for step in steps if (step.duty, step.round, step.digest) == (duty, round_, digest)})


@dataclass(frozen=True)
class Band:
    """How many people approve and authorise from an amount on, in the base currency."""

    from_amount: Decimal
    approvals: int
    authorisations: int


MOST: Final = 9


def band_faults(bands: Collection[Band]) -> bool:
    """Whether bands do not fit: one begins at nothing, each begins elsewhere, and numbers lie from 1 to MOST."""
    begins = [band.from_amount for band in bands]
    return (
        0 not in begins
        or len(set(begins)) < len(begins)
        or any(not 1 <= number <= MOST for band in bands for number in (band.approvals, band.authorisations))
        or any(begin < 0 for begin in begins)
    )
