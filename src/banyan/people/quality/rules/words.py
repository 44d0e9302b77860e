"""Words of bits: which checks a record fails, as one number."""

from collections.abc import Iterable

# 0…61: a signed word of 64 bits, with its sign and one more bit left alone.
BITS = 62


def word(bits: Iterable[int]) -> int:
    """The word in which exactly these bits stand."""
    whole = 0
    for bit in bits:
        whole |= 1 << bit
    return whole


def stands(whole: int, bit: int) -> bool:
    """Whether the bit stands in the word."""
    return bool(whole >> bit & 1)


def first_free(taken: Iterable[int]) -> int | None:
    """The lowest bit that nothing holds; None when the word is full."""
    held = set(taken)
    return next((bit for bit in range(BITS) if bit not in held), None)
