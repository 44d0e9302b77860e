"""Words that a misspelt word may have been meant to be: words with one letter more, less, another, or two swapped.

Keys forgive what people hear; these forgive what fingers do. Words within one slip of each other share one of their
shortenings, the word with one of its letters left out (symmetric deletes: W. Garbe, SymSpell, 2012), so that who is asked
for by a word nobody bears is found by equality again.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import combinations, product

from banyan.platform.kernel.names.chains import chains
from banyan.platform.kernel.names.keys import Asked, hashes_of_pairs, key_hash

# Letters beyond do not tell words apart; words of two letters lose their meaning with either of them.
_LETTERS, _SHORTEST = 16, 3


@lru_cache(maxsize=65536)
def shortenings(latin: str) -> frozenset[int]:
    """Hashes of a word in Latin letters as it is and with each of its letters left out."""
    word = latin[:_LETTERS]
    short = {word[:place] + word[place + 1 :] for place in range(len(word))} if len(word) >= _SHORTEST else set()
    return frozenset(key_hash(f"s{text}") for text in {word, *short})


def spellings(names: Iterable[str]) -> set[tuple[int, str]]:
    """What a register keeps of the words of names, once for all their bearers: each shortening with the word's usual key."""
    words = {(word.latin, word.keys[0]) for name in names for chain in chains(name) for word in chain if word.keys}
    return {(short, key) for latin, key in words for short in shortenings(latin)}


def respelt(asked: Asked, meant: Sequence[Collection[str]]) -> list[tuple[int, int, frozenset[int]]]:
    """Further pairs to ask for: every two places of the question, with the keys that its words may have been meant to have.

    meant: for each word of the question further keys, as `spellings` holds them. What the question asks for already is
    left out.
    """
    readings = [{*word.keys, *further} for (word, _hashes), further in zip(asked.words, meant, strict=True)]
    known = {(here, there): hashes for here, there, hashes in asked.pairs}
    found = []
    for here, there in combinations(range(len(readings)), 2):
        hashes = hashes_of_pairs(product(readings[here], readings[there])) - known[here, there]
        if hashes:
            found.append((here, there, hashes))
    return found


def slips(one: str, other: str) -> int:
    """How many slips of the finger make one word the other: a letter more, less, another, or two swapped (Damerau)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        last, before, row = before, row, [place]
        for there, written in enumerate(other, 1):
            cost = min(before[there] + 1, row[there - 1] + 1, before[there - 1] + (letter != written))
            if place > 1 and there > 1 and letter == other[there - 2] and one[place - 2] == written:
                cost = min(cost, last[there - 2] + 1)
            row.append(cost)
    return row[-1]
