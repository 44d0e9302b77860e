"""How alike two words of names are, and two whole names: whatever the order, script and customary spelling."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from banyan.platform.kernel.names import Word, slips

LEAST = 0.6  # below, two words are different words
# Skeletons of one or two letters (Kim, Aung, San) are shared by chance: there the letters decide.
_TELLING = 3
_LONG = 5
# Fewer letters in common than this, and the same skeleton is chance: Godani and Kaythiaung.
_SAME_SOUNDS = 0.34
_VOWELS = "AIU"
_DOUBLED = re.compile(r"(.)\1+")
_RUN_TOGETHER = 0.8
_MOSTLY = 3


@dataclass(frozen=True, slots=True)
class NameFit:
    """How two names stand to each other. bits: how much the agreement says; rare words say more."""

    bits: float
    alike: float  # mean likeness of the words that met
    met: int
    left_listed: int
    left_own: int
    ordered: bool = True
    run_together: bool = False

    @property
    def whole(self) -> bool:
        """Whether every word of both names met one of the other."""
        return self.met > 0 and not self.left_listed and not self.left_own

    @property
    def contained(self) -> bool:
        """Whether every word of the shorter name met one of the longer."""
        return self.met > 0 and not min(self.left_listed, self.left_own)

    @property
    def mostly(self) -> bool:
        """Whether no more than one word of either name is left over, of three that met at least."""
        return self.met >= _MOSTLY and self.left_listed <= 1 and self.left_own <= 1


@lru_cache(maxsize=200_000)
def likeness_of_words(one: Word, other: Word) -> float:
    """1 for the same letters, less for the same sounds, less still for a slip of the finger, 0 for different words."""
    if one.latin == other.latin or one.normal == other.normal:
        return 1.0
    longest = max(len(one.latin), len(other.latin), 1)
    shared = set(one.keys) & set(other.keys)
    if not shared and abs(len(one.latin) - len(other.latin)) > longest // 4:
        return 0.0
    letters = 1 - slips(one.latin, other.latin) / longest
    if shared:
        # Of scripts without vowels the sounds are all there is: `ly and Ali, sbwy and Sabawi. Of others letters count too.
        bare = _is_bare(one.latin) or _is_bare(other.latin)
        if bare or (max(map(len, shared)) >= _TELLING and letters >= _SAME_SOUNDS):
            return 0.75 + 0.25 * letters
        return letters if letters >= LEAST else 0.0
    return letters if letters >= 0.75 and longest >= _LONG else 0.0


def compare_names(listed: Sequence[Word], own: Sequence[Word], bits_of: Callable[[Word, Word], float]) -> NameFit:
    """One reading of a listed name against one reading of a person's name; each word meets one word at most.

    bits_of: what the agreement of two words says, from how common they are.
    """
    fit = _meet(listed, own, bits_of)
    if fit.whole:
        return fit
    found = [fit, _together(listed, own, bits_of)]
    joined = _joined(listed, own), _joined(own, listed)
    if joined != (list(listed), list(own)):
        found.append(_meet(*joined, bits_of))
    return max(found, key=lambda each: (each.whole, each.bits))


def _meet(listed: Sequence[Word], own: Sequence[Word], bits_of: Callable[[Word, Word], float]) -> NameFit:
    """The likest words first, whatever the order."""
    alike = [
        (-score, abs(place - there), place, there)
        for place, one in enumerate(listed)
        for there, other in enumerate(own)
        if (score := likeness_of_words(one, other)) >= LEAST
    ]
    alike.sort()
    met: list[tuple[int, int, float]] = []
    done: set[int] = set()
    taken: set[int] = set()
    for score, _apart, place, there in alike:
        if place not in done and there not in taken:
            done.add(place)
            taken.add(there)
            met.append((place, there, -score))
    met.sort()
    return NameFit(
        bits=sum(bits_of(listed[place], own[there]) * score**2 for place, there, score in met),
        alike=sum(score for *_places, score in met) / len(met) if met else 0.0,
        met=len(met),
        left_listed=len(listed) - len(met),
        left_own=len(own) - len(met),
        ordered=[there for _place, there, _score in met] == sorted(there for _place, there, _score in met),
    )


def _joined(words: Sequence[Word], others: Sequence[Word]) -> list[Word]:
    """The words, with two neighbours taken for one where the other name has them as one: Shahab al-Din, Shahabuddin."""
    wanted = {key for word in others for key in word.keys}
    found: list[Word] = []
    for word in words:
        before = found[-1] if found else None
        if before is not None and not (wanted.intersection(before.keys) and wanted.intersection(word.keys)):
            key = next((key for key in _sounds(before, word) if key in wanted), "")
            if len(key) > _TELLING:
                found[-1] = Word(before.normal + word.normal, before.latin + word.latin, (key,))
                continue
        found.append(word)
    return found


def _sounds(one: Word, other: Word) -> Iterator[str]:
    """Keys that two words have when they are written as one: vowels that close a short word are not heard there."""
    for first in one.keys:
        for second in other.keys:
            plain = second[:1] if len(second) == 2 and second[1] in _VOWELS else second
            yield _DOUBLED.sub(r"\1", first + plain.lstrip("AWY"))


def _is_bare(latin: str) -> bool:
    return not any(letter in "aeiou" for letter in latin)


def _together(listed: Sequence[Word], own: Sequence[Word], bits_of: Callable[[Word, Word], float]) -> NameFit:
    """The names without their spaces: Thu Zar and Thuzar, Tong-myong and Tongmyong."""
    one, other = ("".join(word.latin for word in words) for words in (listed, own))
    longest = max(len(one), len(other), 1)
    if len(listed) == len(own) or abs(len(one) - len(other)) > longest // 5:
        return NameFit(0.0, 0.0, 0, len(listed), len(own))
    # As many slips at least as there are letters that the other lacks: told at once, where counting slips takes long.
    lacking = max((Counter(one) - Counter(other)).total(), (Counter(other) - Counter(one)).total())
    letters = 0.0 if 1 - lacking / longest < _RUN_TOGETHER else 1 - slips(one, other) / longest
    if letters < _RUN_TOGETHER:
        return NameFit(0.0, 0.0, 0, len(listed), len(own))
    least = min((listed, own), key=len)
    bits = sum(bits_of(word, word) for word in least) * letters**2
    return NameFit(bits, letters, len(least), 0, 0, run_together=True)
