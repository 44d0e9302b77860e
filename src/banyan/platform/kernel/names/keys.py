"""Keys of a name for searching and blocking: equal keys make two records candidates, nothing less does.

Kinds, told apart by their first letter:
  w…  one word of the name: finds a person by any of their names
  p…  two words of the name, whatever stands between or before
  c…  the whole chain without word boundaries: Thu Zar, Thuzar and သူဇာ meet
  b…  the whole chain as a bag: Ali Hassan and Hassan Ali meet
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations, islice, product, starmap

from banyan.platform.kernel.names.chains import Word, chains

# Readings of a whole name that are kept per chain.
_READINGS = 8
# Names of more words are paired by their first six: fifteen pairs.
_PAIRED = 6
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
    """What a register keeps of a record's names: the keys of every word, of every two words, and of the whole chain.

    Of pairs and chains only the usual reading is kept; a question asks with all its readings (`asked_key_hashes`). Who
    bears two common words is found at once by their pair, where either word alone is borne by a tenth of all people.
    """
    found: set[int] = set()
    for name in names:
        for chain in chains(name):
            keys = [word.keys for word in chain if word.keys]
            for readings in keys:
                found |= _word_hashes(readings)
            if keys:
                choice = tuple([readings[0] for readings in keys])
                found.add(_chain_hash(choice))
                if len(choice) > 1:
                    found |= _pair_hashes(choice[:_PAIRED])
    return found


@lru_cache(maxsize=65536)
def _pair_hashes(choice: tuple[str, ...]) -> frozenset[int]:
    return frozenset(starmap(_pair_hash, combinations(sorted(choice), 2)))


@dataclass(frozen=True)
class Asked:
    """The keys with which to ask for a name: of its words, of each two of them (by their places), of the whole chain."""

    words: tuple[tuple[Word, frozenset[int]], ...]
    pairs: tuple[tuple[int, int, frozenset[int]], ...]
    whole: frozenset[int]


def asked_key_hashes(name: str) -> Asked:
    """What a question asks for, in all readings.

    The words are those of the first reading of the name, which keeps a doubtful form of address as part of it.
    """
    read = chains(name)
    whole = frozenset(
        _chain_hash(choice)
        for chain in read
        for choice in filter(None, islice(product(*(word.keys for word in chain if word.keys)), _READINGS))
    )
    words = [word for word in (read[0] if read else ()) if word.keys][:_PAIRED]
    pairs = tuple(
        (here, there, hashes_of_pairs(product(words[here].keys, words[there].keys)))
        for here, there in combinations(range(len(words)), 2)
    )
    return Asked(tuple((word, _word_hashes(word.keys)) for word in words), pairs, whole)


def hashes_of_pairs(choices: Iterable[tuple[str, str]]) -> frozenset[int]:
    """Hashes of two words' keys together, in whichever order they stand."""
    return frozenset(_pair_hash(*sorted(choice)) for choice in choices)


@lru_cache(maxsize=65536)
def _pair_hash(one: str, other: str) -> int:
    return key_hash(f"p{one}+{other}")


@lru_cache(maxsize=65536)
def _word_hashes(keys: tuple[str, ...]) -> frozenset[int]:
    return frozenset(key_hash(f"w{key}") for key in keys)


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
