"""What the words of the register, of forms and of HXL stand for: from a text or tag to the fields it may name."""

import re
from collections.abc import Mapping as Dictionary
from typing import Any

from banyan.people.collection.rules.recognition.lexicon import lexicon
from banyan.people.collection.rules.recognition.wording import normal
from banyan.people.collection.rules.shapes import HOUSEHOLD_COLUMN, PERSON_COLUMN, SUBMITTED_COLUMN, UID_COLUMN

SPECIAL = (HOUSEHOLD_COLUMN, PERSON_COLUMN, UID_COLUMN, SUBMITTED_COLUMN)
NUMBERS = {"household.number": HOUSEHOLD_COLUMN, "person.number": PERSON_COLUMN}
_FILLERS = frozenset(
    """what is the of your a an please enter indicate select record write s this that do you have are in any if
    individual individuals member members respondent respondents person persons beneficiary child childs children kid kids
    hh household households le la les de du des quel est votre el los las su cual es cuál del d l""".split()  # noqa: SIM905
)
_HEAD = re.compile(
    r"^(?:hoh|hhh|head of household|head of hh|head of family|household head|head)\s+"
    r"|\s+(?:of|for)?\s*(?:the )?(?:hoh|head of household|head of hh|household head|head)$"
)


class Vocabulary:
    """Words to fields, exactly and without filler words."""

    def __init__(self, fields: Dictionary[str, Any]) -> None:
        self.fields = fields
        self.exact: dict[str, set[str]] = {}
        self.loose: dict[frozenset[str], set[str]] = {}
        self.tags: list[tuple[str, frozenset[str], str]] = []
        words = {key: set(known) for key, known in lexicon().items() if key in fields or key in SPECIAL}
        for key, each in fields.items():
            known = words.setdefault(key, set())
            known |= {normal(word) for word in each.words}
            known.add(
                normal(key.rpartition(".")[2].replace("_", " ")) if key.count(".") == 1 else normal(str(each.label))
            )
            known.add(normal(str(each.label)))
            self.tags += [(*_tag(tag), key) for tag in each.hxl]
        for key, known in words.items():
            meant = NUMBERS.get(key, key)
            for word in known - {""}:
                self.exact.setdefault(word, set()).add(meant)
                core = frozenset(word.split()) - _FILLERS
                if core:
                    self.loose.setdefault(core, set()).add(meant)

    def find(self, text: str) -> list[tuple[str, float]]:
        """Fields that a text may name, with a certainty."""
        word = normal(text)
        if not word:
            return []
        found = [(key, 1.0) for key in self.exact.get(word, ())]
        if found:
            return found
        stripped = _HEAD.sub("", word).strip()
        if stripped != word and stripped:
            return [(key, 0.75) for key in self.exact.get(stripped, ()) if key.startswith("person.")]
        core = frozenset(word.split()) - _FILLERS
        return [(key, 0.8) for key in self.loose.get(core, ())] if core else []

    def tagged(self, hxl: str) -> list[tuple[str, float]]:
        """Fields of an HXL tag: the same attributes are certain, more of them likely."""
        base, attributes = _tag(hxl)
        found = []
        for known, needed, key in self.tags:
            meant = NUMBERS.get(key, key)
            if known == base and needed == attributes:
                found.append((meant, 1.0))
            elif known == base and needed and needed < attributes:
                found.append((meant, 0.8 + 0.02 * len(needed)))
        return found


def _tag(text: str) -> tuple[str, frozenset[str]]:
    base, *attributes = text.casefold().replace(" ", "").split("+")
    return base, frozenset(attributes) - {"en", "fr", "es", "ar", "my", "eng", "fra", "spa", "ara", "mya"}
