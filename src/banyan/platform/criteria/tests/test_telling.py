"""Criteria in words, and what the builder's script is told."""

import pytest
from django.utils.translation import override

from banyan.platform.criteria.declarations import gather
from banyan.platform.criteria.rules.building import HOWS, shown
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.tests.conftest import LABELS, OPERATIONS, SCOPES
from banyan.platform.criteria.views import telling

KNOWN = gather([OPERATIONS, SCOPES])


def lines(part: dict, depth: int = 0) -> list[str]:
    own = [f"{'-' * depth}{part['told'] or part['code']}"]
    return [*own, *(line for inner in part["parts"] for line in lines(inner, depth + 1))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('country == "MMR"', ["Country is Myanmar"]),
        ('!(country in ["MMR", "ZZZ"])', ["Country is none of Myanmar, ZZZ"]),
        ("letters >= 5", ["Letters is at least 5 letters"]),
        ('name.startsWith("A") && is_active', ["All of these hold:", "-Name begins with “A”", "-Open is so"]),
        ("!(is_active || has(name))", ["None of these holds:", "-Open is so", "-Name is known"]),
        ("letters % 2 == 0", ["letters % 2 == 0"]),
        ("has(scopes)", ["there is one of Scopes"]),
        ("!has(scopes)", ["not: there is one of Scopes"]),
        ("scopes.size() > 2", ["The number of Scopes is more than 2"]),
        ("scopes.all(s, s.number > 1)", ["Each of Scopes meets:", "-Number is more than 1"]),
        (
            "scopes.filter(s, s.number > 1).sum(s, s.operation.letters) < 9",
            ["The sum of Letters (Scopes) is less than 9, counting only those that meet:", "-Number is more than 1"],
        ),
        (
            "scopes.exists(s, !s.operation.is_active)",
            ["At least one of Scopes meets:", "-Operation › Open is not so"],
        ),
    ],
)
def test_a_criterion_reads_as_sentences(text: str, told: list[str]) -> None:
    with override("en"):
        built = shown(read(text, Vocabulary(KNOWN, "operation")))
        assert lines(telling.outline(built, "operation", KNOWN, LABELS)) == told


def test_what_is_not_declared_any_more_is_told_by_its_name() -> None:
    test = {"kind": "test", "path": ["gone"], "field": "shoe", "operator": "eq", "value": "42"}
    row = {
        "kind": "members",
        "path": ["gone"],
        "variable": "g",
        "how": "max",
        "operator": "gt",
        "value": "1",
        "of": "a.b",
    }
    with override("en"):
        assert telling.outline(test, "operation", KNOWN, {})["told"] == "gone › shoe is “42”"
        empty = {"kind": "group", "join": "all", "parts": []}
        assert (
            telling.outline({**row, "where": empty}, "operation", KNOWN, {})["told"]
            == "The highest a.b (gone) is more than 1"
        )


def test_the_script_knows_every_word_it_says() -> None:
    words = telling.words()
    assert all(words.values())
    for how in HOWS:
        assert {f"how {how}", f"where {how}"} <= words.keys()
    for kind, pairs in telling.operators().items():
        assert len({label for _code, label in pairs}) == len(pairs), kind


def test_long_lists_are_not_sent_whole() -> None:
    long = {str(number): "x" for number in range(telling.MOST_CHOICES + 1)}
    assert telling.choices({"long": long, "short": {"a": "A"}}) == {"short": [("a", "A")]}


def test_counts_are_sentences_with_grouped_figures() -> None:
    with override("en"):
        assert telling.counted(1200, 0, 10000, "People") == "People: 1,200 of 10,000 are selected."
        assert telling.counted(1, 1, 3, "People").startswith("People: 1 of 3 is selected. Of 1 it cannot be said")


def test_differences_are_told_word_by_word() -> None:
    assert telling.differences("age < 5", "age <= 18") == [
        {"mark": "", "text": "age <"},
        {"mark": "+", "text": "="},
        {"mark": "", "text": " "},
        {"mark": "-", "text": "5"},
        {"mark": "+", "text": "18"},
    ]
    assert telling.differences("a", "a") == [{"mark": "", "text": "a"}]
