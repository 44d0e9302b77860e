"""Pure rules of access: what grants reach, how a reach is written and sealed, which roles exclude each other."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

EVERYTHING = "(,)"
# Written instead of a list when a viewer (the system itself) reaches everything under every permission.
ALL_PERMISSIONS = "*=(,)"
# A sealed reach is of no use to whoever copies it after this many seconds. Compared with the start of the transaction,
# so long transactions are not cut off; wide enough for the clocks of two machines.
SEAL_SECONDS = 600
_BLOCK = 64


@dataclass(frozen=True)
class Part:
    """What one grant gives: permissions within scopes (or everywhere), for an organisation (or all), up to a clearance."""

    permissions: frozenset[str]
    everything: bool = False
    scopes: frozenset[int] = frozenset()
    organisation: UUID | None = None
    clearance: int = 0


@dataclass(frozen=True)
class Reach:
    """How far a permission goes for one viewer.

    everything, scopes: the fence over rows with scope_id. organisations: None when at least one grant is not limited to
    an organisation. clearance: the highest. Tables that carry both a scope and an organisation use `parts` (through
    viewers.within), because two grants with different limits must not be mixed.
    """

    everything: bool = False
    scopes: frozenset[int] = frozenset()
    organisations: frozenset[UUID] | None = frozenset()
    clearance: int = 0
    parts: tuple[Part, ...] = field(default=(), repr=False)

    def __contains__(self, scope_id: int) -> bool:
        return self.everything or scope_id in self.scopes

    def __bool__(self) -> bool:
        return self.everything or bool(self.scopes)


def reach_of(parts: Iterable[Part], permission: str) -> Reach:
    """The reach of a permission over all parts that carry it; an empty one when none does."""
    chosen = tuple(part for part in parts if permission in part.permissions)
    everything = any(part.everything for part in chosen)
    limits = {part.organisation for part in chosen}
    return Reach(
        everything=everything,
        scopes=frozenset() if everything else frozenset().union(*(part.scopes for part in chosen)),
        organisations=None if None in limits else frozenset(limit for limit in limits if limit is not None),
        clearance=max((part.clearance for part in chosen), default=0),
        parts=chosen,
    )


def ranges(scopes: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of every run of neighbouring numbers: {3, 17, 18} → [(3, 3), (17, 18)]."""
    found: list[tuple[int, int]] = []
    for scope in sorted(set(scopes)):
        if found and found[-1][1] == scope - 1:
            found[-1] = (found[-1][0], scope)
        else:
            found.append((scope, scope))
    return found


def reach_text(reaches: Mapping[str, Reach]) -> str:
    """The reach of several permissions as the database reads it: "a.view=(,);b.view=[3,3],[17,18]".

    Empty reaches are left out.
    """
    return ";".join(
        f"{permission}={EVERYTHING if reach.everything else _range_text(reach.scopes)}"
        for permission, reach in sorted(reaches.items())
        if reach
    )


def _range_text(scopes: Iterable[int]) -> str:
    return ",".join(f"[{first},{last}]" for first, last in ranges(scopes))


def seal_pads(key: str) -> tuple[bytes, bytes]:
    """Inner and outer padded key of HMAC-SHA256 (RFC 2104 §2), which the database keeps so that sha256() suffices."""
    secret = key.encode()
    if len(secret) > _BLOCK:
        secret = hashlib.sha256(secret).digest()
    padded = secret.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def seal(key: str, *, actor: str, reach: str, expires: int) -> str:
    """The seal over actor and reach: "expiry.hex". `expires` in seconds since 1970."""
    message = f"{expires}|{actor}|{reach}".encode()
    return f"{expires}.{hmac.new(key.encode(), message, hashlib.sha256).hexdigest()}"


def token_digest(token: str) -> str:
    """What is stored of a token. Tokens are 256 random bits, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


def excluded_by(role: str, held: Iterable[str], incompatible: Iterable[frozenset[str]]) -> str | None:
    """The first held role that must not be combined with `role`; None when all may."""
    for other in sorted(set(held)):
        if other != role and frozenset((role, other)) in incompatible:
            return other
    return None


def stands_on(valid_from: date, valid_until: date | None, day: date) -> bool:
    """Whether a grant with these dates counts on a day; both days are included."""
    return valid_from <= day and (valid_until is None or day <= valid_until)


def lineages(parents: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """For every key its chain from the root down to itself; a parent that is not a key is kept as a root above.

    Raises ValueError with the key when an area lies within itself.
    """
    found: dict[str, tuple[str, ...]] = {}
    for key in parents:
        path: list[str] = []
        step: str | None = key
        while step is not None and step not in found:
            if step in path:
                raise ValueError(step)
            path.append(step)
            step = parents.get(step)
        chain = found[step] if step is not None else ()
        for link in reversed(path):
            chain = (*chain, link)
            found[link] = chain
    return {key: found[key] for key in parents}


def may_give(own: Reach, scopes: frozenset[int] | None) -> bool:
    """Whether somebody whose change_grant reach is `own` may give access to `scopes` (None = everything)."""
    if own.everything:
        return True
    return scopes is not None and bool(scopes) and scopes <= own.scopes


def until(moment: datetime, ends: Iterable[datetime]) -> datetime | None:
    """The next of `ends` after a moment: when what was resolved at that moment stops being true."""
    return min((end for end in ends if end > moment), default=None)
