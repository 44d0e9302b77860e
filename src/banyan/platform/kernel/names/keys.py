"""Keys of a name for searching and blocking: equal keys make two records candidates, nothing less does.

Three kinds, told apart by their first letter:
  w…  one word of the name: finds a person by any of their names
  c…  the whole chain without word boundaries: Thu Zar, Thuzar and သူဇာ meet
  b…  the whole chain as a bag: Ali Hassan and Hassan Ali meet
"""

from hashlib import blake2b
from itertools import islice, product

from banyan.platform.kernel.names.chains import chains

# Readings of a whole name that are kept per chain.
_READINGS = 8


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


def key_hash(key: str) -> int:
    """The key as a signed 64-bit number for an int8 column, whose equality may use its index under row-level security."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


def name_key_hashes(name: str) -> frozenset[int]:
    """Hashes of all keys of a name."""
    return frozenset(map(key_hash, name_keys(name)))


def _joined(choice: tuple[str, ...]) -> str:
    """Consonants of all words in a row, without the vowel classes of short words and without doubling."""
    consonants = "".join(_consonants(key, first=not place) for place, key in enumerate(choice))
    single = "".join(letter for letter, before in zip(consonants, " " + consonants, strict=False) if letter != before)
    return single if len(single) > 1 else choice[0] if len(choice) == 1 else single + choice[0][-1]


def _consonants(key: str, *, first: bool) -> str:
    plain = key[:1] if len(key) == 2 and key[1] in "AIU" else key
    # Inside a word these sounds are vowels, so they cannot count at the joint of two words either: Soe Win, Soewin.
    return plain if first else plain.lstrip("AWY")
