"""How many of the people on the real list of the United Nations are found again when their names are written otherwise."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from banyan.people.linkage.rules.screening.entries import Party
from banyan.people.linkage.rules.screening.index import Index
from banyan.people.linkage.rules.screening.judging import Judge, Subject
from banyan.people.linkage.rules.screening.reading import read_list
from banyan.platform.kernel.names import chains


@pytest.fixture(scope="module")
def everybody(request: pytest.FixtureRequest) -> list[Party]:
    """The list."""
    folder = request.getfixturevalue("shared_data")
    return read_list((folder / "sanctions" / "UN_consolidated.xml").read_bytes()).parties


def slip(name: str, chance: Random) -> str:
    """One slip of the finger in the longest word: a letter less, more, or another."""
    words = name.split()
    place = max(range(len(words)), key=lambda each: len(words[each]))
    word, at = words[place], chance.randrange(1, len(words[place]))
    added, kept = (("", at + 1), (chance.choice("aeioulnrst"), at), (chance.choice("aeioulnrst"), at + 1))[
        chance.randrange(3)
    ]
    words[place] = word[:at] + added + word[kept:]
    return " ".join(words)


def share(parties: list[Party], written: Callable[[Party], Subject | None]) -> float:
    """Of the parties that can be written so, the share that is found."""
    index, judge = Index(parties), Judge({})
    found = []
    for number, party in enumerate(parties):
        subject = written(party)
        if subject is not None:
            names = index.candidates(subject).get(number)
            found.append(names is not None and judge.judge(subject, party, names) is not None)
    assert len(found) > 300
    return sum(found) / len(found)


def several(party: Party) -> bool:
    """Whether the main name has more than one word: a single word is nobody's name alone."""
    return bool(chains(party.name)) and len(chains(party.name)[0]) > 1


def test_everybody_is_found_by_the_name_alone(everybody: list[Party]) -> None:
    assert share(everybody, lambda party: Subject((party.name,)) if several(party) else None) == 1


def test_names_with_a_slip_of_the_finger_are_found(everybody: list[Party]) -> None:
    chance = Random(5)
    assert share(everybody, lambda party: Subject((slip(party.name, chance),)) if several(party) else None) > 0.94
    chance = Random(5)

    def with_year(party: Party) -> Subject | None:
        year = str(party.births[0].first.year) if party.births else ""
        return Subject((slip(party.name, chance),), birth=year) if year and several(party) else None

    assert share(everybody, with_year) > 0.97


def test_names_in_their_own_script_are_found_by_latin_ones_alone(everybody: list[Party]) -> None:
    """The list's own names in Arabic and other scripts are hidden from the index and used as the register's."""
    latin = [
        replace(party, names=tuple(name for name in party.names if name.quality != "original")) for party in everybody
    ]
    own = {party.key: name.text for party in everybody for name in party.names if name.quality == "original"}
    assert share(latin, lambda party: Subject((own[party.key],)) if party.key in own else None) > 0.9


def test_people_who_are_not_listed_are_left_in_peace(everybody: list[Party], shared_data: Path) -> None:
    """Burmese women, of whom none is on the list; names that say next to nothing else (San San) may still be told."""
    lines = (shared_data / "names" / "burmese_names_latin_female.csv").read_text(encoding="utf-8").splitlines()
    index, judge = Index(everybody), Judge({})
    wrong = 0
    for name in filter(None, (line.strip() for line in lines)):
        subject = Subject((name,))
        candidates = index.candidates(subject).items()
        wrong += any(judge.judge(subject, everybody[number], names) for number, names in candidates)
    assert wrong / len(lines) < 0.005
