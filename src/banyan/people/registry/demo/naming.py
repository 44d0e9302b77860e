"""Names of made-up people as several peoples give them, in the script of the people and in Latin letters."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FILE = Path(__file__).resolve().parents[5] / "demo" / "people" / "names.json"
# Shares of the demo country's people, roughly as it might register them; the last two came as refugees from afar.
CULTURES = {"burmese": 56, "arabic": 14, "karen": 9, "kachin": 9, "shan": 7, "swahili": 3, "french": 2}
_TITLES = {"male": (("ဦး", "U"), ("ကို", "Ko"), ("မောင်", "Maung")), "female": (("ဒေါ်", "Daw"), ("မ", "Ma"), ("မ", "Ma"))}


@dataclass(frozen=True)
class Word:
    """One part of a name: in its own script ("" when that is Latin), in Latin letters, and as others also write it."""

    script: str
    latin: str
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Name:
    """A name as its parts in the order they are said. `family` is the part handed down, "" where none is."""

    culture: str
    words: tuple[Word, ...]
    family: str = ""

    @property
    def latin(self) -> str:
        """In Latin letters."""
        return " ".join(word.latin for word in self.words)

    @property
    def original(self) -> str:
        """In the script of the people; "" where that is Latin. Burmese is written without spaces."""
        if not all(word.script for word in self.words):
            return ""
        return ("" if self.culture == "burmese" else " ").join(word.script for word in self.words)


@cache
def _pools() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def culture(random: Random) -> str:
    """A people drawn by its share."""
    return random.choices(list(CULTURES), list(CULTURES.values()))[0]


def draw(people: str, sex: str, random: Random, *, father: Name | None = None) -> Name:
    """A name for somebody of this people and sex ("male", "female"); the father's gives what is handed down."""
    pool = _pools()[people]
    if people == "burmese":
        count = random.choices((2, 3, 4), (45, 47, 8))[0]
        chosen = random.sample(pool[sex], count)
        return Name(people, tuple(Word(script, latin, tuple(more)) for script, latin, more in chosen))
    if people == "arabic":
        own = _word(random.choice(pool[sex]))
        above = father.words[:2] if father else tuple(_word(entry) for entry in random.sample(pool["male"], 2))
        return Name(people, (own, *above), family=above[-1].latin)
    if people == "karen":
        first = Word("", "Saw" if sex == "male" else "Naw")
        return Name(people, (first, *(Word("", part) for part in random.sample(pool[sex], random.choice((2, 2, 3))))))
    if people == "kachin":
        clan = father.family if father else random.choice(pool["clans"])
        return Name(people, (Word("", clan), *(Word("", part) for part in random.sample(pool[sex], 2))), family=clan)
    if people == "shan":
        first = Word("", "Sai" if sex == "male" else "Nang")
        return Name(people, (first, *(Word("", part) for part in random.sample(pool[sex], random.choice((1, 2, 2))))))
    family = father.family if father else random.choice(pool["family"])
    return Name(people, (Word("", random.choice(pool[sex])), Word("", family)), family=family)


def titled(name: Name, sex: str, age: int, random: Random) -> tuple[str, str]:
    """(original, Latin) with the Burmese title that some clerks write down as part of the name."""
    if name.culture != "burmese":
        return name.original, name.latin
    script, latin = _TITLES[sex][0 if age >= 40 else 1 if age >= 18 else 2]
    return f"{script}{name.original}", f"{latin} {name.latin}"


def respelt(name: Name, random: Random) -> str:
    """The Latin form as another clerk would write it: another spelling, another order, a slip of the finger."""
    parts = [
        random.choice((*word.variants, word.latin)) if random.random() < 0.6 else word.latin for word in name.words
    ]
    if name.culture not in ("burmese", "karen", "shan") and random.random() < 0.2:
        parts = [*parts[1:], parts[0]]
    if name.culture == "arabic" and len(parts) > 2 and random.random() < 0.3:
        del parts[-1]
    text = " ".join(parts)
    return slipped(text, random) if random.random() < 0.35 or text == name.latin else text


def slipped(text: str, random: Random) -> str:
    """One slip of the finger inside a word: two letters swapped, one left out or doubled."""
    at = random.randrange(1, max(2, len(text) - 1))
    if len(text) < 4 or " " in text[at - 1 : at + 2]:
        return text
    return random.choice(
        (
            text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
        )
    )


def _word(entry: list[Any]) -> Word:
    script, latin, variants = entry
    return Word(script, latin, tuple(variants))
