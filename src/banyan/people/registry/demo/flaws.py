"""Households of which it is known what is wrong: sound ones, and for each indicator some that fail it and nothing else.

What is written here is what a clerk or an older system might have left; `wrong` says which indicator must find whom, and the
test that reads both finds every indicator that sees too much or too little.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from banyan.people.registry.demo import naming

HOUSEHOLD = -1  # among those who fail: the household itself instead of one of its people
SITES = ("Reception centre", "Camp A", "Camp B")
INTERVIEWERS = ("Naw Paw", "Ko Htet", "Daw Mya", "Sai Aung")
Row = dict[str, str]
PHOTO = "photo"  # stands for a photo until it is kept


@dataclass
class Planted:
    """A household as it is registered, its people, the head first; `wrong` holds places of people by indicator.

    `later` names what happens to it once it is registered: "close", "pair" (with the household planted next).
    """

    number: int
    home: Row
    people: list[Row]
    wrong: dict[str, list[int]] = field(default_factory=dict)
    later: str = ""

    @property
    def everybody(self) -> list[int]:
        """The places of all its people."""
        return list(range(len(self.people)))


@dataclass(frozen=True)
class Site:
    """A place in which households are planted: its P-code, and a position that lies in it ("lat lon"), if known."""

    pcode: str
    position: str = ""


class Planter:
    """Makes sound households, all different, and spoils some."""

    def __init__(self, sites: Sequence[Site], today: date, *, first: int = 1, seed: int = 1) -> None:
        self.sites, self.today, self.number = sites, today, first
        self.serial = first * 20
        self.random = Random(f"flaws {seed}")  # noqa: S311 — made-up people, not secrets

    def sound(self) -> Planted:
        """A couple with two children of whom everything is known."""
        number, random = self.number, self.random
        self.number += 1
        site = self.sites[number % len(self.sites)]
        seen = (self.today - timedelta(days=3)).isoformat()
        home = {
            "household.number": f"DQ{number:05}", "household.place": site.pcode, "household.registered_on": seen,
            "household.interviewed_on": seen, "household.interviewer": INTERVIEWERS[number % len(INTERVIEWERS)],
            "household.registration_group": SITES[number % len(SITES)], "household.consent": "true",
            "household.sharing": "true", "household.notice_version": "2026-1", "household.size_reported": "4",
        }  # fmt: skip
        if site.position:
            home["household.geopoint"] = site.position
        ages = random.randint(29, 41), random.randint(27, 39), random.randint(8, 10), random.randint(5, 7)
        people = [
            self.somebody("head", "male", ages[0], marital="married"),
            self.somebody("spouse", "female", ages[1], marital="married"),
            self.somebody("child", "female", ages[2]),
            self.somebody("child", "male", ages[3]),
        ]
        return Planted(number, home, people)

    def somebody(self, relationship: str, sex: str, age: int, *, marital: str = "single") -> Row:
        """A person of whom everything is known."""
        random = self.random
        self.serial += 1
        name = naming.draw(random.choice(("kachin", "karen", "shan")), sex, random).latin
        row = {
            "full_name": name, "sex": sex, "birth_date": self.born(age), "relationship": relationship,
            "nationality": "MMR", "origin_country": "MMR", "legal_status": "internally-displaced", "arrived_on": "2024-03",
            "marital_status": marital, "education": "primary" if age >= 8 else "none", "photo": PHOTO,
            "biometric_status": "exempt" if age >= 5 else "", "needs_screened": "true",
        }  # fmt: skip
        if age >= 18:
            row |= {
                "occupation": "farming",
                "phone": f"+9594{self.serial:08}",
                "document.national_id.number": f"1/MAKANA(N){self.serial:06}",
            }
        return {f"person.{key}": value for key, value in row.items() if value}

    def born(self, age: int) -> str:
        """A birth date, known to the day, of somebody who has this age for the whole month to come."""
        day = self.today - timedelta(days=int(age * 365.2425) + self.random.randint(60, 300))
        return (day if (day.month, day.day) != (1, 1) else day + timedelta(days=1)).isoformat()

    def all(self, each: int) -> Iterator[Planted]:
        """`each` households for every indicator, with sound ones between them."""
        for _round in range(each):
            for key, spoil in FLAWS.items():
                for planted, found in spoil(self):
                    if found:
                        planted.wrong[key] = found
                    yield planted
            yield self.sound()


Spoiled = list[tuple[Planted, list[int]]]
FLAWS: dict[str, Callable[[Planter], Spoiled]] = {}


def _flaw(key: str) -> Callable[[Callable[[Planter], Spoiled]], Callable[[Planter], Spoiled]]:
    def keep(make: Callable[[Planter], Spoiled]) -> Callable[[Planter], Spoiled]:
        FLAWS[key] = make
        return make

    return keep


def _one(key: str, whom: Sequence[int] | None, change: Callable[[Planted, Planter], Any]) -> None:
    """An indicator that one household fails; whom: places of people, None for everybody."""

    @_flaw(key)
    def make(planter: Planter) -> Spoiled:
        planted = planter.sound()
        change(planted, planter)
        return [(planted, planted.everybody if whom is None else list(whom))]


def _without(place: int, *names: str) -> Callable[[Planted, Planter], None]:
    def change(planted: Planted, _planter: Planter) -> None:
        for name in names:
            planted.people[place].pop(f"person.{name}", None)

    return change


def _with(place: int, **values: str) -> Callable[[Planted, Planter], None]:
    def change(planted: Planted, _planter: Planter) -> None:
        planted.people[place] |= {f"person.{name}": value for name, value in values.items()}

    return change


def _home(*gone: str, **values: str) -> Callable[[Planted, Planter], None]:
    def change(planted: Planted, _planter: Planter) -> None:
        for name in gone:
            planted.home.pop(f"household.{name}", None)
        planted.home |= {f"household.{name}": value for name, value in values.items()}

    return change


_one("cf_global", [1], _without(1, "origin_country"))
_one("cf_operation", [2], _without(2, "nationality"))
_one("photo", [0], _without(0, "photo"))
_one("biometrics", [1], _without(1, "biometric_status"))
_one("address", None, _home("place", "geopoint"))
_one("needs_screening", [3], _without(3, "needs_screened"))
_one("notice", None, _home("consent", "sharing", "notice_version"))
_one("code_validity", [2], _with(2, education="primry"))
_one("placeholder_name", [3], _with(3, full_name="Unknown"))
_one("marital_age", [2], _with(2, marital_status="married"))
_one("spouses", [1], _with(1, marital_status="single"))
_one("relationship_sex", [3], _with(3, said="daughter"))
_one("attribute_age", [0], _with(0, pregnant="true"))
_one("household_size", [HOUSEHOLD], _home(size_reported="9"))
_one("documents", [1], _without(1, "document.national_id.number"))


@_flaw("formats")
def _format(planter: Planter) -> Spoiled:
    """A number with digits missing, another one each time."""
    planted = planter.sound()
    planted.people[0]["person.document.national_id.number"] = f"1/MAKANA(N){planted.number % 1000}"
    return [(planted, [0])]


@_flaw("contact")
def _contact(planter: Planter) -> Spoiled:
    planted = planter.sound()
    for person in planted.people:
        person.pop("person.phone", None)
    return [(planted, [HOUSEHOLD])]


@_flaw("birth_impossible")
def _birth(planter: Planter) -> Spoiled:
    planted = planter.sound()
    child = planted.people[3]
    child |= {"person.birth_date": (planter.today - timedelta(days=1)).isoformat(), "person.born_in_asylum": "true"}
    child.pop("person.biometric_status", None)
    return [(planted, [3])]


@_flaw("location")
def _location(planter: Planter) -> Spoiled:
    """In the middle of the sea; only where the place has a boundary does anybody notice."""
    planted = planter.sound()
    for _site in planter.sites:
        if "household.geopoint" in planted.home:
            planted.home["household.geopoint"] = "0.5 0.5"
            return [(planted, planted.everybody)]
        planted = planter.sound()
    return [(planted, [])]


@_flaw("one_head")
def _no_head(planter: Planter) -> Spoiled:
    planted = planter.sound()
    planted.people[0]["person.relationship"] = "other"
    return [(planted, [HOUSEHOLD])]


@_flaw("child_head")
def _child_head(planter: Planter) -> Spoiled:
    planted = planter.sound()
    young = planter.somebody("head", "female", 16)
    old = planter.somebody("grandparent", "female", 66, marital="widowed")
    planted.people[:] = [young, old]
    planted.home["household.size_reported"] = "2"
    return [(planted, [HOUSEHOLD])]


@_flaw("parent_child_gap")
def _gap(planter: Planter) -> Spoiled:
    planted = planter.sound()
    planted.people[2] |= {
        "person.birth_date": planter.born(20),
        "person.document.other.number": f"OD{planted.number:06}",
    }
    planted.people[0]["person.birth_date"] = planter.born(29)
    return [(planted, [2])]


@_flaw("uasc")
def _alone(planter: Planter) -> Spoiled:
    planted = planter.sound()
    child = planter.somebody("head", "male", 15)
    child |= {"person.phone": planted.people[0]["person.phone"], "person.needs": "child-headed"}
    planted.people[:] = [child]
    planted.home["household.size_reported"] = "1"
    return [(planted, [0])]


@_flaw("date_order")
def _order(planter: Planter) -> Spoiled:
    planted = planter.sound()
    planted.people[1]["person.arrived_on"] = planter.today.isoformat()
    return [(planted, [1])]


@_flaw("closed_but_active")
def _closed(planter: Planter) -> Spoiled:
    """Closed two days ago, and the day after that a document was issued; the household now has three members."""
    planted = planter.sound()
    issued = (planter.today - timedelta(days=1)).isoformat()
    planted.people[1]["person.document.national_id.issued_on"] = issued
    planted.home["household.size_reported"] = "3"
    planted.later = "close"
    return [(planted, [1])]


@_flaw("duplicate_document")
def _twice(planter: Planter) -> Spoiled:
    one, other = planter.sound(), planter.sound()
    number = "document.national_id.number"
    other.people[0][f"person.{number}"] = one.people[0][f"person.{number}"].replace("/", " / ").lower()
    return [(one, [0]), (other, [0])]


@_flaw("open_pairs")
def _pair(planter: Planter) -> Spoiled:
    one, other = planter.sound(), planter.sound()
    one.later = "pair"
    return [(one, [0]), (other, [0])]


@_flaw("shared_phone")
def _shared(planter: Planter) -> Spoiled:
    homes = [planter.sound() for _number in range(4)]
    for planted in homes:
        planted.people[0]["person.phone"] = homes[0].people[0]["person.phone"]
    return [(planted, [0]) for planted in homes]


@_flaw("stale")
def _stale(planter: Planter) -> Spoiled:
    planted = planter.sound()
    planted.home["household.registered_on"] = (planter.today - timedelta(days=400)).isoformat()
    del planted.home["household.interviewed_on"]
    return [(planted, planted.everybody)]


@_flaw("entry_lag")
def _late(planter: Planter) -> Spoiled:
    planted = planter.sound()
    planted.home |= dict.fromkeys(
        ("household.registered_on", "household.interviewed_on"), (planter.today - timedelta(days=20)).isoformat()
    )
    return [(planted, planted.everybody)]


@_flaw("age_quality")
def _january(planter: Planter) -> Spoiled:
    planted = planter.sound()
    planted.people[0]["person.birth_date"] = f"{planter.today.year - 33}-01-01"
    return [(planted, [0])]
