"""Made-up people of whom it is known who was registered twice: the truth against which linkage is measured. No bench of its own.

Households with twins, siblings, fathers and sons of one name, and telephones that families and neighbours share; seven peoples
in Burmese, Arabic and Latin letters. One person in ten comes again, as another clerk would write them down: another script or
spelling, a slip, words left out or in another order, a title, a birth date that is estimated or damaged, another place, without
the telephone or the document. Nothing is left in a record by which the truth could be read.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

import linkage_names
import polars as pl

from banyan.people.registry.demo import naming
from banyan.people.registry.demo.naming import Name, Word

TODAY = date(2026, 11, 22)
DUPLICATES = 0.10
_WRITTEN = (
    ("ph", "f"), ("hp", "p"), ("hk", "kh"), ("kh", "k"), ("aw", "or"), ("ee", "i"), ("i", "ee"), ("oo", "u"), ("u", "oo"),
    ("ay", "e"), ("ht", "t"), ("th", "t"), ("z", "s"), ("au", "aw"), ("ai", "ay"), ("ou", "u"), ("eng", "ing"), ("hs", "s"),
    ("c", "k"), ("q", "k"), ("v", "w"), ("é", "e"), ("ei", "ay"), ("y", "i"), ("lw", "lu"), ("l", "ll"), ("n", "nn"),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody as they are."""

    truth: int
    name: Name
    sex: str
    born: date
    knows_birthday: bool
    relationship: str
    father: Name | None
    mother: Name | None
    phone: str
    document: str


@dataclass
class Crowd:
    """What was registered, and who is who: `people` as linkage reads them, `truth` with person, entity and groups."""

    rows: list[dict[str, object]] = field(default_factory=list)
    facts: list[tuple[str, int, str, str, str, str, bool]] = field(default_factory=list)

    @property
    def people(self) -> pl.DataFrame:
        """The records."""
        lists = {"phones": pl.List(pl.String), "documents": pl.List(pl.String)}
        return pl.DataFrame(self.rows, schema_overrides=lists, infer_schema_length=10_000)

    @property
    def truth(self) -> pl.DataFrame:
        """Of each record who it is, and the groups among which recall is compared."""
        names = ["person", "entity", "sex", "origin", "age", "script", "again"]
        return pl.DataFrame(self.facts, schema=names, orient="row")


def crowd(people: int, seed: int = 1, *, duplicates: float = DUPLICATES) -> Crowd:
    """About this many records, duplicates among them."""
    chance = random.Random(seed)
    made = Crowd()
    wanted = int(people / (1 + duplicates))
    families: list[tuple[str, list[Person]]] = []
    everybody = 0
    places = _places(max(40, people // 900), chance)
    weights = [1 / (rank + 12) for rank in range(len(places))]
    drawn = iter(chance.choices(places, weights, k=wanted))
    for number, place in enumerate(drawn):
        family = _family(everybody, place, chance)
        families.append((place, family))
        _register(made, family, place, f"H{number}", "", chance, again=False)
        everybody += len(family)
        if everybody >= wanted:
            break
    _again(made, families, places, int(everybody * duplicates), chance)
    chance.shuffle(made.rows)
    return made


def _again(
    made: Crowd, families: list[tuple[str, list[Person]]], places: list[str], count: int, chance: random.Random
) -> None:
    """The duplicates: most of a household again, or one of its members, in another household or alone."""
    order = iter(chance.sample(families, len(families)))
    number = 0
    while count > 0:
        place, family = next(order)
        number += 1
        moved = chance.random() < 0.4
        here = chance.choice(places) if moved else place
        kind = chance.random()
        if kind < 0.5:
            chosen = [one for one in family if chance.random() < 0.85] or family[:1]
            household = f"A{number}"
        elif kind < 0.95:
            chosen = [chance.choice(family)]
            household = f"A{number}" if chance.random() < 0.5 else f"H{chance.randrange(len(families))}"
        else:
            chosen, here = [chance.choice(family)], place
            household = ""
        for one in chosen[:count]:
            _register(made, [one], here, household or _household_of(made, one), "again", chance, again=True)
        count -= len(chosen)


def _household_of(made: Crowd, one: Person) -> str:
    return str(made.rows[one.truth]["household"])


def _register(
    made: Crowd, family: list[Person], place: str, household: str, mark: str, chance: random.Random, *, again: bool
) -> None:
    for one in family:
        number = len(made.rows)
        row, script = _written(one, chance, again=again)
        # Ids say nothing of the order in which people came.
        key = str(UUID(int=chance.getrandbits(128), version=4))
        row |= {"person": key, "operation": "demo", "scope_id": 1, "household": household, "place": place}
        row |= {
            "is_head": one.relationship == "head" and not mark,
            "relationship": one.relationship if not mark else "other",
        }
        made.rows.append(row)
        age = (TODAY - one.born).days // 365
        band = "0–4" if age < 5 else "5–17" if age < 18 else "18–59" if age < 60 else "60+"
        made.facts.append((key, one.truth, one.sex, one.name.culture, band, script, again))
        assert again or number == one.truth


def _written(one: Person, chance: random.Random, *, again: bool) -> tuple[dict[str, object], str]:
    """A record of somebody as a clerk writes it; the second clerk with the errors that registers have."""
    sex = one.sex
    name, parent = one.name, one.father
    birth = (
        str(one.born)
        if one.knows_birthday
        else f"{one.born.year}-01-01"
        if chance.random() < 0.7
        else f"{one.born.year}~"
    )
    phones = [one.phone] if one.phone else []
    documents = [one.document] if one.document else []
    if again:
        name = _damaged(name, chance)
        parent = _damaged(parent, chance) if parent and chance.random() > 0.15 else None
        birth = _damaged_birth(one, birth, chance)
        phones = phones if chance.random() < 0.35 else [_phone(chance)] if chance.random() < 0.3 else []
        documents = documents if chance.random() < 0.4 else []
        if documents and chance.random() < 0.03:
            documents = [_digit_off(documents[0], chance)]
        if chance.random() < 0.01:
            sex = "male" if sex == "female" else "female"
    age = (TODAY - one.born).days // 365
    own, latin = name.original, name.latin
    if name.culture == "burmese" and chance.random() < 0.04:
        latin = latin.replace(" ", "").capitalize()  # Thuzar, Kyawsoe
    elif name.culture == "burmese" and chance.random() < 0.35:
        own, latin = naming.titled(name, one.sex, age, chance)
    script = "latin"
    row: dict[str, object] = {"full_name": latin, "name_original": ""}
    if own:
        draw = chance.random()
        if draw < 0.35:
            row, script = {"full_name": own, "name_original": ""}, name.culture
        elif draw < 0.7:
            row, script = {"full_name": latin, "name_original": own}, "both"
    father = "" if parent is None else parent.original if script == name.culture and parent.original else parent.latin
    return row | {
        "father_name": father if chance.random() < 0.6 else "",
        "mother_name": one.mother.latin if one.mother and chance.random() < 0.3 else "",
        "sex": sex if chance.random() < 0.99 else "unknown",
        "birth_date": birth,
        "phones": phones,
        "documents": documents,
    }, script


def _damaged(name: Name, chance: random.Random) -> Name:
    """Another spelling, a slip, two words exchanged, a word left out."""
    words = list(name.words)
    for place, word in enumerate(words):
        # Saw, Naw, Sai, Nang stand before every name: clerks write them in their sleep.
        address = not place and name.culture in ("karen", "shan")
        if chance.random() < (0.03 if address else 0.35):
            words[place] = _other_word(word, chance)
    if chance.random() < 0.04:
        here, there = chance.sample(range(len(words)), 2)
        words[here], words[there] = words[there], words[here]
    if len(words) > 2 and chance.random() < 0.08:
        del words[chance.randrange(1, len(words))]
    return replace(name, words=tuple(words))


def _other_word(word: Word, chance: random.Random) -> Word:
    if word.variants and chance.random() < 0.6:
        return replace(word, latin=chance.choice(word.variants))
    if not word.variants and chance.random() < 0.6 and (heard := _heard(word.latin, chance)) != word.latin:
        return replace(word, latin=heard)
    slipped = _slip(word.latin, chance)
    if word.script and chance.random() < 0.3 and len(word.script) > 3:
        at = chance.randrange(1, len(word.script))
        return replace(word, latin=slipped, script=word.script[:at] + word.script[at + 1 :])
    return replace(word, latin=slipped)


def _heard(text: str, chance: random.Random) -> str:
    """As another clerk would write what was heard."""
    possible = [(one, other) for one, other in _WRITTEN if one in text.lower()]
    if not possible:
        return text
    one, other = chance.choice(possible)
    return text.lower().replace(one, other, 1).capitalize()


def _slip(text: str, chance: random.Random) -> str:
    """One slip of the finger anywhere but in words too short to bear it."""
    if len(text) < 3:
        return text
    at = chance.randrange(len(text))
    letter = chance.choice("aeiounrsthklm")
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + letter + text[at:]
    if kind == 2:
        return text[:at] + letter + text[at + 1 :]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _damaged_birth(one: Person, birth: str, chance: random.Random) -> str:
    """27 in 100 damaged: 10 set to 1 January, the rest estimated, off by days or years, day and month exchanged, left out."""
    draw = chance.random()
    if draw < 0.06:
        return f"{one.born.year + chance.choice((0, 0, 0, -1, 1))}-01-01"
    if draw < 0.10:
        return f"{one.born.year + chance.choice((-2, -1, 0, 0, 1, 2))}~"
    if not one.knows_birthday:
        return f"{one.born.year + chance.choice((-1, 0, 0, 0, 1))}-01-01"
    if draw < 0.14 and one.born.day <= 12:
        return f"{one.born.year}-{one.born.day:02}-{one.born.month:02}"
    if draw < 0.18:
        return str(one.born + timedelta(days=chance.choice((-10, -1, 1, 2, 10, 30))))
    if draw < 0.20:
        return str(one.born.replace(day=min(one.born.day, 28), year=one.born.year + chance.choice((-10, -1, 1, 10))))
    if draw < 0.22:
        return ""
    return birth


def _family(first: int, place: str, chance: random.Random) -> list[Person]:
    people = naming.culture(chance)
    made: list[Person] = []
    shared = _phone(chance) if chance.random() < 0.85 else ""
    if chance.random() < 0.02:
        shared = f"+959{abs(hash_of(place)) % 10**8:08}"  # the telephone of whoever leads the camp

    def add(
        relationship: str,
        sex: str,
        age: float,
        father: Person | None = None,
        mother: Person | None = None,
        born: date | None = None,
        name: Name | None = None,
    ) -> Person:
        own = name or linkage_names.drawn(people, sex, chance, father.name if father else None)
        day = born or TODAY - timedelta(days=int(age * 365.25) + chance.randrange(365))
        grown = age >= 16
        phone = _phone(chance) if grown and chance.random() < 0.35 else shared if chance.random() < 0.75 else ""
        papers = chance.random() < (0.7 if age >= 18 else 0.25)
        document = (
            (f"nrc:MM:{chance.randrange(10**9):09}" if age >= 18 else f"birth:MM:{chance.randrange(10**9):09}")
            if papers
            else ""
        )
        person = Person(
            first + len(made), own, sex, day, chance.random() < 0.93, relationship,
            father.name if father else linkage_names.drawn(people, "male", chance, None) if chance.random() < 0.5 else None,
            mother.name if mother else None, phone, document,
        )  # fmt: skip
        made.append(person)
        return person

    kind = chance.random()
    age = chance.triangular(20, 70, 34)
    if kind < 0.1:
        add("head", chance.choice(("male", "female")), age)
        return made
    father = add("head", "male", age) if kind < 0.82 else None
    mother = (
        add("spouse" if father else "head", "female", max(17, age - chance.randint(-3, 9)))
        if kind < 0.76 or not father
        else None
    )
    oldest = max(1.0, min((TODAY - one.born).days / 365 for one in made) - 17)
    left = chance.choices(range(8), (10, 18, 24, 20, 13, 8, 5, 2))[0]
    while left > 0:
        years = chance.uniform(0, min(oldest, 24))
        sex = chance.choice(("male", "female"))
        junior = father and sex == "male" and chance.random() < (0.05 if people in ("arabic", "swahili") else 0.01)
        child = add("child", sex, years, father, mother, name=father.name if junior and father else None)
        left -= 1
        if chance.random() < 0.015:
            add("child", sex if chance.random() < 0.6 else "female", years, father, mother, born=child.born)
            left -= 1
    return made


def _phone(chance: random.Random) -> str:
    return f"+959{chance.randrange(10**9):09}"


def _digit_off(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) - 6, len(text))
    return text[:at] + chance.choice("0123456789") + text[at + 1 :]


def _places(count: int, chance: random.Random) -> list[str]:
    """P-code paths of villages: state, township, village."""
    found = []
    for number in range(count):
        township = number // 12
        state = township // 20
        found.append(f"MMR{state:03}/MMR{state:03}{township:04}/MMR{state:03}{township:04}{number:05}")
    chance.shuffle(found)
    return found


def hash_of(text: str) -> int:
    """A number of a text, the same in every run."""
    return sum(ord(letter) * 31**place for place, letter in enumerate(text))


def pairs_of(truth: pl.DataFrame) -> pl.DataFrame:
    """All pairs of records of one person: left < right."""
    two = truth.select("person", "entity")
    return two.join(two, on="entity", suffix="_other").filter(pl.col("person") < pl.col("person_other")).select(
        left="person", right="person_other"
    )  # fmt: skip
