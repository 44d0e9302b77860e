"""Identifiers: UUIDv7 for machines, short references with a check character for people.

A reference such as PLC-7K3M-9QXT-4 is derived from the id, so it needs no counter and reveals no volume.
Alphabet: Crockford's base 32 (no I, L, O, U), which reads 0/O and 1/I/L alike. Check character: one Reed-Solomon
symbol over GF(32), which detects every wrong character and every swap of two characters anywhere in it.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from uuid import UUID

import uuid_utils
from uuid_utils.compat import uuid7

from banyan.platform.kernel.problems import Problem

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
# Letters outside the alphabet still occur in prefixes. They take values of digits, which prefixes never hold;
# I and O take the values that they also have in the body, where they are read as 1 and 0.
_PREFIX_VALUE = {**{letter: _VALUE[letter] for letter in ALPHABET[10:]}, "O": 0, "I": 1, "L": 2, "U": 3}
_LOOK_ALIKES = str.maketrans("OIL", "011")
_PREFIX_LENGTH = 3
_GROUP = 4
_EXAMPLE = "PLC-7K3M-9QXT-4"


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): unique without asking anybody, and ordered by time of making."""
    return uuid7()


def new_ids(count: int) -> list[str]:
    """So many new ids as text, ascending: for rows that are written by the hundred thousand."""
    return [str(uuid_utils.uuid7()) for _place in range(count)]


def id_from(text: str) -> UUID | None:
    """The id that a text writes; None when it writes none."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def asked_id(text: str) -> UUID:
    """The id that an address or a form names. Raises Problem "not_found" for what is none: nothing can be there."""
    if (found := id_from(text)) is None:
        raise Problem("not_found")
    return found


def reference(prefix: str, identifier: UUID, *, groups: int = 2) -> str:
    """The human reference of an id: prefix of three letters, groups of four characters, check character.

    Always the same for the same prefix and id. Two groups carry 40 bits: two of a million ids share a reference
    with probability 0.37, so a room that stores references keeps them unique and asks for more groups (60 bits
    with three) where it counts beyond a hundred thousand records. Raises ValueError for an impossible prefix.
    """
    if len(prefix) != _PREFIX_LENGTH or any(letter not in _PREFIX_VALUE for letter in prefix) or prefix[-1] == "L":
        # A last L next to the body could be swapped with a character unnoticed: in the body L reads as 1.
        raise ValueError(f"{prefix!r}: a prefix is three capital letters, the last not L")
    # Hashed, so that all bits count however the id was made.
    number = int.from_bytes(blake2b(prefix.encode() + identifier.bytes, digest_size=16).digest())
    body = "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(_GROUP * groups))
    return _written(prefix, body, ALPHABET[_times_two(_checksum(prefix, body))])


def references(prefix: str, identifiers: Iterable[str], *, groups: int = 2) -> list[str]:
    """`reference` of many ids at once, given as text: for rows that are written by the hundred thousand."""
    if len(prefix) != _PREFIX_LENGTH or any(letter not in _PREFIX_VALUE for letter in prefix) or prefix[-1] == "L":
        raise ValueError(f"{prefix!r}: a prefix is three capital letters, the last not L")
    start, encoded, doubled = _checksum(prefix, ""), prefix.encode(), _DOUBLED
    length = _GROUP * groups
    texts, steps = _two_at_once()
    cuts = [slice(place, place + _GROUP) for place in range(0, length, _GROUP)]
    written = []
    for identifier in identifiers:
        digest = blake2b(encoded + bytes.fromhex(identifier.replace("-", "")), digest_size=16).digest()
        number, total, body = int.from_bytes(digest), start, ""
        for _place in range(0, length, 2):
            value = number & 1023
            number >>= 10
            total = steps[total][value]
            body += texts[value]
        written.append("-".join([prefix, *[body[cut] for cut in cuts], ALPHABET[doubled[total]]]))
    return written


@cache
def _two_at_once() -> tuple[list[str], list[list[int]]]:
    """Two characters of a body by their ten bits, and the checksum after them by the one before."""
    texts = [ALPHABET[value & 31] + ALPHABET[value >> 5] for value in range(1024)]
    steps = [[_DOUBLED[_DOUBLED[total] ^ value & 31] ^ value >> 5 for value in range(1024)] for total in range(32)]
    return texts, steps


def check_reference(text: str, *, prefix: str | None = None) -> str:
    """The reference as it is written, from whatever a person typed: any case, spaces, dashes, other digits.

    Raises Problem "kernel.reference_malformed" when it cannot be one (or not one with the prefix asked for) and
    "kernel.reference_mistyped" when its check character does not fit.
    """
    # Any script's digits, full-width letters; everything that only separates is dropped.
    plain = "".join(
        str(unicodedata.digit(character, character)) for character in unicodedata.normalize("NFKC", text)
    ).upper()
    plain = "".join(character for character in plain if unicodedata.category(character)[0] in "LN")
    start, rest = plain[:_PREFIX_LENGTH], plain[_PREFIX_LENGTH:].translate(_LOOK_ALIKES)
    if (
        len(rest) < _GROUP + 1
        or len(rest) % _GROUP != 1
        or any(letter not in _PREFIX_VALUE for letter in start)
        or any(character not in _VALUE for character in rest)
        or prefix not in (None, start)
    ):
        raise Problem("kernel.reference_malformed", text=text.strip(), example=_EXAMPLE)
    written = _written(start, rest[:-1], rest[-1])
    if _times_two(_checksum(start, rest[:-1])) != _VALUE[rest[-1]]:
        raise Problem("kernel.reference_mistyped", text=written)
    return written


def _written(prefix: str, body: str, check: str) -> str:
    return "-".join([prefix, *(body[start : start + _GROUP] for start in range(0, len(body), _GROUP)), check])


def _checksum(prefix: str, body: str) -> int:
    """Horner's rule for the polynomial with the characters as coefficients, at 2, in GF(32)."""
    total = 0
    for value in [_PREFIX_VALUE[letter] for letter in prefix] + [_VALUE[character] for character in body]:
        total = _times_two(total) ^ value
    return total


def _times_two(value: int) -> int:
    """Multiplication by 2 in GF(32) modulo the primitive polynomial x⁵ + x² + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


_DOUBLED = [_times_two(value) for value in range(32)]
