"""Who of the listed is worth comparing with somebody: a small index of the lists, asked for everybody in the register.

Lists are short and registers long, so the lists are held and the register passes by. Two names meet by two words whose keys
agree (allowing for a slip of the finger in longer words), by one word where it is the whole name or the birth year agrees
too, by the name without its spaces; and documents by their number.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from banyan.people.linkage.rules.screening.entries import SHORTEST_NUMBER, ListedName, Party
from banyan.people.linkage.rules.screening.judging import Subject
from banyan.platform.kernel.names import Word, chains, shortenings

# Names that are remembered with what they led to; common names come again and again.
MOST_KEPT = 50_000
# Words of names are paired by the first eight: longer entries are sentences.
_PAIRED = 8
_LONG = 5
# Names of so many words are also written as one; fewer sounds would meet by chance.
_JOINED, _TELLING = 4, 2
_DOUBLED = re.compile(r"(.)\1+")
_YEARS = 1
# Further apart, dates of birth speak so much against each other that no name makes up for it (births, "apart").
_WIDE = 6


class Index:
    """The names and documents of all listed parties, by what they are found by."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.parties = parties
        self.unnamed = [party for party in parties if not any(chains(name.text) for name in party.names)]
        self._pairs: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._single: dict[str, set[int]] = defaultdict(set)
        self._joined: dict[str, set[int]] = defaultdict(set)
        self._documents: dict[str, set[int]] = defaultdict(set)
        self._slips: dict[int, set[str]] = defaultdict(set)
        # A name is known by its number: sets of numbers are joined for everybody in a register.
        self._names: list[tuple[int, ListedName]] = []
        self._years: list[frozenset[int]] = []
        self._wide: list[frozenset[int]] = []
        self.keys: set[str] = set()
        self._tokens: dict[Word, tuple[str, ...]] = {}
        self._compared: dict[str, tuple[frozenset[int], frozenset[int], frozenset[str]]] = {}
        for number, party in enumerate(parties):
            self._add(number, party)

    def _add(self, number: int, party: Party) -> None:
        self._years.append(_years(party, _YEARS))
        self._wide.append(_years(party, _WIDE))
        for document in party.documents:
            if len(document.key) >= SHORTEST_NUMBER:
                self._documents[document.key].add(number)
        for name in party.names:
            self._names.append((number, name))
            for chain in chains(name.text):
                self._add_name(len(self._names) - 1, chain)

    def _add_name(self, here: int, chain: Sequence[Word]) -> None:
        words = [word for word in chain if word.keys]
        for word in words:
            self.keys |= set(word.keys)
            if len(word.latin) >= _LONG:
                for short in shortenings(word.latin):
                    self._slips[short].update(word.keys)
        for one, other in combinations(words[:_PAIRED], 2):
            for key in one.keys:
                for further in other.keys:
                    self._pairs[_sorted(key, further)].add(here)
        if len(words) == 1:
            for key in words[0].keys:
                self._single[key].add(here)
        for key in _joined_keys(words):
            self._joined[key].add(here)

    def keys_of(self, name: str) -> frozenset[str]:
        """The keys of a name that any listed name has too: how common they are decides what they say."""
        return self._look(name)[2]

    def candidates(self, own: Subject) -> dict[int, set[ListedName]]:
        """Numbers of the parties worth comparing with somebody, each with the names that brought it."""
        found: dict[int, set[ListedName]] = {}
        year = int(own.birth[:4]) if own.birth else None
        for name in own.names:
            surely, with_year, _keys = self._look(name)
            for here in surely:
                party, listed = self._names[here]
                if year is None or not self._wide[party] or year in self._wide[party]:
                    found.setdefault(party, set()).add(listed)
            for here in with_year:
                party, listed = self._names[here]
                if year in self._years[party]:
                    found.setdefault(party, set()).add(listed)
        for document in own.documents:
            for number in self._documents.get(document.rpartition(":")[2], ()):
                found.setdefault(number, set()).update(self.parties[number].names)
        return found

    def _look(self, name: str) -> tuple[frozenset[int], frozenset[int], frozenset[str]]:
        """Places a name leads to; those it leads to if the birth year agrees too; and its keys among the listed ones."""
        known = self._compared.get(name)
        if known is None:
            surely: set[int] = set()
            with_year: set[int] = set()
            keys: set[str] = set()
            for chain in chains(name):
                self._look_up([word for word in chain if word.keys], surely, with_year, keys)
            known = (frozenset(surely), frozenset(with_year - surely), frozenset(keys))
            if (surely or with_year) and len(self._compared) < MOST_KEPT:  # most names lead nowhere
                self._compared[name] = known
        return known

    def _look_up(self, words: list[Word], surely: set[int], with_year: set[int], keys: set[str]) -> None:
        tokens = [found for word in words if (found := self._tokens_of(word))]
        keys.update(key for word in words for key in word.keys if key in self.keys)
        pairs = self._pairs
        for one, other in combinations(tokens, 2):
            for key in one:
                for further in other:
                    if met := pairs.get((key, further) if key <= further else (further, key)):
                        surely |= met
        for key in {key for found in tokens for key in found}:
            (surely if len(words) == 1 else with_year).update(self._single.get(key, ()))
        for key in _joined_keys(words):
            if met := self._joined.get(key):
                surely |= met

    def _tokens_of(self, word: Word) -> tuple[str, ...]:
        """Keys of listed words that a word may be: its own, and those of words within a slip of the finger."""
        known = self._tokens.get(word)
        if known is None:
            found = {key for key in word.keys if key in self.keys}
            if len(word.latin) >= _LONG:
                for short in shortenings(word.latin):
                    found |= self._slips.get(short, set())
            known = self._tokens[word] = tuple(found)
        return known


def _years(party: Party, aside: int) -> frozenset[int]:
    """The years in which somebody may be born, and some before and after; none when the list says nothing."""
    spans = (range(birth.first.year - aside, birth.last.year + aside + 1) for birth in party.births)
    return frozenset(year for span in spans for year in span)


def _sorted(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _joined_keys(words: Sequence[Word]) -> Iterator[str]:
    """The sounds of a short name in one row, so that Thu Zar meets Thuzar; from the keys of its words, which are known.

    Within a word these vowels are not part of a key, so they cannot count where two words meet either.
    """
    if 1 <= len(words) <= _JOINED:
        sounds = [key[:1] if len(key) == 2 and key[1] in "AIU" else key for key in (word.keys[0] for word in words)]
        row = _DOUBLED.sub(r"\1", sounds[0] + "".join(each.lstrip("AWY") for each in sounds[1:]))
        if len(row) > _TELLING:
            yield row
