"""What a question means, how names are judged, and whom a later submission means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.registry.reasons import Said
from banyan.people.registry.rules.asking import (
    Fit,
    Judge,
    Question,
    Read,
    fit_of_years,
    likeness_of_words,
    read,
    years,
)
from banyan.people.registry.rules.meeting import Said as Spoken
from banyan.people.registry.rules.meeting import meet
from banyan.platform.kernel.ids import new_id, reference
from banyan.platform.kernel.names import asked_key_hashes, chains, slips, stored_key_hashes
from banyan.platform.kernel.problems import Problem

TODAY = date(2026, 11, 22)
REFERENCE = reference("PSN", new_id(), groups=3)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (Question(text="Aung Kyaw"), Read(name="Aung Kyaw")),
        (Question(text="Aung Kyaw 34"), Read(name="Aung Kyaw", years=(1991, 1992))),
        (Question(text="Aung Kyaw 1990"), Read(name="Aung Kyaw", years=(1990, 1990))),
        (Question(text="Aung Kyaw 700"), Read(name="Aung Kyaw")),
        (Question(text="Aung 34", born="1950"), Read(name="Aung", years=(1950, 1950), document="AUNG34", number="Aung 34")),
        (Question(text=REFERENCE.lower().replace("-", " ")), Read(reference=REFERENCE)),
        (Question(text="0912 345 678"), Read(phone="0912 345 678", document="0912345678", number="0912 345 678")),
        (Question(text="HH-7"), Read(document="HH7", number="HH-7")),
        (Question(text="12/ABC (N) 123456"), Read(name="(N)", document="12ABCN123456", number="12/ABC (N) 123456")),
        (Question(document=" 12/abc(n)123 "), Read(document="12ABCN123")),
        (Question(document="၁၂/abc ١٢٣"), Read(document="12ABC123")),
        (Question(household="HH7", sex="female"), Read(household="HH7", sex="female")),
        (Question(reference="HH7", born="1990-05"), Read(reference="HH7", years=(1990, 1990))),
    ],
)  # fmt: skip
def test_a_question_is_understood(asked, meant):
    assert read(asked, TODAY) == meant


@pytest.mark.parametrize("asked", [Question(), Question(text="  ", sex="female"), Question(born="34")])
def test_a_question_that_names_nobody_is_refused(asked):
    with pytest.raises(Problem) as refused:
        read(asked, TODAY)
    assert refused.value.code == "registry.question_empty"


@pytest.mark.parametrize("text", ["old", "1790", "2999", "19901", "-3", "200"])
def test_what_is_no_age_and_no_year_is_refused(text):
    with pytest.raises(Problem) as refused:
        years(text, TODAY)
    assert refused.value.code == "registry.years_malformed"


@pytest.mark.parametrize(
    ("text", "found"), [("", None), ("0", (2025, 2026)), ("1990~", (1990, 1990)), ("1990-05-01", (1990, 1990))]
)
def test_years(text, found):
    assert years(text, TODAY) == found


words = st.text("abcd", max_size=6)


@given(words, words)
def test_slips_count_as_the_slow_way_counts(one, other):
    """Against the definition, by recursion."""

    def slow(a, b):
        if not a or not b:
            return len(a) + len(b)
        best = min(slow(a[1:], b) + 1, slow(a, b[1:]) + 1, slow(a[1:], b[1:]) + (a[0] != b[0]))
        if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
            best = min(best, slow(a[2:], b[2:]) + 1)
        return best

    assert slips(one, other) == slow(one, other)


def _score(asked, *names):
    return Judge([word for word, _keys in asked_key_hashes(asked).words]).score(names)


def test_better_names_score_higher():
    said = "Aung Kyaw Min"
    scores = [
        _score(said, name)
        for name in ("Aung Kyaw Min", "Awng Kyaw Min", "Min Aung Kyaw", "Aung Kyaw Myat", "Aung Hla", "Fatima Ali", "")
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores[:5])) == 5
    assert scores[0] == 1.0
    assert scores[-1] == 0.0


def test_the_best_of_several_names_counts():
    assert _score("Aung Kyaw", "Someone Else", "အောင်ကျော်") > 0.9


def test_a_word_meets_one_word_only():
    assert _score("Su Su", "Su Hla") < _score("Su Su", "Su Su")


@pytest.mark.parametrize(
    ("asked", "name", "why"),
    [
        ("Aung Kyaw", "Aung Kyaw", ["the same name"]),
        ("Aung Kyaw", "Kyaw Aung", ["the same name in another order"]),
        ("Aung Kyaw", "Kyaw Hla Aung", ["2 of 2 words of the name", "in another order"]),
        ("Muhamad Ali", "Mohammed Ali", ["2 of 2 words of the name", "“muhamad” is written “mohammed”"]),
        ("Aung Kyaw", "Fatima Hassan", []),
        ("Aung Kyaw", "", []),
    ],
)
def test_reasons_are_put_into_words(asked, name, why):
    judge = Judge([word for word, _keys in asked_key_hashes(asked).words])
    assert [str(reason) for reason in judge.why([name])] == why


def test_words_are_alike_by_letters_keys_and_slips():
    def word(text):
        return chains(text)[0][0]

    assert likeness_of_words(word("Kyaw"), word("Kyaw")) == 1
    assert likeness_of_words(word("Kyaw"), word("ကျော်")) == 1
    assert 0.93 <= likeness_of_words(word("Mohammed"), word("Muhamad")) < 1
    assert 0 < likeness_of_words(word("Fatima"), word("Fatina")) < 0.9
    assert likeness_of_words(word("Fatima"), word("Hassan")) == 0


def test_reasons_add_up_and_never_reach_more_than_certainty():
    both = Fit(0.8, ("a",)) + Fit(0.5, ("b",))
    assert (round(both.score, 3), both.why) == (0.9, ("a", "b"))
    assert (Fit(1.0) + Fit(1.0)).score == 1.0


@pytest.mark.parametrize(("asked", "born", "more"), [(None, 1990, 0), ((1990, 1991), None, 0), ((1990, 1991), 1991, 0.05), ((1990, 1991), 1994, -0.1), ((1990, 1990), 1900, -0.15)])  # fmt: skip
def test_years_move_the_score_a_little(asked, born, more):
    assert fit_of_years(asked, born) == pytest.approx(more)


def test_sentences_are_compared_by_what_they_say():
    assert Said("born {year}", year=1) == Said("born {year}", year="1")
    assert len({Said("a"), Said("a")}) == 1


latin = st.lists(
    st.sampled_from(["Aung", "Kyaw", "Min", "Mohammed", "Ali", "Hassan", "Okello", "Nu"]), min_size=1, max_size=5
)


@given(latin)
def test_whoever_is_asked_for_in_the_same_words_is_met_by_keys(parts):
    """Stored keys and asked keys meet: of every word, of every pair, of the chain."""
    stored = stored_key_hashes([" ".join(parts)])
    asked = asked_key_hashes(" ".join(parts))
    assert all(hashes & stored for _word, hashes in asked.words)
    assert all(hashes & stored for _here, _there, hashes in asked.pairs)
    assert asked.whole & stored
    turned = asked_key_hashes(" ".join(reversed(parts)))
    assert all(hashes & stored for _word, hashes in turned.words)


AT_HOME = [
    Spoken("a", "1", "Aung Ko", "male", "1980-02-03"),
    Spoken("b", "", "Su Su", "female", "1985-05-05"),
    Spoken("c", "", "Maung Maung", "male", "2015"),
]


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ([Spoken("x", "1", "Other Name")], {"x": "a"}),
        ([Spoken("x", "", "su su")], {"x": "b"}),
        ([Spoken("x", "", "Thida", "female", "1985-05-05")], {"x": "b"}),
        ([Spoken("x", "", "Aung Koh", "male")], {"x": "a"}),
        ([Spoken("x", "", "Aung Koh", "female")], {}),
        ([Spoken("x", "", "Nilar", "female", "2020")], {}),
        ([Spoken("x", "", "Su Su"), Spoken("y", "", "Su Su")], {}),
        ([Spoken("x", "9", "Aung Ko"), Spoken("y", "1", "Maung Maung")], {"y": "a"}),
        ([], {}),
    ],
)  # fmt: skip
def test_people_of_a_later_submission_are_met_once_or_are_new(said, met):
    assert dict(meet(said, AT_HOME)) == met


def test_a_name_met_again_is_judged_as_before():
    judge = Judge([word for word, _hashes in asked_key_hashes("Aung Kyaw").words])
    assert judge.score(["Aung Kyaw"]) == judge.score(["Aung Kyaw"]) == 1.0
