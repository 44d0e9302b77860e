"""The made-up people of the demo: the same every time, plausible, and truthful about who is who."""

import csv
import io
from collections import Counter
from datetime import date
from random import Random

import orjson
import pytest
from pyxform.xls2xform import convert

from banyan.people.registry.demo import form, naming, recording, writing

TODAY = date(2026, 11, 1)
PLACES = [f"MMR0010{number:02}" for number in range(1, 20)]


@pytest.fixture(scope="module")
def rows():
    return list(recording.submissions(1500, PLACES, today=TODAY))


def test_the_same_seed_makes_the_same_people(rows):
    again = list(recording.submissions(1500, PLACES, today=TODAY))
    assert again == rows
    assert list(recording.submissions(5, PLACES, today=TODAY, seed=2)) != rows[:5]


def test_the_form_converts_and_has_every_question_that_is_answered(rows, tmp_path):
    file = tmp_path / "form.xlsx"
    file.write_bytes(form.workbook())
    converted = convert(str(file))
    assert "Household registration" in converted.xform
    asked, groups = set(), []
    for line in form.SURVEY:
        if line[0].startswith("begin"):
            groups.append(line[1])
        elif line[0].startswith("end_"):
            groups.pop()
        else:
            asked.add("/".join([*groups, line[1]]))
    answered = {name for row in rows for name in row.answers if name != "member"}
    answered |= {name for row in rows for member in row.answers["member"] for name in member}
    assert answered <= asked


def test_choices_are_those_of_the_form(rows):
    lists = {line[1]: line[0].split()[1] for line in form.SURVEY if line[0].startswith("select_")}
    codes = {name: {choice[0] for choice in choices} for name, choices in form.CHOICES.items()}
    for row in rows:
        for answers in (row.answers, *row.answers["member"]):
            for path, value in answers.items():
                name = path.rpartition("/")[2]
                if name in lists:
                    assert set(value.split()) <= codes[lists[name]], path


def test_households_look_like_households(rows):
    people = [member for row in rows for member in row.answers["member"]]
    assert 3.3 < len(people) / len(rows) < 5.2
    sexes = Counter(member.get("member/sex") for member in people)
    assert 0.45 < sexes["female"] / len(people) < 0.6
    scripts = Counter(bool(member.get("member/name_original")) for member in people)
    assert scripts[True] > len(people) * 0.4
    sound = [row for row in rows if not row.truths[0].planted]
    for row in sound:
        assert [member["member/relationship"] for member in row.answers["member"]].count("head") == 1
        assert int(row.answers["household/household_size"]) == len(row.answers["member"])
        for member in row.answers["member"]:
            assert ("member/birth_date" in member) != ("member/age" in member)


def test_truth_names_every_recorded_person_and_every_duplicate(rows):
    truths = [truth for row in rows for truth in row.truths]
    assert [(t.submission, t.ordinal) for row in rows for t in row.truths] == [
        (row.uid, position) for row in rows for position in range(len(row.answers["member"]))
    ]
    first, again = ({t.person for t in truths if t.kind == kind} for kind in ("first", "again"))
    assert again <= first
    assert 0.02 < len(again) / len(first) < 0.09
    assert len({row.uid for row in rows}) == len(rows)
    planted = Counter(row.truths[0].planted for row in rows)
    assert set(planted) - {""} == {
        "two heads", "no head", "no sex", "future birth", "place unknown", "place typo", "bad telephone",
    }  # fmt: skip
    assert len(list(csv.reader(io.StringIO(writing.truth_csv(truths))))) == len(truths) + 1


def test_clerks_have_their_habits(rows):
    by_clerk: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_clerk.setdefault(row.answers["interview/interviewer"], []).extend(row.answers["member"])
    habits = {clerk.name: clerk.habit for clerk in recording.clerks(12, 1)}

    def share(habit: str, holds) -> float:
        members = [member for name, found in by_clerk.items() if habits[name] == habit for member in found]
        return sum(map(holds, members)) / len(members)

    def new_year(member):
        return member.get("member/birth_date", "").endswith("-01-01")

    assert share("first of January", new_year) > 0.9 > 0.05 > share("careful", new_year)
    assert share("no telephones", lambda member: "member/phone" in member) < 0.01
    assert share("no own script", lambda member: "member/name_original" in member) == 0


def test_the_same_people_in_three_kinds_of_file(rows):
    some = rows[:40]
    assert len(orjson.loads(writing.kobo_json(some))["results"]) == 40
    lines = list(csv.DictReader(io.StringIO(writing.flat_csv(some).decode("utf-8-sig"))))
    assert len(lines) == sum(len(row.answers["member"]) for row in some)
    assert writing.workbook(some).startswith(b"PK")


@pytest.mark.parametrize("people", list(naming.CULTURES))
def test_a_name_is_respelt_but_not_lost(people):
    random = Random(7)
    for _ in range(200):
        name = naming.draw(people, random.choice(("male", "female")), random)
        assert name.latin == " ".join(word.latin for word in name.words)
        assert naming.respelt(name, random).strip()
        assert naming.titled(name, "female", 50, random)[1].endswith(name.latin)
        assert bool(name.original) == (people in ("burmese", "arabic"))
