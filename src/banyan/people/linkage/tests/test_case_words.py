"""How cases are put into words, and how the forms about them are read."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.linkage.inputs import DecisionForm, SecondLookForm, clusters_of
from banyan.people.linkage.views import records, showing
from banyan.platform.kernel.dates import PartialDate

A, B, C, D = (UUID(int=number) for number in range(1, 5))
TODAY = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("day", "words", "late"),
    [
        (TODAY, "due today", False),
        (date(2026, 6, 11), "due tomorrow", False),
        (date(2026, 6, 12), "due in 2 days", False),
        (date(2026, 6, 9), "1 day late", True),
        (date(2026, 5, 31), "10 days late", True),
    ],
)
def test_days_are_told_as_people_say_them(day: date, words: str, late: bool) -> None:
    assert showing.due(day, TODAY) == {"words": words, "late": late}


def test_a_case_without_a_day_says_none() -> None:
    assert showing.due(None, TODAY) is None


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.97, "Of 100 such pairs about 97 are one person."),
        (0.012, "Of 100 such pairs about 1 is one person."),
        (0.9999, "Of 100 such pairs more than 99 are one person."),
        (0.0, "Of 100 such pairs fewer than 1 is one person."),
    ],
)
def test_a_probability_is_told_as_people_count(probability: float, words: str) -> None:
    assert showing.out_of_hundred(probability) == words


@pytest.mark.parametrize(
    ("weight", "words", "sign"),
    [
        (11.4, "speaks strongly for it", "+11.4"),
        (3.0, "speaks for it", "+3.0"),
        (0.9, "hints at it", "+0.9"),
        (0.04, "says little", "0.0"),
        (-0.4, "says little", "−0.4"),
        (-1.7, "hints against it", "−1.7"),
        (-4.2, "speaks against it", "−4.2"),
        (-20.0, "speaks strongly against it", "−20.0"),
    ],
)
def test_weights_are_told_in_words_and_with_their_sign(weight: float, words: str, sign: str) -> None:
    line = showing.weight_line("Names", weight)
    assert str(line["judged"]) == words
    assert line["signed"] == sign


@given(st.floats(-60, 60))
def test_bars_stay_in_the_picture_on_their_side(weight: float) -> None:
    line = showing.weight_line("Names", weight)
    assert 0 <= line["x"] <= line["x"] + line["width"] <= 200.05
    assert line["x"] >= 100 if line["side"] == "for" else line["x"] + line["width"] <= 100.05


def test_words_that_the_other_record_lacks_are_marked() -> None:
    assert showing.parts("U Aung Kyaw Myint", ["Aung Kyaw Min"]) == [
        ("U", True), (" ", False), ("Aung", False), (" ", False), ("Kyaw", False), (" ", False), ("Myint", True),
    ]  # fmt: skip
    assert showing.parts("Hussein Ali", ["U Ba"]) == [("Hussein Ali", False)]
    assert showing.parts("Kyaw AUNG", ["aung kyaw"]) == [("Kyaw", False), (" ", False), ("AUNG", False)]
    assert showing.parts("", ["Aung"]) == []
    assert showing.parts("Aung", []) == [("Aung", False)]


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=3))
def test_no_letter_of_a_value_is_lost(value: str, others: list[str]) -> None:
    assert "".join(piece for piece, _differs in showing.parts(value, others)) == value


def test_who_is_not_sure_says_until_when() -> None:
    def form(**values: Any) -> DecisionForm:
        return DecisionForm({"decision": "unsure", "reason": "No photo", **values})

    tomorrow = timezone.localdate() + timedelta(days=1)
    assert form(until=tomorrow.isoformat()).is_valid()
    assert form(until=timezone.localdate().isoformat()).errors.keys() == {"until"}
    assert form().errors.keys() == {"until"}
    assert form(until="nonsense").errors.keys() == {"until"}
    assert form(decision="same").is_valid(), "who is sure needs no day"
    assert DecisionForm({}).errors.keys() == {"decision", "reason"}


def test_who_refuses_gives_a_reason() -> None:
    assert SecondLookForm({"reason": ""}).is_valid()
    assert not SecondLookForm({"reason": ""}, refuses=True).is_valid()


def read(data: dict[str, str], ids: list[UUID]) -> list[Any]:
    return clusters_of(data, ids, fields=["full_name", "sex"], stays=ids)


def test_two_records_are_together() -> None:
    (found,) = read({"survivor.1": str(B), "take.1.full_name": str(A), "take.1.sex": str(C)}, [A, B])
    assert (found.ids, found.survivor, dict(found.take)) == ((A, B), B, {"full_name": A})


def test_a_group_is_sorted_as_the_form_says() -> None:
    data = {f"group.{A}": "2", f"group.{B}": "2", f"group.{C}": "alone", f"group.{D}": "unknown", "take.2.sex": str(B)}
    found = {each.ids: each for each in read(data, [A, B, C, D])}
    assert set(found) == {(A, B), (C,)}
    assert found[A, B].survivor == A, "the first proposed, where the form does not say"
    assert dict(found[A, B].take) == {"sex": B}


@given(st.dictionaries(st.sampled_from([f"group.{each}" for each in (A, B, C, D)]), st.text(max_size=4)))
def test_whatever_is_sent_no_record_stands_in_two_groups(data: dict[str, str]) -> None:
    found = [one for each in read(data, [A, B, C, D]) for one in each.ids]
    assert len(found) == len(set(found))
    assert set(found) <= {A, B, C, D}


def pair(first: UUID, second: UUID, zone: str, **more: Any) -> Any:
    return SimpleNamespace(first=first, second=second, zone=zone, exact_document=False, **more)


def test_probable_pairs_are_put_together_beforehand() -> None:
    sides = [SimpleNamespace(person=SimpleNamespace(pk=each)) for each in (A, B, C, D)]
    view = SimpleNamespace(
        records=sides, pairs=[pair(A, B, "probable"), pair(C, D, "possible"), pair(B, D, "possible")]
    )
    assert records.together(view) == {A: "1", B: "1", C: "", D: ""}
    view.pairs.append(pair(C, D, "probable"))
    assert records.together(view) == {A: "1", B: "1", C: "2", D: "2"}
    view.pairs.append(pair(D, A, "probable"))
    assert len(set(records.together(view).values())) == 1


def test_rows_say_whether_records_agree_and_what_is_chosen_beforehand() -> None:
    days = [PartialDate(1980, 5, 3), PartialDate(1980, estimated=True), None]
    people = [
        SimpleNamespace(pk=each, reference=f"PSN-{each.int}", registered_on=None, birth_date=day)
        for each, day in zip((A, B, C), days, strict=True)
    ]
    field = SimpleNamespace
    view = SimpleNamespace(
        records=[SimpleNamespace(letter=letter, person=one) for letter, one in zip("ABC", people, strict=True)],
        fields=[
            field(key="full_name", label="Name", values=["Aung Min", "Aung", ""], pick=0, takeable=True),
            field(key="sex", label="Sex", values=["Male", "Male", "Male"], pick=None, takeable=True),
            field(key="mother_name", label="Mother", values=["", "Mya", ""], pick=1, takeable=True),
            field(key="birth_date", label="Born", values=["1980-05-03", "1980~", ""], pick=0, takeable=True),
            field(key="place", label="Place", values=["North", "South", "South"], pick=None, takeable=False),
            field(key="occupation", label="Work", values=["", "", ""], pick=None, takeable=True),
        ],
    )
    found = {row["key"]: row for row in records.rows(view, number="1")}
    assert {key: row["state"] for key, row in found.items()} == {
        "full_name": "differ", "sex": "same", "mother_name": "missing", "birth_date": "differ", "place": "differ",
    }  # fmt: skip
    born = ["".join(piece for piece, _differs in cell["parts"]) for cell in found["birth_date"]["cells"]]
    assert born == ["3 May 1980", "1980 (estimated)", ""]
    assert [cell["picked"] for cell in found["mother_name"]["cells"]] == [False, True, False]
    assert not found["place"]["chosen"], "what is in the register's lists comes along by itself"
    # Among B and C alone the value of A is not there to be picked.
    some = {row["key"]: row for row in records.rows(view, [B, C], number="2")}
    assert [cell["picked"] for cell in some["full_name"]["cells"]] == [True, False]
    assert some["place"]["state"] == "same"
    # Of two alike that of the record that stays; a day that is known more closely, and not guessed.
    assert [cell["picked"] for cell in found["full_name"]["cells"]] == [True, False, False]
    assert [cell["picked"] for cell in found["birth_date"]["cells"]] == [True, False, False]
    taken = {row["key"]: row for row in records.rows(view, number="1", taken={"full_name": B})}
    assert [cell["note"] for cell in taken["full_name"]["cells"]] == ["", "kept", ""]
    shown, alike = records.folded(list(found.values()))
    assert [row["key"] for row in shown] == ["full_name", "sex", "mother_name", "birth_date", "place"]
    assert alike == []


def test_the_earlier_registration_is_proposed_to_stay() -> None:
    people = [SimpleNamespace(pk=uuid4(), registered_on=day) for day in (date(2026, 5, 2), date(2026, 5, 1), None)]
    view = SimpleNamespace(records=[SimpleNamespace(person=one) for one in people])
    assert records.survivors(view) == [people[1].pk, people[0].pk, people[2].pk]
