"""A name as a chain of words without fixed order: given name, father, grandfather, family, as many as were asked for.

Most of the world's names do not divide into first and last. So a name is read as a bag of words, each with its
skeleton keys, and two names are compared by how much of the shorter one is found in the longer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from anyascii import anyascii

from banyan.platform.kernel.names import arabic, burmese, latin
from banyan.platform.kernel.names.honorifics import MAYBE_ADDRESS, is_address, readings
from banyan.platform.kernel.names.scripts import Script, split_by_script
from banyan.platform.kernel.names.skeletons import arabic_skeletons, burmese_skeletons, latin_skeletons


@dataclass(frozen=True, slots=True)
class Word:
    """One word (for Burmese, one syllable) of a name: its normal form, Latin letters and skeleton keys."""

    normal: str
    latin: str
    keys: tuple[str, ...]


@lru_cache(maxsize=8192)
def chains(name: str) -> tuple[tuple[Word, ...], ...]:
    """The readings of a name as chains of words, forms of address removed; one, or two when the first word is doubtful.

    Empty when the name holds no letters.
    """
    if name.isascii() and (plain := _plain_words(name)) is not None:
        return plain
    found: list[tuple[Word, ...]] = [()]
    for script, text in split_by_script(name):
        here = readings(words_of(script, text), script)
        found = [
            (*before, *(_word(script, word) for word in reading))
            for before in found
            # A form of address begins the name; in later runs of script the first word is an ordinary one.
            for reading in (here if not before else here[:1])
        ]
    return tuple(chain for chain in found if chain)


def _plain_words(name: str) -> tuple[tuple[Word, ...], ...] | None:
    """The same for a name of ordinary Latin words, each looked up; None when a word asks for more than that."""
    words = [_plain_word(word) for word in name.split()]
    if not words or None in words:
        return None
    chain = cast("tuple[Word, ...]", tuple(words))
    # The first word may be a form of address before another, different word.
    if len(chain) > 1 and chain[0] is not chain[1] and chain[0].normal in MAYBE_ADDRESS:
        return chain, chain[1:]
    return (chain,)


@lru_cache(maxsize=65536)
def _plain_word(word: str) -> Word | None:
    """A Latin word that is read alike wherever it stands in a name; None for articles, titles, particles, compounds."""
    read = latin.words(word)
    if read != [latin.normal_form(word)] or not word.isalpha() or latin.is_bound(read[0]) or is_address(read[0]):
        return None
    return _word(Script.LATIN, read[0])


def words_of(script: Script, text: str) -> list[str]:
    """Words of a run of one script in normal form."""
    if script is Script.ARABIC:
        return arabic.words(text)
    if script is Script.BURMESE:
        return burmese.syllables(text)
    return latin.words(text if script is Script.LATIN else anyascii(text))


def normal_form(name: str) -> str:
    """Normal form of a name in whatever scripts it is written: for equality and display of what is compared."""
    forms = {Script.LATIN: latin.normal_form, Script.ARABIC: arabic.normal_form, Script.BURMESE: burmese.normal_form}
    return " ".join(
        form
        for script, text in split_by_script(name)
        for form in [forms[script](text) if script in forms else latin.normal_form(anyascii(text))]
        if form
    )


def romanised(name: str) -> str:
    """The name in Latin letters, for readers who know no other: Burmese as in Myanmar's papers, the rest by table."""
    written = []
    for script, text in split_by_script(name):
        if script is Script.LATIN:
            written.append(text.strip())
        elif script is Script.BURMESE:
            written.append(" ".join(burmese.romanised(syllable).capitalize() for syllable in burmese.syllables(text)))
        else:
            written.append(" ".join(word[:1].upper() + word[1:] for word in anyascii(text).split()))
    return " ".join(part for part in written if part)


def likeness(one: str, other: str) -> float:
    """How far the shorter name is found in the longer whatever the order: 0 (no word shared) to 1 (every word).

    Words match when they share a skeleton key; each counts once and by its number of letters, so that a shared
    Abdul weighs less than a shared Abdulrahman. The best of the names' readings counts.
    """
    return max((_shared(a, b) for a in chains(one) for b in chains(other)), default=0.0)


def _shared(one: Iterable[Word], other: Iterable[Word]) -> float:
    shorter, longer = sorted((list(one), list(other)), key=len)
    left = list(longer)
    weight = matched = 0
    for word in shorter:
        letters = len(word.latin) or 1
        weight += letters
        # An equal spelling is taken before an equal key, so that Mohammed Mahmoud meets itself in order.
        candidates = [rest for rest in left if set(rest.keys) & set(word.keys)]
        if candidates:
            left.remove(min(candidates, key=lambda rest: rest.latin != word.latin))
            matched += letters
    return matched / weight


@lru_cache(maxsize=65536)
def _word(script: Script, normal: str) -> Word:
    if script is Script.ARABIC:
        return Word(normal, anyascii(normal).lower(), arabic_skeletons(normal))
    if script is Script.BURMESE:
        return Word(normal, burmese.romanised(normal), burmese_skeletons(normal))
    return Word(normal, normal, latin_skeletons(normal))
