"""An explanation says, for each part, what is asked, what the record says, and what follows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from banyan.platform.criteria.rules import Explanation, Words, evaluate, explain, read
from banyan.platform.criteria.rules.explaining import _Explainer
from banyan.platform.criteria.rules.tree import parts
from banyan.platform.criteria.tests.subjects import VOCABULARY
from banyan.platform.criteria.tests.test_evaluating import MOTHER, TODAY, TWIN, person

WORDS = Words(
    code=lambda code_list, code: {"female": "Female", "male": "Male"}.get(code, f"{code_list}/{code}"),
    date=lambda day: f"<{day}>",
)


def told(text: str, record: Any = MOTHER, words: Words | None = WORDS) -> Explanation:
    return explain(read(text, VOCABULARY), record, today=TODAY, words=words)


@pytest.mark.parametrize(
    ("text", "words", "value", "verdict"),
    [
        ("age < 18", "Age is less than 18", "Age: 35", False),
        ("refugee", "Refugee: yes", "Refugee: yes", True),
        ("widowed", "Widowed: yes", "Widowed: not known", None),
        ("true", "yes", "", True),
        ("false", "no", "", False),
        ("sex == 'male'", "Sex is Male", "Sex: Female", False),
        ("sex in ['male', 'female']", "Sex is one of Male, Female", "Sex: Female", True),
        ("name != 'Aung'", "Name is not “Aung”", "Name: “Daw Mya”", True),
        ("name == ''", "Name is “”", "Name: “Daw Mya”", False),
        ("has(income)", "Income is filled in", "Income: 12.5", True),
        ("!has(income)", "Income is not filled in", "Income: 12.5", False),
        ("birth_date < date('1991')", "Birth date is before <1991-01-01>", "Birth date: <1990-05>", True),
        ("registered_on <= today", "Registered on is on today or before", "Registered on: <2020-01-01>", True),
        ("registered_on == today", "Registered on is today", "Registered on: <2020-01-01>", False),
        ("name.contains('M')", "Name contains “M”", "Name: “Daw Mya”", True),
        ("lower(name).size() > 3", "characters of Name in small letters is more than 3", "Name: “Daw Mya”", True),
        ("income / 3 > 4", "(Income / 3) is more than 4", "(Income / 3): 4.1666666666; Income: 12.5", True),
        ("-income < 0", "−Income is less than 0", "Income: 12.5", True),
        ("age_at(registered_on) > 18", "Age on Registered on is more than 18",
         "Age on Registered on: 29; Age: 35; Registered on: <2020-01-01>", True),
        ("add_months(birth_date, -2) < today", "-2 months after Birth date is before today",
         "-2 months after Birth date: <1990-03-01> to <1990-03-31>; Birth date: <1990-05>", True),
        ("household.region == 'x'", "Region of Household is “x”", "Region of Household: “MMR001”", False),
        ("has(household)", "there is one of Household", "", True),
        ("household.members.size() > 2", "number of Members of Household is more than 2", "number of Members of Household: 3", True),
        ("household.members.filter(m, m.age < 18 && !m.refugee || m.sex == 'male').max(m, m.age) > 2",
         "greatest Age of Members of Household for whom: Age is less than 18 and not: Refugee: yes or Sex is Male is more than 2",
         "greatest Age of Members of Household for whom: Age is less than 18 and not: Refugee: yes or Sex is Male: not known", None),
        ("household.members.filter(m, m.documents.exists(d, d.type == 'id')).size() == 1",
         "number of Members of Household for whom: at least one of Documents for whom: Type is types/id is 1",
         "number of Members of Household for whom: at least one of Documents for whom: Type is types/id: 1", True),
        ("(refugee ? 1 : 2) == 1", "1 or 2, by whether Refugee: yes is 1", "Refugee: yes", True),
    ],
)  # fmt: skip
def test_simple_parts_in_words(text: str, words: str, value: str, verdict: bool | None) -> None:
    found = told(text)
    assert (found.text, found.value, found.verdict, found.parts) == (words, value, verdict, ())


def test_parts_that_join_others_hold_them() -> None:
    found = told("refugee && !(sex == 'male') && (refugee ? age > 18 : widowed) || widowed")
    assert (found.text, found.verdict) == ("at least one of these", True)
    every, widowed = found.parts
    assert [part.text for part in every.parts] == ["Refugee: yes", "not this", "the second or the third, by the first"]
    assert every.parts[1].parts[0].verdict is False
    assert len(every.parts[2].parts) == 3
    assert widowed.verdict is None


def test_related_records_are_explained_one_by_one() -> None:
    found = told("household.members.all(m, m.age < age)")
    assert (found.text, found.value, found.verdict) == (
        "every one of Members of Household",
        "number of Members: 3",
        False,
    )
    assert [(part.text, part.verdict) for part in found.parts] == [
        ("Members no. 1", False), ("Members no. 2", True), ("Members no. 3", True),
    ]  # fmt: skip
    assert found.parts[1].parts[0].text == "Age is less than Age of the record itself"
    assert found.parts[1].parts[0].value == "Age: 2; Age of the record itself: 35"


def test_many_related_records_are_cut() -> None:
    many = person("1990", household={"members": [MOTHER] * 25})
    found = told("household.members.exists(m, m.refugee)", many)
    assert len(found.parts) == 20
    assert found.value == "number of Members: 25; and 5 more"


def test_ranges_and_what_is_not_known() -> None:
    assert told("age >= 18", TWIN).value == "Age: 17 to 18"
    assert told("age + 1 >= 18", person(None)).value == "(Age + 1): not known; Age: not known"
    assert told("birth_date > today", person("1990"), None).value == "Birth date: 1990"
    assert told("birth_date > today", person(date(1990, 1, 1)), None).value == "Birth date: 1990-01-01"  # type: ignore[arg-type]
    assert told("sex == 'male'", MOTHER, None).value == "Sex: female"


def test_hidden_fields_show_nothing_of_their_value() -> None:
    words = Words(hidden=lambda field: field.name == "income")
    record = person("1990", income=Decimal(99), household={"members": [{"income": 99}]})
    found = told("income > 98 && income / 2 > 1 && household.members.sum(m, m.income) > 98", record, words)
    assert all("99" not in part.value and "49" not in part.value for part in found.parts)
    assert [part.value.count("•••") for part in found.parts] == [1, 2, 1]


@pytest.mark.parametrize("text", ["age < 5 || refugee && !widowed", "household.members.exists_one(m, m.age < 5)"])
def test_the_verdict_is_the_evaluators_and_places_are_kept(text: str) -> None:
    found = told(text)
    assert found.verdict == evaluate(read(text, VOCABULARY), MOTHER, today=TODAY)
    assert found.at == (0, len(text))


def test_what_is_no_node_is_not_explained() -> None:
    with pytest.raises(TypeError):
        _Explainer(TODAY, WORDS).phrase("age", {})  # type: ignore[arg-type]
    assert parts(read("refugee", VOCABULARY)) == ()
