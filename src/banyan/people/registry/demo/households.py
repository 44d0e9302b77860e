"""Made-up households as real registrations look: an age pyramid, relationships that fit, twins, sons named like their fathers."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from banyan.people.registry.demo import naming
from banyan.people.registry.demo.naming import Name

# Kind of household and its share in percent.
_KINDS = {
    "couple": 56, "mother": 15, "father": 3, "alone": 8, "elderly": 6, "three generations": 11, "children only": 1,
}  # fmt: skip
_NEEDS = (("woman-at-risk", "female", 15, 60), ("older-at-risk", "", 65, 110), ("serious-medical", "", 0, 110),
          ("child-at-risk", "", 5, 17))  # fmt: skip
_STATUSES = {"internally-displaced": 62, "citizen": 16, "returnee": 12, "stateless": 10}


@dataclass(frozen=True)
class Being:
    """A made-up person as they are; `recording` turns this into what a clerk wrote down. Ages in years."""

    truth: str
    name: Name
    sex: str
    born: date
    knows_birthday: bool
    relationship: str
    document: tuple[str, str] | None = None
    phone: str = ""
    marital: str = ""
    needs: tuple[str, ...] = ()
    difficulty: dict[str, str] = field(default_factory=dict)
    pregnant: bool = False
    schooling: str = ""
    work: str = ""


@dataclass(frozen=True)
class Family:
    """A made-up household: where it lives and who belongs to it, the head first."""

    truth: str
    place: str
    culture: str
    status: str
    members: tuple[Being, ...]
    water: str
    shelter: str


def family(number: int, place: str, today: date, random: Random) -> Family:
    """One household in the place with this P-code. The same random state makes the same household."""
    truth, culture = f"T{number:06}", naming.culture(random)
    kind = random.choices(list(_KINDS), list(_KINDS.values()))[0]
    people = _People(truth, culture, today, random)
    if kind == "children only":
        people.add("head", random.choice(("male", "female")), random.randint(14, 17))
        people.add("sibling", random.choice(("male", "female")), random.randint(4, 13))
    elif kind == "alone":
        people.add("head", random.choice(("male", "female")), random.randint(19, 78))
    elif kind == "elderly":
        people.add("head", "male", random.randint(62, 84))
        people.add("spouse", "female", random.randint(58, 80))
    else:
        people.couple(kind)
        people.children(random.choices(range(8), (10, 18, 24, 20, 13, 8, 5, 2))[0])
        if kind == "three generations":
            people.add("parent", "female", people.members[0].age + random.randint(18, 32))
    status = (
        "refugee" if culture in ("swahili", "french") else random.choices(list(_STATUSES), list(_STATUSES.values()))[0]
    )
    return Family(
        truth=truth, place=place, culture=culture, status=status, members=people.beings(),
        water=random.choice(("piped", "borehole", "protected_well", "river", "trucked")),
        shelter=random.choice(("own_house", "rented", "hosted", "camp", "monastery", "open_air")),
    )  # fmt: skip


@dataclass
class _Draft:
    relationship: str
    sex: str
    age: int
    name: Name
    born: date


class _People:
    """The members of one household while they are made."""

    def __init__(self, truth: str, culture: str, today: date, random: Random) -> None:
        self.truth, self.culture, self.today, self.random = truth, culture, today, random
        self.members: list[_Draft] = []

    def add(self, relationship: str, sex: str, age: int, *, father: Name | None = None) -> _Draft:
        born = self.today - timedelta(days=int(max(age, 0) * 365.2425) + self.random.randrange(1, 364))
        draft = _Draft(relationship, sex, max(age, 0), naming.draw(self.culture, sex, self.random, father=father), born)
        self.members.append(draft)
        return draft

    def couple(self, kind: str) -> None:
        age = int(self.random.triangular(20, 66, 34))
        if kind == "mother":
            self.add("head", "female", age)
        else:
            self.add("head", "male", age)
        if kind in ("couple", "three generations"):
            self.add("spouse", "female", max(17, age - self.random.randint(-3, 9)))

    def children(self, count: int) -> None:
        head = self.members[0]
        mother = next((member.age for member in self.members if member.sex == "female"), head.age)
        father = head.name if head.sex == "male" else None
        oldest = min(mother, head.age) - 17
        ages = sorted((self.random.randint(0, max(0, min(oldest, 22))) for _ in range(count)), reverse=True)
        for age in ages:
            sex = self.random.choice(("male", "female"))
            child = self.add("child", sex, age, father=father)
            if father and sex == "male" and self.culture in ("arabic", "swahili") and self.random.random() < 0.05:
                child.name = father  # a son who bears his father's name, to the letter
            if self.random.random() < 0.015:  # twins: born together, names alike
                twin = self.add("child", self.random.choice((sex, sex, "male", "female")), age, father=father)
                twin.born = child.born
                if twin.sex == sex and self.culture == "burmese":
                    twin.name = replace(child.name, words=(child.name.words[0], *twin.name.words[1:]))

    def beings(self) -> tuple[Being, ...]:
        return tuple(self._being(position, member) for position, member in enumerate(self.members))

    def _being(self, position: int, member: _Draft) -> Being:
        random, age = self.random, member.age
        adult = age >= 18
        difficulty: dict[str, str] = {}
        if random.random() < 0.03 + max(0, age - 45) * 0.006:
            what = random.choice(("seeing", "hearing", "walking", "remembering", "selfcare", "communicating"))
            difficulty[what] = random.choices(("some", "a_lot", "cannot"), (60, 30, 10))[0]
        needs = tuple(code for code, sex, low, high in _NEEDS
                      if low <= age <= high and sex in ("", member.sex) and random.random() < 0.05)  # fmt: skip
        paired = any(other.relationship == "spouse" for other in self.members)
        return Being(
            truth=f"{self.truth}-{position}", name=member.name, sex=member.sex, born=member.born,
            knows_birthday=random.random() < (0.72 if age < 50 else 0.5), relationship=member.relationship,
            document=_document(age, random) if random.random() < (0.62 if adult else 0.18) else None,
            phone=f"09{random.randrange(400_000_000, 799_999_999)}" if adult and random.random() < 0.5 else "",
            marital=_marital(member, paired, random), needs=needs, difficulty=difficulty,
            pregnant=member.sex == "female" and 16 <= age <= 44 and random.random() < 0.07,
            schooling=_schooling(age, random), work=_work(age, random),
        )  # fmt: skip


def _marital(member: _Draft, paired: bool, random: Random) -> str:
    if member.age < 18:
        return "single"
    if member.relationship == "spouse" or (member.relationship == "head" and paired):
        return "married"
    return random.choice(("widowed", "divorced", "separated")) if member.age > 35 else "single"


def _document(age: int, random: Random) -> tuple[str, str]:
    if age < 10:
        return "birth_certificate", f"BC{random.randrange(10**7, 10**8)}"
    # As Myanmar's cards are written: state / township (kind) number; the kind says what a person may.
    township = "".join(random.choice("ABDGHKLMNPSTUWY") + random.choice("AEIOU") for _ in range(3))
    return "national_id", f"{random.randint(1, 14)}/{township}(N){random.randrange(10**5, 10**6)}"


def _schooling(age: int, random: Random) -> str:
    if age < 5:
        return "none"
    if age < 12:
        return random.choice(("none", "primary", "primary"))
    if age < 16:
        return random.choice(("none", "primary", "primary", "lower-secondary"))
    return random.choice(
        ("none", "primary", "lower-secondary", "upper-secondary", "tertiary" if age > 19 else "primary")
    )


def _work(age: int, random: Random) -> str:
    if age < 15:
        return ""
    return random.choice(("farming", "farming", "daily_labour", "trade", "fishing", "teaching", "none", "none"))
