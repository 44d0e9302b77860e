"""What somebody asks the register for, and how well an answer fits: pure rules of search.

A question is met by equality of keys (an index does that under row-level security); which answer comes first is decided
here, by letters.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from banyan.people.registry import reasons
from banyan.people.registry.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.people.registry.rules.ages import OLDEST
from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.names import Word, chains, slips
from banyan.platform.kernel.problems import Location, Problem

# Ages are told in fives and birth years estimated: nearer years come first, further ones are not shown.
YEARS_ASIDE = 3
_DIGITS = re.compile(r"[\d+][\d\s()./+-]{5,}")
_YEAR = re.compile(r"(1[89]\d\d|20\d\d)")


@dataclass(frozen=True)
class Question:
    """What is known about somebody; empty where it is not. `text` may hold a name, a number or a reference.

    household: reference or number of a household. place: id of a place, which with all below it is where people are
    sought. born: an age or a year of birth. sex: a code of the list. operation: only its people.
    """

    text: str = ""
    document: str = ""
    phone: str = ""
    reference: str = ""
    household: str = ""
    place: UUID | None = None
    born: str = ""
    sex: str = ""
    operation: UUID | None = None
    withdrawn: bool = False

    def is_empty(self) -> bool:
        """Whether it names nobody: sex, age and place alone are a filter of a list, not a search."""
        return not any(part.strip() for part in (self.text, self.document, self.phone, self.reference, self.household))


@dataclass(frozen=True)
class Read:
    """A question as it was understood: `name` is what is left for the names, `number` what any number may be."""

    name: str = ""
    reference: str = ""
    household: str = ""
    document: str = ""
    phone: str = ""
    number: str = ""
    years: tuple[int, int] | None = None
    sex: str = ""


def read(question: Question, today: date) -> Read:
    """Understand a question. Raises every Problem at once: registry.question_empty, registry.years_malformed."""
    if question.is_empty():
        raise Problem("registry.question_empty", at=Location(field="text"))
    found = Read(
        reference=_reference(question.reference) or question.reference.strip(),
        household=_reference(question.household) or question.household.strip(),
        document=document_key(question.document),
        phone=question.phone.strip(),
        years=years(question.born, today),
        sex=question.sex.strip(),
    )
    return _of_text(found, question.text.strip(), today)


def _of_text(found: Read, text: str, today: date) -> Read:
    """What the one field for everything says: a reference, a number, or a name with perhaps a year or an age."""
    if not text:
        return found
    if written := _reference(text):
        return replace(found, reference=found.reference or written)
    if _DIGITS.fullmatch(text):
        plain = document_key(text)
        return replace(found, phone=found.phone or text, document=found.document or plain, number=text)
    names: list[str] = []
    numbers: list[str] = []
    for word in text.split():
        (numbers if any(character.isdecimal() for character in word) else names).append(word)
    if not names:
        return replace(found, document=found.document or document_key(text), number=text)
    if len(numbers) == 1 and numbers[0].isdecimal() and found.years is None and int(numbers[0]) <= today.year:
        plain_age = int(numbers[0]) <= OLDEST or _YEAR.fullmatch(str(int(numbers[0])))
        return replace(found, name=" ".join(names), years=years(numbers[0], today) if plain_age else None)
    if numbers:
        # 12/ABC(N)123456 is written with spaces, too.
        return replace(found, name=" ".join(names), document=found.document or document_key(text), number=text)
    return replace(found, name=text)


def years(text: str, today: date) -> tuple[int, int] | None:
    """First and last year of birth that an age ("34") or a year or date ("1990", "1990-05") can mean; None for nothing.

    Raises Problem registry.years_malformed.
    """
    plain = text.strip().rstrip("~")
    if not plain:
        return None
    if plain.isdecimal() and int(plain) <= OLDEST:
        return today.year - int(plain) - 1, today.year - int(plain)
    match = _YEAR.match(plain)
    if match is None or int(match[0]) > today.year or (len(plain) > 4 and plain[4] not in "-/."):
        raise Problem("registry.years_malformed", text=text, at=Location(field="born"))
    return int(match[0]), int(match[0])


def document_key(text: str) -> str:
    """A document number as documents are compared by: capital letters and digits of 0–9, nothing between."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text.upper()
        if character.isalnum()
    )


def _reference(text: str) -> str:
    """The reference as it is written, from whatever was typed; empty when it is none."""
    try:
        return check_reference(text)
    except Problem:
        return ""


@dataclass(frozen=True)
class Fit:
    """How well a name or a person answers: from 0 to 1, with the reasons in words."""

    score: float = 0.0
    why: tuple[reasons.Reason, ...] = field(default=())

    def __add__(self, other: "Fit") -> "Fit":
        """Two reasons together are more than each, and never more than certainty."""
        return Fit(1 - (1 - self.score) * (1 - other.score), (*self.why, *other.why))


_ASKED, _BORNE = 0.85, 0.15  # a word too many in the register counts less than a word not found
_KEY, _LETTERS = 0.93, 0.85
_LEAST = 0.55
# Place of a word asked for, place of the word it meets, how alike they are.
Pair = tuple[int, int, float]


class Judge:
    """Judges names by how well they answer the words asked for, in whatever order and script.

    Names and words repeat among candidates, so each is judged once; the reasons are put into words only for those shown.
    """

    def __init__(self, asked: Sequence[Word]) -> None:
        self._asked = asked
        self._weights = [len(word.latin) + 1 for word in asked]
        self._weight = sum(self._weights)
        self._words: dict[Word, tuple[float, ...]] = {}
        self._names: dict[str, float] = {}

    def score(self, names: Iterable[str]) -> float:
        """From 0 to 1, of the best of a person's names."""
        return max((self._score(name) for name in names if name), default=0.0)

    def why(self, names: Iterable[str]) -> tuple[reasons.Reason, ...]:
        """The reasons for the score of the best of these names; empty when none has anything in common."""
        read = [(self._chain(chain), chain) for name in names if name for chain in chains(name)]
        if not read:
            return ()
        (_score, pairs), chain = max(read, key=lambda found: found[0][0])
        return _why_name(self._asked, chain, pairs) if pairs else ()

    def _score(self, name: str) -> float:
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = max((self._chain(chain)[0] for chain in chains(name)), default=0.0)
        return found

    def _likenesses(self, word: Word) -> tuple[float, ...]:
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = tuple(likeness_of_words(one, word) for one in self._asked)
        return found

    def _chain(self, borne: Sequence[Word]) -> tuple[float, list[Pair]]:
        """The score of a chain of words, and which asked word meets which of them, the likest first."""
        alike = [
            (-score, abs(place - there), place, there)
            for there, word in enumerate(borne)
            for place, score in enumerate(self._likenesses(word))
            if score
        ]
        alike.sort()
        pairs: list[Pair] = []
        done = taken = 0
        got = 0.0
        for score, _apart, place, there in alike:
            if not (done >> place & 1 or taken >> there & 1):
                pairs.append((place, there, -score))
                done |= 1 << place
                taken |= 1 << there
                got -= self._weights[place] * score
        if not pairs:
            return 0.0, pairs
        weight = sum(len(word.latin) + 1 for word in borne)
        turned = 0.0 if _ordered(pairs) else 0.01
        return _ASKED * got / self._weight + _BORNE * min(got / weight, 1) - turned, pairs


def _ordered(pairs: Sequence[Pair]) -> bool:
    there = [pair[1] for pair in sorted(pairs)]
    return there == sorted(there)


def _why_name(asked: Sequence[Word], borne: Sequence[Word], pairs: Sequence[Pair]) -> tuple[reasons.Reason, ...]:
    ordered = _ordered(pairs)
    spelt = [
        reasons.Said(reasons.SPELT, asked=asked[place].latin, found=borne[there].latin)
        for place, there, _score in sorted(pairs)
        if asked[place].latin != borne[there].latin
    ]
    why: list[reasons.Reason] = []
    if len(pairs) == len(asked) == len(borne) and not spelt:
        why.append(reasons.SAME if ordered else reasons.SAME_IN_OTHER_ORDER)
    else:
        why.append(reasons.Said(reasons.WORDS_FOUND, found=len(pairs), asked=len(asked)))
        if not ordered:
            why.append(reasons.OTHER_ORDER)
    return (*why, *spelt)


@lru_cache(maxsize=65536)
def likeness_of_words(one: Word, other: Word) -> float:
    """1 for the same letters, less for the same key, less still for a slip of the finger, 0 for different words."""
    if one.latin == other.latin or one.normal == other.normal:
        return 1.0
    letters = 1 - slips(one.latin, other.latin) / max(len(one.latin), len(other.latin), 1)
    if set(one.keys) & set(other.keys):
        return _KEY + (1 - _KEY) * letters * 0.9
    return _LETTERS * letters if letters >= _LEAST else 0.0


def fit_of_years(asked: tuple[int, int] | None, born: int | None) -> float:
    """What to add to a name's score for the year of birth: from +0.05 for the same year down to −0.15."""
    if asked is None or born is None:
        return 0.0
    return 0.05 - 0.05 * min(max(asked[0] - born, born - asked[1], 0), 4)
