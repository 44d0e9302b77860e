"""Rules of code lists: every fault is named, at once; differences are exact."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import policy  # noqa: F401  the problems are declared there
from banyan.reference.codes.rules import CODE, TermRow, difference, label_in, read_file, read_table, term_faults

GOOD: dict[str, Any] = {
    "list": "sex",
    "names": {"en": "Sex"},
    "version": {"label": "1", "published_on": "2026-11-01"},
    "terms": [{"code": "f", "labels": {"en": "Female"}}, {"code": "m", "labels": {"en": "Male"}, "parent": "f"}],
    "mappings": [{"from": "f", "to_list": "other", "to": "F", "kind": "exact"}],
}


def codes_of(problem: Problem) -> list[str]:
    return sorted(error.code.removeprefix("codes.") for error in problem.errors or [problem])


def test_a_good_file_is_read_whole() -> None:
    file = read_file(GOOD)
    assert [term.code for term in file.terms] == ["f", "m"]
    assert file.terms[1].parent == "f"
    assert file.published_on is not None
    assert file.mappings[0].to_code == "F"
    assert file.digest() == read_file({**GOOD, "names": {"fr": "Sexe"}}).digest()
    assert file.digest() != read_file({**GOOD, "terms": GOOD["terms"][:1]}).digest()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"list": "Sex List"}, ["list_code_malformed"]),
        ({"list": None}, ["list_code_malformed"]),
        ({"names": {}}, ["label_missing"]),
        ({"names": "Sex"}, []),
        ({"names": {"english!": "Sex", "en": "Sex"}}, ["language_unknown"]),
        ({"names": 7}, ["label_missing", "texts_malformed"]),
        ({"names": {"en": "Sex", "fr": " "}}, []),
        ({"names": {"en": "Sex", "fr": 7}}, ["texts_malformed"]),
        ({"description": 7}, ["texts_malformed"]),
        ({"description": {"english!": "x"}}, ["language_unknown"]),
        ({"version": None}, ["version_missing"]),
        ({"version": {"label": "1", "published_on": "1 Nov"}}, ["not_a_date"]),
        ({"version": {"label": "1"}}, []),
        ({"terms": []}, ["mapping_from_unknown", "no_terms"]),
        ({"terms": None}, ["mapping_from_unknown", "no_terms"]),
        ({"terms": ["f", {"code": "f", "labels": {"en": "F"}}]}, ["term_malformed"]),
        ({"mappings": [{"from": "f", "kind": "same"}]}, ["mapping_malformed"]),
        ({"mappings": ["f"]}, ["mapping_malformed"]),
        ({"mappings": 7}, ["mapping_malformed"]),
        ({"mappings": {"from": "f"}}, ["mapping_malformed"]),
        ({"terms": "f", "mappings": None}, ["no_terms", "term_malformed"]),
        ({"mappings": [{"from": "x", "to_list": "o", "to": "F", "kind": "exact"}]}, ["mapping_from_unknown"]),
        ({"mappings": None}, []),
        (
            {"list": "", "names": {}, "version": {}, "terms": [{"code": "a b", "labels": {}}], "mappings": []},
            ["code_malformed", "label_missing", "label_missing", "list_code_malformed", "version_missing"],
        ),
    ],
)
def test_every_fault_of_a_file_is_named_at_once(change: dict[str, Any], expected: list[str]) -> None:
    if not expected:
        read_file({**GOOD, **change})
        return
    with pytest.raises(Problem) as found:
        read_file({**GOOD, **change})
    assert codes_of(found.value) == expected


@pytest.mark.parametrize("data", [None, [], "list", 3])
def test_what_is_no_object_is_no_list(data: Any) -> None:
    with pytest.raises(Problem, match="not a code list"):
        read_file(data)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([("a", None), ("a", None)], ["code_doubled", "code_doubled"]),
        ([("a", "x")], ["parent_unknown"]),
        ([("a", "a")], ["parent_circular"]),
        ([("a", "b"), ("b", "c"), ("c", "b")], ["parent_circular", "parent_circular"]),
        ([("a", None), ("b", "a"), ("c", "b")], []),
        ([("", None)], ["code_malformed"]),
        ([("x" * 65, None)], ["code_malformed"]),
        ([("ကချင်", None)], []),
    ],
)
def test_faults_of_terms(terms: list[tuple[str, str | None]], expected: list[str]) -> None:
    rows = [TermRow(code, {"en": code or "?"}, parent) for code, parent in terms]
    assert sorted(fault.code.removeprefix("codes.") for fault in term_faults(rows)) == expected


def test_a_list_can_be_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.reference.codes.rules.MOST_TERMS", 2)
    rows = [TermRow(str(number), {"en": "x"}) for number in range(3)]
    assert [fault.code for fault in term_faults(rows)] == ["codes.too_many_terms"]


def test_a_table_is_read_with_its_attributes() -> None:
    table = [
        [None, None, None, None, None, None, None],
        ["Code", "label_en", "Label FR", "parent", "uri", "description_en", "Colour", ""],
        [1.0, "One", "Un", None, "https://example.org/1", "first", "red", ""],
        ["", None, "", "", "", "", ""],
        ["2", "Two", "", 1, "", "", None],
    ]
    terms = read_table(table)
    assert [term.code for term in terms] == ["1", "2"]
    assert terms[0].labels == {"en": "One", "fr": "Un"}
    assert terms[0].attributes == {"Colour": "red"}
    assert terms[0].description == {"en": "first"}
    assert terms[1].parent == "1"
    assert [term.row for term in terms] == [3, 5]


def test_a_plain_label_column_is_english() -> None:
    (term,) = read_table([["code", "label", "description"], ["x", "Ex", "the letter"]])
    assert (term.labels, term.description) == ({"en": "Ex"}, {"en": "the letter"})


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([], ["column_missing"]),
        ([["name", "label_en"], ["a", "A"]], ["column_missing"]),
        ([["code", "title"], ["a", "A"]], ["column_missing"]),
        ([["code", "label"], ["a", "#REF!"], ["a b", ""]], ["cell_error", "code_malformed", "label_missing"]),
        ([["code", "label"]], ["no_terms"]),
        ([["code", "label", "Label"], ["a", "A", "B"]], ["column_doubled"]),
        ([["code", "label", ""], ["a", "A", "stray"]], ["cell_without_column"]),
        ([["code", "label"], ["a", "A", "beyond"], ["b", "B", None]], ["cell_without_column"]),
    ],
)
def test_every_fault_of_a_table_is_named_at_once(table: list[list[Any]], expected: list[str]) -> None:
    with pytest.raises(Problem) as found:
        read_table(table)
    assert codes_of(found.value) == expected


terms = st.lists(
    st.builds(
        TermRow,
        code=st.from_regex(CODE, fullmatch=True),
        labels=st.dictionaries(st.sampled_from(["en", "fr", "ar"]), st.text(min_size=1), min_size=1),
        parent=st.none(),
    ),
    unique_by=lambda term: term.code,
    max_size=8,
)


@given(terms, terms)
def test_a_difference_turns_one_version_into_the_other(before: list[TermRow], after: list[TermRow]) -> None:
    found = difference(before, after)
    made = {term.code: term for term in before}
    for term in found.removed:
        del made[term.code]
    made.update({term.code: term for term in found.added})
    made.update({change.code: change.after for change in found.changed})
    assert made == {term.code: term for term in after}
    assert found.nothing == (sorted(before, key=lambda t: t.code) == sorted(after, key=lambda t: t.code))


@given(st.dictionaries(st.sampled_from(list("abcdef")), st.sampled_from([*"abcdef", None]), max_size=6))
def test_circles_are_exactly_the_codes_that_come_back_to_themselves(parents: dict[str, str | None]) -> None:
    rows = [TermRow(code, {"en": code}, parent if parent in parents else None) for code, parent in parents.items()]
    known = {row.code: row.parent for row in rows}

    def comes_back(code: str) -> bool:
        step = known[code]
        for _ in range(len(known)):
            if step is None:
                return False
            if step == code:
                return True
            step = known[step]
        return False

    named = {str(fault.parameters["term"]) for fault in term_faults(rows) if fault.code == "codes.parent_circular"}
    assert named == {code for code in known if comes_back(code)}


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"fr": "un", "en": "one"}, "fr", "un"),
        ({"pt": "um", "en": "one"}, "pt-BR", "um"),
        ({"en": "one"}, "my", "one"),
        ({"ar": "واحد"}, "my", "واحد"),
        ({}, "en", "1"),
    ],
)
def test_a_label_falls_back_to_what_there_is(texts: dict[str, str], language: str, expected: str) -> None:
    assert label_in(texts, language, "1") == expected


def test_a_difference_names_the_fields_that_changed() -> None:
    old = [TermRow("a", {"en": "A"}), TermRow("b", {"en": "B"}), TermRow("c", {"en": "C"})]
    new = [TermRow("a", {"en": "A"}, row=9), TermRow("b", {"en": "Bee"}, parent="a"), TermRow("d", {"en": "D"})]
    found = difference(old, new)
    assert [(change.code, change.fields) for change in found.changed] == [("b", ("labels", "parent"))]
    assert [term.code for term in found.added] == ["d"]
    assert [term.code for term in found.removed] == ["c"]
    assert not found.nothing
    assert difference(old, old).nothing
