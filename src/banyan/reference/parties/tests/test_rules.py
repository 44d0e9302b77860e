"""Names, acronyms, columns and rows of lists of organisations."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import policy, rules, states  # noqa: F401 - policy declares the problems
from banyan.reference.parties.rules import Candidate, Known, OtherName, Severity, Vocabulary
from banyan.reference.parties.rules.rows import checked_website

WORDS = Vocabulary(
    kinds={"un": "un", "united nations agency": "un", "ingo": "ingo", "nngo": "nngo"},
    countries={"mmr": "MMR", "mm": "MMR", "myanmar": "MMR", "belgium": "BEL"},
)
HEAD = ["Name", "Acronym", "Type", "Country", "Aliases", "Name (my)", "IATI ID", "Website", "Parent", "Code"]


def row(name: Any, *further: Any) -> list[Any]:
    return [name, *further, *[""] * (len(HEAD) - 1 - len(further))]


@pytest.mark.parametrize(
    "name",
    [
        "International Federation of Red Cross and Red Crescent Societies",
        "Forum Universitaire pour la Coopération Internationale au Développement -FUCID ASBL",
        "United Nations Entity for Gender Equality and the Empowerment of Women",
        "ONG Sainte Philomène, l'Espérance",
        "مفوضية الأمم المتحدة لشؤون اللاجئين",
        "မြန်မာနိုင်ငံကြက်ခြေနီအသင်း",
        "SOS Kinderdörfer weltweit, Hermann-Gmeiner-Fonds Deutschland e.V.",
        "St. John Ambulance",
        "Keep the Drums Lose the Knife",
    ],
)
def test_long_names_are_names(name: str) -> None:
    assert not rules.is_sentence(name)


@pytest.mark.parametrize(
    "text",
    [
        "USAID redacted this field in accordance with the exceptions outlined in the Foreign Aid Transparency Act of 2016.",
        "The IFRC always works together with the RCRC Society in the country of operation",
        "Har-Hub was founded , after realizing that the unemployment rate among those under 30 is 67%",
        "x" * 201,
        " ".join(["word"] * 23),
        "Community health and nutrition in the north. Water in the south",
    ],
)
def test_descriptions_are_sentences(text: str) -> None:
    assert rules.is_sentence(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("S.D.R.O", "sdro", True),
        ("UN-HABITAT", "UNHABITAT", True),
        ("ＷＦＰ", "wfp", True),
        ("ADA", "ADDA", False),
    ],
)
def test_acronyms_are_compared_by_letters(one: str, other: str, same: bool) -> None:
    assert (rules.acronym_key(one) == rules.acronym_key(other)) is same


@given(st.text(max_size=60))
def test_tidy_is_stable_and_leaves_no_double_blanks(text: str) -> None:
    tidied = rules.tidy(text)
    assert rules.tidy(tidied) == tidied
    assert "  " not in tidied
    assert tidied == tidied.strip()


@pytest.mark.parametrize(("cell", "text"), [(None, ""), (12.0, "12"), (1.5, "1.5"), (7, "7"), ("a\u200b\tb\n", "a b")])
def test_cells_become_text(cell: Any, text: str) -> None:
    assert rules.tidy(cell) == text


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=2, max_size=20))
def test_a_mask_tells_one_letter_and_no_length(word: str) -> None:
    assert rules.mask(word) == f"{word[0]}•••"


def test_columns_are_known_by_their_headings() -> None:
    columns = rules.recognise(
        [
            "Org. Name",
            "Short name",
            "Organisation Type",
            "Name (fr)",
            "name_my",
            "id_hpc",
            "XM-OCHA code",
            "Name",
            "Budget",
            "",
        ]
    )
    assert columns.fields == {"name": 0, "acronym": 1, "kind": 2}
    assert columns.languages == {"fr": 3, "my": 4}
    assert columns.ids == {"hpc": 5, "xm-ocha": 6}
    assert columns.doubled == ("Name",)
    assert columns.unknown == ("Budget",)


def test_a_full_row_is_read() -> None:
    table = [
        ["", ""],
        HEAD,
        row(" World  Food Programme", "WFP", "United Nations Agency", "mm", "PAM; Programme alimentaire mondial|WFP", "ကမ္ဘာ့စားနပ်ရိက္ခာ",
            "XM-DAC-41140", "wfp.org", "UN", "org-1"),
    ]  # fmt: skip
    candidates, findings = rules.read_rows(table, WORDS)
    assert findings == []
    assert candidates == [
        Candidate(
            row=3,
            name="World Food Programme",
            acronym="WFP",
            code="ORG-1",
            kind="un",
            country="MMR",
            website="https://wfp.org",
            parent="UN",
            names=(
                OtherName("translation", "ကမ္ဘာ့စားနပ်ရိက္ခာ", "my"),
                OtherName("alias", "PAM"),
                OtherName("alias", "Programme alimentaire mondial"),
            ),
            ids=(("iati", "XM-DAC-41140"),),
        )
    ]
    assert Candidate.from_dict(candidates[0].as_dict()) == candidates[0]


BAD_ROWS: list[tuple[str, list[Any], str, bool]] = [
    ("no name", row("", "X"), "parties.name_missing", False),
    ("only signs", row("—"), "parties.name_missing", False),
    ("a sentence", row("We are a group of people who help others in the north of the country"), "parties.name_is_sentence", False),
    ("unknown type", row("A", "", "bank"), "parties.kind_unknown", False),
    ("unknown country", row("A", "", "", "Atlantis"), "parties.country_unknown", False),
    ("a spreadsheet error", row("A", "#REF!"), "parties.cell_error", False),
    ("a bad identifier", row("A", "", "", "", "", "", "a<b>"), "parties.id_malformed", False),
    ("a bad website", row("A", "", "", "", "", "", "", "see our page"), "parties.website_malformed", True),
    ("a sentence as acronym", row("A", "x" * 61), "parties.acronym_malformed", True),
    ("a sentence among aliases", row("A", "", "", "", "They work in the field of health and are known for it"), "parties.alias_is_sentence", True),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code", "taken"), [case[1:] for case in BAD_ROWS], ids=[case[0] for case in BAD_ROWS])
def test_a_bad_row_says_what_is_wrong(bad: list[Any], code: str, taken: bool) -> None:
    candidates, findings = rules.read_rows([HEAD, row("Good"), bad], WORDS)
    assert [one.problem.code for one in findings] == [code]
    assert findings[0].row == 3
    assert findings[0].problem.as_text()
    assert findings[0].severity is (Severity.WARNING if taken else Severity.ERROR)
    assert len(candidates) == (2 if taken else 1)


def test_all_errors_of_a_file_are_told_at_once() -> None:
    bad = row("", "#N/A", "bank", "Atlantis")
    _candidates, findings = rules.read_rows([HEAD, bad, bad], WORDS)
    assert len(findings) == 8


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ([], "parties.empty_file"),
        ([["", None]], "parties.empty_file"),
        ([HEAD], "parties.empty_file"),
        ([["Acronym", "Budget"], ["A", 1]], "parties.no_name_column"),
        ([HEAD, *[row("A")] * 50_001], "parties.too_many_rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(table: list[list[Any]], code: str) -> None:
    with pytest.raises(Problem) as caught:
        rules.read_rows(table, WORDS)
    assert caught.value.code == code


def test_rows_that_repeat_others_are_told() -> None:
    table = [
        HEAD,
        row("A", "X"),
        row("a", "x"),
        row("A", "Y"),
        [],
        row("B", "", "", "", "", "", "ID-1"),
        row("C", "", "", "", "", "", "ID-1"),
        row("D", "", "", "", "", "", "", "", "", "ORG-1"),
        row("E", "", "", "", "", "", "", "", "", "org-1"),
    ]
    candidates, findings = rules.read_rows(table, WORDS)
    assert [one.name for one in candidates] == ["A", "A", "B", "D"]
    assert [(one.problem.code, one.row) for one in findings] == [
        ("parties.row_doubled", number) for number in (3, 7, 9)
    ]


@pytest.mark.parametrize("address", ["http://[::1", "ftp://a.b", "https://nodot", "https://a.b c"])
def test_what_is_no_address_is_no_website(address: str) -> None:
    assert checked_website(1, address, "url")[0] == ""


def test_a_map_is_read_entry_by_entry() -> None:
    data = {
        "ADA": {
            "name": "Auto-Développement Afrique",
            "shortname": "ADA",
            "scope": "international",
            "synonyms": ["ADA asbl", "We have worked for many years in the horn of Africa and beyond"],
            "url": "not a page",
            "iati_id": "BE-1",
            "iati": {"name": "Auto-Développement Afrique (ADA)", "codeforiati:organisation-type-code": "22",
                     "codeforiati:hq-country-or-region": "Belgium, Kingdom of"},
        },
        "Lost": {"name": "Lost", "shortname": "Lost", "scope": "unknown", "synonyms": None, "iati": None},
        "Elsewhere": {"name": "Elsewhere", "iati": {"codeforiati:hq-country-or-region": "Atlantis"}},
        "Skip": {"name": "Donors Group", "skip": True},
        "It is a group that was founded by people who care": {"name": "Care"},
        "Key only": {"iati": {"codeforiati:hq-country-or-region": "(No country assigned)"}},
        "AFA": {"name": "Aid for All"},
    }  # fmt: skip
    candidates, findings = rules.read_map(data, WORDS, scheme="somalia")
    assert [one.name for one in candidates] == [
        "Auto-Développement Afrique",
        "Lost",
        "Elsewhere",
        "Key only",
        "Aid for All",
    ]
    first = candidates[0]
    assert (first.kind, first.country, first.reach) == ("nngo", "BEL", "international")
    assert first.ids == (("somalia", "ADA"), ("iati", "BE-1"))
    assert [name.text for name in first.names] == ["ADA asbl", "Auto-Développement Afrique (ADA)"]
    assert candidates[1].acronym == ""
    assert [name.text for name in candidates[4].names] == ["AFA"], "the key is a name too where it is no other"
    assert [(one.row, one.problem.code) for one in findings] == [
        (1, "parties.website_malformed"),
        (1, "parties.alias_is_sentence"),
        (3, "parties.country_unknown"),
        (4, "parties.skipped_by_source"),
        (5, "parties.name_is_sentence"),
    ]


@pytest.mark.parametrize("data", [[], {}, {"a": 1}, "text", None])
def test_what_is_no_map_is_refused(data: object) -> None:
    with pytest.raises(Problem):
        rules.read_map(data, WORDS, scheme="s")


def _known(name: str, code: str = "ORG-1", **further: Any) -> Known:
    return Known(id=uuid4(), code=code, name=name, **further)


def find(candidate: Candidate, *known: Known) -> Known | None:
    by_name: dict[str, list[Known]] = {}
    for one in known:
        by_name.setdefault(rules.name_key(one.name), []).append(one)
    return rules.find_known(
        candidate,
        by_code={one.code: one for one in known},
        by_id={identifier: one for one in known for identifier in one.ids},
        by_name=by_name,
    )


def test_an_organisation_is_found_by_code_then_identifier_then_name() -> None:
    one = _known("Save the Children", "ORG-1", acronym="SC", ids=frozenset({("iati", "A")}))
    two = _known("Other", "ORG-2", ids=frozenset({("iati", "B")}))
    assert find(Candidate(1, "Anything", code="ORG-2"), one, two) is two
    assert find(Candidate(1, "Anything", code="ORG-9"), one, two) is None
    assert find(Candidate(1, "Save the Children", ids=(("iati", "B"),)), one, two) is two
    assert find(Candidate(1, "SAVE THE  CHILDREN"), one, two) is one
    assert find(Candidate(1, "Save the Children", acronym="S.C."), one, two) is one
    # Contradictions leave it to people.
    assert find(Candidate(1, "Save the Children", acronym="STC"), one, two) is None
    assert find(Candidate(1, "Save the Children", ids=(("iati", "C"),)), one, two) is None
    assert find(Candidate(1, "Save the Children", ids=(("hpc", "C"),)), one, two) is one
    assert find(Candidate(1, "Save the Children"), one, _known("Save the Children", "ORG-3")) is None
    # Never by acronym alone.
    assert find(Candidate(1, "Somali Committee", acronym="SC"), one, two) is None


def test_a_change_fills_and_changes_but_never_empties() -> None:
    known = _known("Old name", acronym="ON", country="MMR", names=frozenset({OtherName("alias", "Was here")}))
    candidate = Candidate(
        1,
        "New name",
        kind="un",
        names=(OtherName("alias", "Was here"), OtherName("alias", "Fresh")),
        ids=(("iati", "A"),),
    )
    change = rules.compare(candidate, known)
    assert change.fields == {"name": "New name", "kind": "un"}
    assert change.names == (OtherName("alias", "Fresh"), OtherName("alias", "Old name"))
    assert change.ids == (("iati", "A"),)
    assert not rules.compare(Candidate(1, "Old name"), known)
    back = Known(id=known.id, code="ORG-1", name="Old name", names=frozenset({OtherName("alias", "Old name")}))
    assert rules.compare(Candidate(1, "New name"), back).names == ()


@pytest.mark.parametrize(
    ("state", "verb", "target"),
    [("checked", "accept", "accepted"), ("checked", "discard", "discarded"), ("accepted", "take", "taken")],
)
def test_an_import_moves_on(state: str, verb: str, target: str) -> None:
    assert states.advance(state, verb) == target


def test_no_other_way_leads_on() -> None:
    allowed = {(source, step.verb) for step in states.STEPS for source in step.sources}
    for state in states.ImportState:
        for verb in ("accept", "discard", "take"):
            if (state, verb) not in allowed:
                with pytest.raises(Problem):
                    states.advance(state, verb)
