"""What clerks write down of made-up households: their habits, slips and omissions, and households met twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from banyan.people.registry.demo import naming
from banyan.people.registry.demo.households import Being, Family, family

NOTICE = "2026-1"
DUPLICATES = 0.05  # share of households registered a second time, elsewhere or by another clerk
_NATIONALITY = {"swahili": "TZA", "french": "COD"}
# Habits and how many of ten clerks have them.
_HABITS = ("careful", "careful", "careful", "rounds ages", "first of January", "no telephones", "own telephone",
           "no own script", "writes titles", "types fast")  # fmt: skip


@dataclass(frozen=True)
class Clerk:
    """Somebody who interviews, with a habit that quality checks should notice."""

    name: str
    habit: str
    phone: str


@dataclass(frozen=True)
class Truth:
    """What is really so about one recorded person: the same `person` recorded twice is a duplicate."""

    person: str
    household: str
    submission: str
    ordinal: int
    kind: str  # "first" | "again"
    planted: str = ""  # the fault put in on purpose, if any


@dataclass(frozen=True)
class Submission:
    """One filled form: answers by question path (repeat "member": a list), with the truth about its people."""

    uid: str
    at: datetime
    answers: dict[str, Any]
    truths: tuple[Truth, ...] = field(default=())


def clerks(count: int, seed: int) -> list[Clerk]:
    """So many clerks, their habits in turn."""
    random = Random(f"clerks {seed}")  # noqa: S311 — made-up people, not secrets
    return [
        Clerk(
            f"Clerk {number + 1:02}", _HABITS[number % len(_HABITS)], f"09{random.randrange(250_000_000, 299_999_999)}"
        )
        for number in range(count)
    ]


def submissions(
    count: int,
    places: Sequence[str],
    *,
    seed: int = 1,
    today: date,
    first: int = 1,
    duplicates: float = DUPLICATES,
    faults: float = 0.03,
) -> Iterator[Submission]:
    """`count` households as clerks recorded them in the month before `today`, then those recorded again.

    places: P-codes; households cluster in a few of them, as camps and wards do. first: number of the first household, so
    that several calls make different people. The same arguments always give the same submissions.
    """
    staff = clerks(max(4, min(60, count // 120)), seed)
    random = Random(f"{seed} {first}")  # noqa: S311 — made-up people, not secrets
    weights = [1 / (rank + 3) for rank in range(len(places))]
    for number in range(first, first + count):
        own = Random(f"{seed} {number}")  # noqa: S311
        home = family(number, own.choices(places, weights)[0], today, own)
        yield record(home, own.choice(staff), today, own, faults=faults)
        if random.random() < duplicates:
            again = Random(f"{seed} {number} again")  # noqa: S311
            moved = replace(home, place=again.choice(places)) if again.random() < 0.4 else home
            yield record(moved, again.choice(staff), today, again, faults=0, again=True)


def record(
    home: Family, clerk: Clerk, today: date, random: Random, *, faults: float, again: bool = False
) -> Submission:
    """One household as this clerk writes it down."""
    at = datetime.combine(today - timedelta(days=random.randrange(1, 30)), datetime.min.time()) + timedelta(
        minutes=random.randrange(8 * 60, 17 * 60)
    )
    members = list(home.members)
    if again and len(members) > 2 and random.random() < 0.3:
        members.pop(random.randrange(1, len(members)))  # one of them is away this time
    uid = str(UUID(int=random.getrandbits(128), version=4))
    number = f"{home.truth[1:]}{'-B' if again else ''}"
    rows = [_member(being, home, clerk, at.date(), random, again=again) for being in members]
    own = Random(f"{uid} more")  # noqa: S311 — apart, so that what is asked besides changes nobody else
    arrived = at.date() - timedelta(days=own.randrange(120, 1_200))
    for being, row in zip(members, rows, strict=True):
        row |= _asked_besides(being, home, arrived, at.date(), own)
    answers: dict[str, Any] = {
        "start": at.isoformat(), "end": (at + timedelta(minutes=4 + 3 * len(rows))).isoformat(), "deviceid": f"dev-{clerk.name[-2:]}",
        "interview/interviewer": clerk.name, "interview/interviewed_on": at.date().isoformat(),
        "interview/notice_version": NOTICE, "interview/consent": "yes",
        "interview/sharing_consent": own.choices(("yes", "no", ""), (80, 16, 4))[0],
        "household/household_number": f"HH{number}", "household/place_pcode": home.place,
        "household/address": f"House {random.randrange(1, 400)}" if random.random() < 0.7 else "",
        "household/water_source": home.water, "household/shelter": home.shelter,
        "household/household_size": str(len(rows)), "member": rows,
    }  # fmt: skip
    planted = _plant(answers, random) if random.random() < faults else ""
    kind = "again" if again else "first"
    truths = tuple(
        Truth(being.truth, home.truth, uid, position, kind, planted) for position, being in enumerate(members)
    )
    return Submission(uid, at, {key: value for key, value in answers.items() if value != ""}, truths)


def _member(being: Being, home: Family, clerk: Clerk, day: date, random: Random, *, again: bool) -> dict[str, str]:
    age = (day - being.born).days * 10_000 // 3_652_425
    original, latin = naming.titled(being.name, being.sex, age, random) if clerk.habit == "writes titles" else (
        being.name.original, being.name.latin)  # fmt: skip
    if again or random.random() < 0.04:
        latin = naming.respelt(being.name, random) if again else naming.slipped(latin, random)
    if clerk.habit == "types fast" and random.random() < 0.15:
        latin = naming.slipped(latin, random).lower()
    if clerk.habit == "no own script" or (again and random.random() < 0.3):
        original = ""
    born, told_age = _birthday(being, age, clerk, random, again=again)
    document, number = being.document or ("", "")
    phone = {"own telephone": clerk.phone, "no telephones": ""}.get(clerk.habit, being.phone) if being.phone else ""
    row = {
        "full_name": latin, "name_original": original, "relationship": being.relationship, "sex": being.sex,
        "birth_date": born, "age": told_age, "marital_status": being.marital, "legal_status": home.status,
        "nationality": _NATIONALITY.get(home.culture, "" if home.status == "stateless" else "MMR"),
        "national_id_number": number if document == "national_id" and (not again or random.random() < 0.5) else "",
        "birth_certificate_number": number if document == "birth_certificate" else "",
        "phone": "" if again and random.random() < 0.4 else phone,
        "collector": "yes" if being.relationship in ("head", "spouse") else "no",
        "pregnant": "yes" if being.pregnant else "no" if being.sex == "female" else "",
        "specific_needs": " ".join(being.needs), "education": being.schooling, "occupation": being.work,
        **{f"difficulty_{what}": being.difficulty.get(what, "none") for what in
           ("seeing", "hearing", "walking", "remembering", "selfcare", "communicating")},
    }  # fmt: skip
    return {f"member/{key}": value for key, value in row.items() if value != ""}


def _asked_besides(being: Being, home: Family, arrived: date, day: date, random: Random) -> dict[str, str]:
    """What a clerk asks of everybody and now and then forgets."""
    foreign = _NATIONALITY.get(home.culture)
    row = {
        "origin_country": foreign or "MMR", "arrived_on": max(arrived, min(being.born, day)).isoformat(),
        "born_in_asylum": "yes" if being.born > arrived else "", "needs_screened": "yes",
    }  # fmt: skip
    return {
        f"member/{key}": value
        for key, value in row.items()
        if value and (key == "born_in_asylum" or random.random() > _FORGOTTEN[key])
    }


_FORGOTTEN = {"origin_country": 0.01, "arrived_on": 0.02, "needs_screened": 0.06}


def _birthday(being: Being, age: int, clerk: Clerk, random: Random, *, again: bool) -> tuple[str, str]:
    """(date of birth, age told): one of the two, as people know it and clerks write it."""
    if again and random.random() < 0.15:
        age += random.choice((-2, -1, 1, 2))
    if being.knows_birthday and clerk.habit != "first of January":
        born = being.born
        if again and random.random() < 0.12 and born.day <= 12:
            born = born.replace(month=born.day, day=born.month)  # day and month exchanged
        return born.isoformat(), ""
    if clerk.habit == "first of January":
        return f"{being.born.year}-01-01", ""
    return "", str(max(0, 5 * round(age / 5) if clerk.habit == "rounds ages" and age > 12 else age))


def _plant(answers: dict[str, Any], random: Random) -> str:
    """Put one fault into the answers; returns its name."""
    rows = answers["member"]
    fault = random.choice(
        ("two heads", "no head", "no sex", "future birth", "place unknown", "place typo", "bad telephone")
    )
    chosen = rows[-1]
    if fault == "two heads" and len(rows) > 1:
        chosen["member/relationship"] = "head"
    elif fault in ("two heads", "no head"):
        fault = "no head"
        rows[0]["member/relationship"] = "other_relative"
    elif fault == "no sex":
        chosen.pop("member/sex", None)
    elif fault == "future birth":
        chosen.pop("member/age", None)
        chosen["member/birth_date"] = "2062-03-14"
    elif fault == "place unknown":
        answers["household/place_pcode"] = "MMR999999"
    elif fault == "place typo":
        code = answers["household/place_pcode"]
        answers["household/place_pcode"] = f"{code[:-2]}{code[-1]}{code[-2]}" if code[-1] != code[-2] else code[:-1]
    else:
        chosen["member/phone"] = "12345"
    return fault
