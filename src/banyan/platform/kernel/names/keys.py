"""Keys of a name for searching and blocking: equal keys make two records candidates, nothing less does.

Three kinds, told apart by their first letter:
  w…  one word of the name: finds a person by any of their names
  c…  the whole chain without word boundaries: Thu Zar, Thuzar and သူဇာ meet
  b…  the whole chain as a bag: Ali Hassan and Hassan Ali meet
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import islice, product

from banyan.platform.kernel.names.chains import Word, chains

# Readings of a whole name that are kept per chain.
_READINGS = 8
_DOUBLED = re.compile(r"(.)\1+")


def name_keys(name: str) -> frozenset[str]:
    """All keys of a name; empty for a name without letters."""
    found: set[str] = set()
    for chain in chains(name):
        for word in chain:
            found.update(f"w{key}" for key in word.keys)
        # Words without letters have no keys; a product of nothing would still give one empty choice.
        for choice in filter(None, islice(product(*(word.keys for word in chain if word.keys)), _READINGS)):
            found.add("b" + "+".join(sorted(choice)))
            found.add("c" + _joined(choice))
    return frozenset(found)


def stored_key_hashes(names: Iterable[str]) -> set[int]:
    """What a register keeps of a record's names: the keys of every word, and of each whole chain its usual reading.

    Half the rows of all keys, and a question that asks with all its readings (`asked_key_hashes`) meets them: bags are
    words met together, and the other readings of a chain are the asker's part.
    """
    found: set[int] = set()
    for name in names:
        for chain in chains(name):
            for word in chain:
                found.update(_word_hashes(word))
            if choice := tuple(word.keys[0] for word in chain if word.keys):
                found.add(_chain_hash(choice))
    return found


def asked_key_hashes(name: str) -> tuple[list[tuple[Word, frozenset[int]]], frozenset[int]]:
    """What a question asks for: each word with the hashes of its keys, and the hashes of the whole chain's readings.

    The words are those of the first reading of the name, which keeps a doubtful form of address as part of it.
    """
    read = chains(name)
    whole = frozenset(
        _chain_hash(choice)
        for chain in read
        for choice in filter(None, islice(product(*(word.keys for word in chain if word.keys)), _READINGS))
    )
    return [(word, _word_hashes(word)) for word in (read[0] if read else ()) if word.keys], whole


@lru_cache(maxsize=65536)
def _word_hashes(word: Word) -> frozenset[int]:
    return frozenset(key_hash(f"w{key}") for key in word.keys)


@lru_cache(maxsize=65536)
def _chain_hash(choice: tuple[str, ...]) -> int:
    return key_hash("c" + _joined(choice))


def key_hash(key: str) -> int:
    """The key as a signed 64-bit number for an int8 column, whose equality may use its index under row-level security."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


def name_key_hashes(name: str) -> frozenset[int]:
    """Hashes of all keys of a name."""
    return frozenset(map(key_hash, name_keys(name)))


def _joined(choice: tuple[str, ...]) -> str:
    """Consonants of all words in a row, without the vowel classes of short words and without doubling."""
    consonants = _consonants(choice[0], first=True) + "".join(_consonants(key, first=False) for key in choice[1:])
    single = _DOUBLED.sub(r"\1", consonants)
    return single if len(single) > 1 else choice[0] if len(choice) == 1 else single + choice[0][-1]


@lru_cache(maxsize=65536)
def _consonants(key: str, *, first: bool) -> str:
    plain = key[:1] if len(key) == 2 and key[1] in "AIU" else key
    # Inside a word these sounds are vowels, so they cannot count at the joint of two words either: Soe Win, Soewin.
    return plain if first else plain.lstrip("AWY")
