"""Faults of forms as a table: what is wrong where, whether the converter agrees, and what the mend offered makes of it."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.people.forms.problems import PROBLEMS
from banyan.people.forms.rules.checking import check
from banyan.people.forms.rules.converting import converted, schema_of
from banyan.people.forms.rules.findings import ERROR, Finding
from banyan.people.forms.rules.mending import STOPGAPS, Draft, mended, mended_fully, offers, position_of
from banyan.people.forms.rules.schema import Schema
from banyan.people.forms.rules.types import kind_of, meant
from banyan.people.forms.rules.workbook import Sheet, Workbook
from banyan.people.forms.tests.sheets import book
from banyan.people.forms.workbooks.examining import examine
from banyan.platform.kernel.problems import Problem
from banyan.platform.kernel.uploads import letter_of

SETTINGS = "[settings]\nform_title | form_id\nTest | test\n"
YES_NO = "[choices]\nlist_name | name | label\nyn | yes | Yes\nyn | no | No\n"


@dataclass(frozen=True)
class Case:
    """A form, every error in it as (sheet, row, column, code), and what is in these cells after the mend ("" = nothing offered)."""

    name: str
    text: str
    errors: tuple[tuple[str, int, str, str], ...]
    after: tuple[tuple[str, int, str, str], ...] = ()
    converts: bool = True  # once everything offered was accepted
    refused: bool = True  # the converter itself refuses it


def survey(*rows: str, header: str = "type | name | label") -> str:
    return "[survey]\n" + "\n".join([header, *rows]) + "\n"


S, C = "survey", "choices"
CASES = [
    Case("type in capitals", survey("Text | a | A"), ((S, 2, "A", "type_unknown"),), ((S, 2, "A", "text"),)),
    Case("type of another system", survey("numeric | a | A"), ((S, 2, "A", "type_unknown"),), ((S, 2, "A", "decimal"),)),
    Case("type misspelt", survey("interger | a | A"), ((S, 2, "A", "type_unknown"),), ((S, 2, "A", "integer"),)),
    Case("type nobody knows", survey("hologram | a | A"), ((S, 2, "A", "type_unknown"),), ((S, 2, "A", "text"),)),
    Case("select with a colon", survey("select_one: yn | a | A") + YES_NO, ((S, 2, "A", "type_unknown"),), ((S, 2, "A", "select_one yn"),)),
    Case("select written otherwise", survey("Multiple choice yn | a | A") + YES_NO, ((S, 2, "A", "type_unknown"),), ((S, 2, "A", "select_multiple yn"),)),
    Case("select with other misspelt", survey("select_one yn (other) | a | A") + YES_NO, ((S, 2, "A", "type_unknown"),), ()),
    Case("select without list", survey("select_one | a | A"), ((S, 2, "A", "select_without_list"),), ((S, 2, "A", "text"),)),
    Case("select all without list", survey("select all that apply | a | A"), ((S, 2, "A", "select_without_list"),), ((S, 2, "A", "text"),)),
    Case("list in other letters", survey("select_one YN | a | A") + YES_NO, ((S, 2, "A", "list_missing"),), ((S, 2, "A", "select_one yn"),)),
    Case("list that is not there", survey("select_one region | a | A") + YES_NO, ((S, 2, "A", "list_missing"),), ((S, 2, "A", "text"),)),
    Case("no sheet of choices", survey("select_one yn | a | A"), ((S, 2, "A", "choices_missing"), (S, 2, "A", "list_missing")), ((S, 2, "A", "text"),)),
    Case("external list not there", survey("select_one_external yn | a | A | x=1", header="type | name | label | choice_filter"), ((S, 2, "A", "list_missing"),), ()),
    Case("file without ending", survey("select_one_from_file villages | a | A"), ((S, 2, "A", "file_extension"),), (), converts=False),
    Case("other with filter", survey("select_one yn or_other | a | A | x=1", header="type | name | label | choice_filter") + YES_NO, ((S, 2, "D", "other_with_filter"),), (), converts=False),
    Case("no name", survey("text | | What is your age?"), ((S, 2, "B", "name_missing"),), ((S, 2, "B", "What_is_your_age"),)),
    Case("no name and no label", survey("begin_group | |", "text | a | A", "end_group"), ((S, 2, "B", "name_missing"),), ((S, 2, "B", "group_2"),)),
    Case("name with spaces, referred to", survey("text | first name | A | ", "note | n | Hello ${first name} |"), ((S, 2, "B", "name_malformed"), (S, 3, "C", "reference_malformed")), ((S, 2, "B", "first_name"),)),
    Case("name in Burmese is fine", survey("text | အမည် | A"), ()),
    Case("name that begins with a digit", survey("text | 1st | A"), ((S, 2, "B", "name_malformed"),), ((S, 2, "B", "_1st"),)),
    Case("same name in one section", survey("text | a | A", "text | a | B"), ((S, 3, "B", "name_repeated"),), ((S, 3, "B", "a_2"),)),
    Case("same name in two sections", survey("begin_group | g | G", "text | a | A", "end_group", "text | a | B"), ()),
    Case("three of one name", survey("text | a | A", "text | a | B", "text | a | C"), ((S, 3, "B", "name_repeated"), (S, 4, "B", "name_repeated")), ((S, 3, "B", "a_2"), (S, 4, "B", "a_3"))),
    Case("reserved name", survey("begin_group | meta | M", "text | a | A", "end_group"), ((S, 2, "B", "name_reserved"),), ((S, 2, "B", "meta_group"),)),
    Case("question called as the form, referred to", survey("text | data | A", "note | n | ${data}"), ((S, 2, "B", "name_reserved"),), ((S, 2, "B", "data_question"), (S, 3, "C", "${data_question}"))),
    Case("question called as the form", survey("text | data | A"), ()),
    Case("repeat called as the form", survey("begin_repeat | data | M", "text | a | A", "end_repeat"), ((S, 2, "B", "repeat_name"),), ((S, 2, "B", "data_repeat"),)),
    Case("two repeats of one name", survey("begin_group | g | G", "begin_repeat | r | R", "text | a | A", "end_repeat", "end_group", "begin_repeat | r | R", "text | b | B", "note | n | ${b}", "end_repeat"), ((S, 7, "B", "repeat_name"),), ((S, 7, "B", "r_2"),)),
    Case("group never ended", survey("begin_group | g | G", "text | a | A"), ((S, 2, "A", "begin_unmatched"),), ((S, 4, "A", "end_group"),)),
    Case("end without begin", survey("text | a | A", "end_group"), ((S, 3, "A", "end_unmatched"),), ((S, 3, "A", ""),)),
    Case("end of the wrong kind", survey("begin_repeat | r | R", "text | a | A", "end_group"), ((S, 4, "A", "end_differs"),), ((S, 4, "A", "end_repeat"),)),
    Case("nothing calculated", survey("calculate | a | | ", header="type | name | label | calculation"), ((S, 2, "D", "calculation_missing"),), ((S, 2, "D", "''"),)),
    Case("nothing calculated, no column", survey("calculate | a", "calculate | b"), ((S, 2, "", "calculation_missing"), (S, 3, "", "calculation_missing")), ((S, 1, "D", "calculation"), (S, 2, "D", "''"), (S, 3, "D", "''"))),
    Case("calculated by default", survey("calculate | a | | today()", header="type | name | label | default"), ()),
    Case("no label", survey("text | date_of_birth |"), ((S, 2, "C", "label_missing"),), ((S, 2, "C", "Date of birth"),)),
    Case("no column of labels", survey("text | a_b", header="type | name"), ((S, 2, "", "label_missing"),), ((S, 1, "C", "label"), (S, 2, "C", "A b"))),
    Case("audit with a name", survey("text | a | A", "audit | log"), ((S, 3, "B", "audit_name"),), ((S, 3, "B", "audit"),)),
    Case("no type", survey("text | a | A", " | b | B"), ((S, 3, "A", "type_missing"),), (), converts=False),
    Case("reference to nothing", survey("text | a | A | ${bb} = 1", header="type | name | label | relevant"), ((S, 2, "D", "reference_unknown"),), ((S, 2, "D", ""),)),
    Case("reference to nothing in a label", survey("text | a | You said ${bb}"), ((S, 2, "C", "reference_unknown"),), ((S, 2, "C", "You said bb"),)),
    Case("reference in other letters", survey("text | Age | A |", "text | b | B | ${age} > 1", header="type | name | label | relevant"), ((S, 3, "D", "reference_unknown"),), ((S, 3, "D", "${Age} > 1"),)),
    Case("reference with spaces", survey("text | a | A |", "text | b | B | ${ a } > 1", header="type | name | label | relevant"), ((S, 3, "D", "reference_malformed"),), ((S, 3, "D", "${a} > 1"),)),
    Case("reference cut off", survey("text | first_name | A", "note | b | Hello ${first_na"), ((S, 3, "C", "reference_malformed"),), ((S, 3, "C", "Hello ${first_name}"),)),
    Case("reference of two words", survey("note | b | Hello ${x y}"), ((S, 2, "C", "reference_malformed"),), ((S, 2, "C", "Hello …"),)),
    Case("braces around nothing", survey("note | b | Hello ${}"), ()),
    Case("reference in the settings", survey("text | a | A") + "[settings]\nform_id | instance_name\nx | ${b}", (("settings", 2, "B", "reference_unknown"),), (("settings", 2, "B", "b"),)),
    Case("reference in a choice", survey("select_one yn | a | A") + "[choices]\nlist_name | name | label\nyn | yes | ${zz}", ((C, 2, "C", "reference_unknown"),), ((C, 2, "C", "zz"),)),
    Case("reference that could be two", survey("begin_group | g | G", "integer | a | A |", "integer | b | B | ${a} > 1", "end_group", "begin_group | h | H", "integer | a | A |", "integer | c | C | ${a} > 1", "end_group", header="type | name | label | relevant"), ((S, 4, "D", "reference_ambiguous"), (S, 8, "D", "reference_ambiguous")), ((S, 7, "B", "h_a"), (S, 4, "D", "${a} > 1"), (S, 8, "D", "${h_a} > 1"))),
    Case("reference from elsewhere that could be two", survey("begin_group | g | G", "integer | a | A |", "end_group", "begin_group | h | H", "integer | a | A |", "end_group", "integer | c | C | ${a} > 1", header="type | name | label | relevant"), ((S, 8, "D", "reference_ambiguous"),), (), converts=False),
    Case("triggers without commas", survey("text | a | A | |", "text | b | B | |", "calculate | c | | 1 | ${a} ${b}", header="type | name | label | calculation | trigger"), ((S, 4, "E", "trigger_commas"),), ((S, 4, "E", "${a}, ${b}"),)),
    Case("trigger without braces", survey("text | a | A | |", "calculate | c | | 1 | a", header="type | name | label | calculation | trigger"), ((S, 3, "E", "trigger_malformed"),), ((S, 3, "E", "${a}"),)),
    Case("triggered question of a name that stands twice", survey("begin_group | g | G | |", "text | a | A | |", "end_group", "text | b | B | |", "calculate | a | | 1 | ${b}", header="type | name | label | calculation | trigger"), ((S, 6, "E", "reference_ambiguous"),), ((S, 6, "B", "a_2"),)),
    Case("trigger of nothing", survey("text | a | A | |", "calculate | c | | 1 | zz", header="type | name | label | calculation | trigger"), ((S, 3, "E", "trigger_malformed"),), (), converts=False),
    Case("trigger unknown", survey("text | a | A | |", "calculate | c | | 1 | ${zz}", header="type | name | label | calculation | trigger"), ((S, 3, "E", "reference_unknown"),), ((S, 3, "E", ""),)),
    Case("trigger malformed inside", survey("text | a | A | |", "calculate | c | | 1 | ${ a }", header="type | name | label | calculation | trigger"), ((S, 3, "E", "reference_malformed"),), ((S, 3, "E", "${a}"),)),
    Case("trigger that is never shown", survey("calculate | a | | 1 |", "calculate | c | | 1 | ${a}", header="type | name | label | calculation | trigger"), ((S, 3, "E", "trigger_unseen"),), ((S, 3, "E", ""),)),
    Case("choice without name", survey("select_one yn | a | A") + "[choices]\nlist_name | name | label\nyn | | Yes please", ((C, 2, "B", "choice_name_missing"),), ((C, 2, "B", "Yes_please"),)),
    Case("choice twice", survey("select_one yn | a | A") + YES_NO + "yn | yes | Yes\n", ((C, 4, "B", "choice_repeated"),), ((C, 4, "A", ""), (C, 4, "B", ""), (C, 4, "C", ""))),
    Case("choices at odds", survey("select_one yn | a | A") + YES_NO + "yn | yes | Other\n", ((C, 4, "B", "choice_conflicting"),), ((C, 4, "B", "yes_2"),)),
    Case("choices twice allowed", survey("select_one yn | a | A") + YES_NO + "yn | yes | Other\n[settings]\nform_id | allow_choice_duplicates\nx | yes", ()),
    Case("choice with spaces, several", survey("select_multiple yn | a | A |", "text | b | B | selected(${a}, 'not yet')", header="type | name | label | relevant") + "[choices]\nlist_name | name | label\nyn | not yet | No", ((C, 2, "B", "choice_name_space"),), ((C, 2, "B", "not_yet"), (S, 3, "D", "selected(${a}, 'not_yet')"))),
    Case("choice with spaces, one", survey("select_one yn | a | A") + "[choices]\nlist_name | name | label\nyn | not yet | No", ()),
    Case("no column of lists", survey("select_one yn | a | A") + "[choices]\nname | label\nyes | Yes", ((S, 2, "A", "list_missing"),), ((S, 2, "A", "text"),)),
    Case("column of lists misspelt", survey("select_one yn | a | A") + "[choices]\nlist_nmae | name | label\nyn | yes | Yes", ((S, 2, "A", "list_missing"),), ()),
    Case("no column of types", "[survey]\nname | label\na | A", ((S, 1, "", "header_missing"),), (), converts=False),
    Case("two columns of one meaning", survey("text | a | A | 1=1 |", "text | b | B | | 1=1", header="type | name | label | relevant | bind::relevant"), ((S, 1, "E", "header_repeated"),), ((S, 1, "E", ""), (S, 3, "D", "1=1"), (S, 3, "E", ""))),
    Case("two columns at odds", survey("text | a | A | 1=1 | 2=2", header="type | name | label | relevant | bind::relevant"), ((S, 1, "E", "header_repeated"),), (), converts=False),
    Case("the same header twice", survey("text | a | A | A", header="type | name | label | label"), ((S, 1, "D", "header_repeated"),), ((S, 1, "D", ""),), refused=False),
    Case("an attribute of the XForm", survey("begin_group | g | G | x", "text | a | A |", "end_group", header="type | name | label | instance::tag"), ((S, 1, "D", "header_unusable"),), ((S, 1, "D", "instance_tag"),)),
    Case("no survey", "[choices]\nlist_name | name\n a | b\n[other]\nx", ((S, 0, "", "sheet_missing"),), (), converts=False),
    Case("survey misspelt", "[surveys]\ntype | name | label\ntext | a | A\n[choices]\nlist_name | name", (("surveys", 0, "", "sheet_misspelt"),), ((S, 2, "B", "a"),)),
    Case("empty survey", survey() + YES_NO, ((S, 0, "", "survey_empty"),), (), converts=False, refused=False),
    Case("name of the form impossible", survey("text | a | A") + "[settings]\nform_id | name\nx | my form", (("settings", 2, "B", "name_malformed"),), (("settings", 2, "B", "my_form"),)),
    Case("control character", survey("text | a | A\x0bB"), ((S, 2, "C", "control_character"),), ((S, 2, "C", "A B"),)),
    Case("loop without list", survey("begin_loop | l | L", "text | a | A", "end_loop"), ((S, 2, "A", "select_without_list"),), (), converts=False),
    Case("loop over nothing", survey("begin_loop over zz | l | L", "text | a | A", "end_loop") + YES_NO, ((S, 2, "A", "list_missing"),), (), converts=False),
    Case("switched off", survey("unknown | a b | A | yes", "text | c | C |", header="type | name | label | disabled"), ()),
    Case("older spellings", survey("add select one prompt using yn | a | A", "q string | b | B", "imei | c", "form_title | My form") + YES_NO, ()),
    Case("several at once", survey("Text | a b | ", "text | c | ${zz}", "select_one q | c | C"), ((S, 2, "A", "type_unknown"), (S, 2, "B", "name_malformed"), (S, 3, "C", "reference_unknown"), (S, 4, "A", "choices_missing"), (S, 4, "A", "list_missing"), (S, 4, "B", "name_repeated")), ()),
]  # fmt: skip


def whole_form(text):
    return book(text if "[settings]" in text else f"{text}\n{SETTINGS}")


def errors(found):
    return tuple((one.sheet, one.row, one.letter, one.code) for one in found if one.severity == ERROR)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_faults_and_their_mends(case):
    form = whole_form(case.text)
    found = check(form)
    assert errors(found) == case.errors
    # The converter refuses a form exactly when there are errors.
    assert bool(converted(form).refusals) == (bool(case.errors) and case.refused)
    if case.errors:
        whole, _changes, left = mended_fully(form)
        assert (errors(left) == ()) == case.converts
        assert not case.converts or converted(whole).xform
        for sheet, row, letter, text in case.after:
            named = next(each for each in whole.sheets if each.name == sheet)
            assert (letter, row, named.text(row, position_of(letter))) == (letter, row, text)
        for finding in found:
            if finding.mend:
                mended(form, [finding])  # each mend alone is possible too


WARNINGS = [
    ("translation missing", survey("text | a | A |", header="type | name | label::en | label::fr"), "translation_incomplete"),
    ("language only here", survey("select_one yn | a | A | B", header="type | name | label::en | label::fr") + "[choices]\nlist_name | name | label::en\nyn | yes | Yes", "language_absent"),
    ("language spelt otherwise", survey("select_one yn | a | A", header="type | name | label::English (en)") + "[choices]\nlist_name | name | label::English(EN)\nyn | yes | Yes", "language_spelling"),
    ("default language unknown", survey("text | a | A", header="type | name | label::English (en)") + "[settings]\nform_id | default_language\nx | English", "default_language_unknown"),
    ("names that differ by capitals", survey("text | a | A", "text | A | A"), "name_case"),
    ("header misspelt", survey("text | a | A | 1=1", header="type | name | label | relevent"), "header_misspelt"),
    ("header with one colon", survey("text | a | A | B", header="type | name | label::en | label:fr"), "header_single_colon"),
    ("remark in the sheet", survey("text | a | A |", "| | | remark", header="type | name | label | hint"), "row_skipped"),
    ("list nobody uses", survey("text | a | A") + YES_NO, "list_unused"),
    ("choice of no list", survey("select_one yn | a | A") + YES_NO + " | maybe | Maybe", "choice_without_list"),
    ("choice without label", survey("select_one yn | a | A") + YES_NO + "yn | maybe", "choice_label_missing"),
    ("repeat without label", survey("begin_repeat | r |", "text | a | A", "end_repeat"), "label_missing"),
    ("plain header twice in other letters", survey("text | a | A | h |", header="type | name | label | Hint | hint"), "header_repeated"),
    ("sheet of choices misspelt", survey("text | a | A") + "[choice]\nlist_name | name", "sheet_misspelt"),
    ("no column of lists", survey("text | a | A") + "[choices]\nname | label\nyes | Yes", "header_missing"),
    ("rows beyond a gap", survey("text | a | A", *[""] * 70, "text | b | B"), "rows_beyond_gap"),
    ("Zawgyi", survey(*[f"text | a{n} | {text}" for n, text in enumerate(("ေက်းဇူးတင္ပါတယ္", "ျမန္မာႏိုင္ငံ", "အိမ္ေထာင္စု", "က်န္းမာေရး"))]), "zawgyi"),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "text", "code"), WARNINGS, ids=[row[0] for row in WARNINGS])
def test_warnings_do_not_keep_a_form_back(_name, text, code):
    form = whole_form(text)
    found = check(form)
    assert errors(found) == ()
    assert code in {finding.code for finding in found}
    assert converted(form).xform
    whole, _changes = mended(form, [offer.finding for offer in offers(form, found)])
    assert converted(whole).xform


def test_no_settings_are_told():
    assert {finding.code for finding in check(book(survey("text | a | A")))} == {"settings_empty"}


def test_every_fault_there_is_has_words_and_is_shown_by_some_test():
    shown = {code for case in CASES for *_place, code in case.errors} | {code for _name, _text, code in WARNINGS}
    shown |= {
        "settings_empty",
        "settings_no_id",
        "path_too_long",
        "converter_refused",
        "converter_remark",
        "converter_failed",
        "lint",
    }
    words = {code.removeprefix("forms.") for code, kind in PROBLEMS.items() if 8000 <= kind.number < 8100}
    assert words == shown


def test_a_path_that_no_column_could_hold():
    deep = [f"begin_group | {'g' * 200}{n} | G" for n in range(6)]
    form = book(survey(*deep, "text | a | A", *["end_group"] * 6) + SETTINGS)
    assert "path_too_long" in {finding.code for finding in check(form)}


def test_what_only_the_converter_refuses_is_placed():
    form = book(survey("range | a | A | start=1 end=x", header="type | name | label | parameters") + SETTINGS)
    found = examine(form, "x.xlsx")
    refused = [finding for finding in found.findings if finding.code == "converter_refused"]
    assert [(one.sheet, one.row, one.letter, one.value) for one in refused] == [("survey", 2, "D", "start=1 end=x")]
    assert found.xform == ""


def test_what_the_converter_would_refuse_behind_our_errors_is_told_at_once():
    form = book(
        survey("range | a | A | start=1 end=x", "text | a | B", header="type | name | label | parameters") + SETTINGS
    )
    assert [one.code for one in examine(form).findings if one.severity == ERROR] == [
        "converter_refused",
        "name_repeated",
    ]


def test_a_converter_that_breaks_off_is_told(monkeypatch):
    def broken(**_options):
        raise RecursionError("too deep")

    monkeypatch.setattr("banyan.people.forms.rules.converting.pyxform_convert", broken)
    found = converted(book(survey("text | a | A")))
    assert [(one.code, one.params) for one in found.refusals] == [
        ("converter_failed", {"reason": "RecursionError: too deep"})
    ]


def test_a_rename_follows_its_references_but_not_those_of_others():
    form = book(
        survey("text | a b | A |", "text | ab | B | ${a b} = '1'", header="type | name | label | relevant") + SETTINGS
    )
    whole, _changes, _left = mended_fully(form)
    assert whole.table("survey").sheet.text(3, 3) == "${a_b} = '1'"


def test_a_repeat_renamed_takes_the_references_inside_it_along():
    rows = ("begin_group | g | G |", "begin_repeat | r | R |", "text | a | A |", "end_repeat", "end_group",
            "begin_repeat | r | R |", "text | b | B | count(${r}) > 1", "end_repeat", "text | z | Z | count(${r}) > 1")  # fmt: skip
    form = book(survey(*rows, header="type | name | label | relevant") + SETTINGS)
    whole, _changes, left = mended_fully(form)
    sheet = whole.table("survey").sheet
    assert (sheet.text(7, 1), sheet.text(8, 3), sheet.text(10, 3)) == ("r_2", "count(${r_2}) > 1", "count(${r}) > 1")
    assert errors(left) == ()


def test_two_mends_of_one_name_do_not_undo_each_other():
    """A reference that could be two, while one of the two is renamed by its own finding."""
    rows = ("begin_group | g | G |", "integer | a | A |", "integer | b | B | ${a} > 1", "end_group",
            "begin_group | h | H |", "integer | a | A |", "integer | a | A | ${a} > 1", "end_group")  # fmt: skip
    form = book(survey(*rows, header="type | name | label | relevant") + SETTINGS)
    whole, _changes, left = mended_fully(form)
    assert errors(left) == ()
    assert converted(whole).xform


class TestDrafts:
    def test_changes_are_written_down_and_taken_back(self):
        form = book(survey("text | a | A"))
        draft = Draft(form)
        draft.set("survey", 2, 1, "b")
        draft.set("survey", 2, 1, "b")
        draft.set("survey", 9, 4, "new")
        draft.rename_sheet("survey", "other")
        assert [(each.row, each.letter, each.old, each.new) for each in draft.changes] == [
            (2, "B", "a", "b"),
            (9, "E", "", "new"),
            (0, "", "survey", "other"),
        ]
        draft.undo_to(0)
        assert draft.book() == form

    def test_a_sheet_takes_no_name_that_is_taken(self):
        draft = Draft(book("[one]\nx\n[two]\ny"))
        draft.rename_sheet("one", "TWO")
        assert draft.changes == []

    @given(st.integers(0, 20_000))
    def test_letters_of_columns(self, position):
        assert position_of(letter_of(position)) == position


class TestTypes:
    @pytest.mark.parametrize(
        ("text", "word", "list_name"),
        [
            ("select_one yn", "select_one", "yn"), ("select one from yn", "select_one", "yn"), ("select1 yn", "select_one", "yn"),
            ("select all that apply from yn", "select_multiple", "yn"), ("rank yn", "rank", "yn"), ("osm building", "osm", "building"),
            ("select_one_from_file a.csv", "select_one", "a.csv"), ("q geopoint", "geopoint", ""), ("add date prompt", "date", ""),
            ("uri:deviceid", "deviceid", ""), ("dateTime", "datetime", ""), ("photo", "image", ""), ("begin repeat", "begin", ""),
            ("percentage", "integer", ""), ("get start time", "start", ""), ("select_multiple yn or_other", "select_multiple", "yn"),
        ],
    )  # fmt: skip
    def test_what_forms_write(self, text, word, list_name):
        kind = kind_of(text)
        assert (kind.word, kind.list_name, kind.known) == (word, list_name, True)

    @pytest.mark.parametrize(
        ("text", "new"),
        [
            ("TEXT", "text"), (" Select_One yn", "select_one yn"), ("select-one yn", "select_one yn"), ("radio Yes_No", ""),
            ("dropdown y n", "select_one yn"), ("checkbox yn or other", "select_multiple yn or_other"), ("End group", "end group"),
            ("start group", "begin_group"), ("begin-repeat", "begin_repeat"), ("qr code", "barcode"), ("phone", "text"), ("zzz", ""),
            ("select_one", ""), ("notes", "note"), ("GPS", "gps"), ("set form title", "set_form_title"), ("calculat", "calculate"),
        ],
    )  # fmt: skip
    def test_what_authors_mean(self, text, new):
        assert meant(text, frozenset({"yn"})) == new


NAMES = st.sampled_from(["a", "b", "A", "a b", "1x", "meta", "data", "", "နာမည်", "name", "c"])
TYPES = st.sampled_from(
    ["text", "integer", "Text", "numeric", "select_one yn", "select_multiple yn", "select_one", "select_one no", "note", "calculate",
     "begin_group", "begin group", "end_group", "end group", "begin_repeat", "end_repeat", "audit", "", "geopoint", "rank yn", "start", "hidden",
     "select_one yn or_other", "acknowledge", "date", "bogus type"]
)  # fmt: skip
LABELS = st.sampled_from(
    ["A", "", "${a}", "${b} and ${c}", "${zz}", "${ a }", "${a", "ေက်းဇူး", "<b>&amp;</b>", "=1+1", "\x0b"]
)
LOGIC = st.sampled_from(["", "", "", "1=1", "${a} > 1", "${name}", "selected(${b}, 'yes')", "${"])
ROW = st.tuples(TYPES, NAMES, LABELS, LOGIC, LOGIC, st.sampled_from(["", "", "${a}", "${a} ${b}", "a"]))
CHOICE = st.tuples(
    st.sampled_from(["yn", "", "other"]),
    st.sampled_from(["yes", "no", "", "not yet"]),
    st.sampled_from(["Yes", "", "${a}"]),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=9), st.lists(CHOICE, max_size=4))
def test_the_checks_and_the_converter_agree_on_any_form(rows, choices):
    """No error where the converter finds none; whatever it refuses is told; what was mended fully converts; nothing crashes."""
    form = Workbook("xlsx", (
        Sheet("survey", (("type", "name", "label", "relevant", "calculation", "trigger"), *rows)),
        Sheet("choices", (("list_name", "name", "label"), *choices)),
        Sheet("settings", (("form_id",), ("x",))),
    ))  # fmt: skip
    found = check(form)
    conversion = converted(form)
    assert bool(conversion.xform) != bool(conversion.refusals)
    if errors(found) and errors(found)[0][3] != "survey_empty":
        assert conversion.refusals, (errors(found), form.sheets[0].rows, form.sheets[1].rows)
    for finding in (*found, *conversion.refusals):
        assert Problem(f"forms.{finding.code}", **finding.params).detail
        assert Finding.from_json(finding.to_json()).code == finding.code
    keys = [finding.key for finding in found if finding.mend]
    assert len(keys) == len(set(keys))
    schema = schema_of(form)
    assert Schema.from_json(schema.to_json()) == schema
    whole, _changes, left = mended_fully(form)
    if not errors(found) and conversion.refusals:
        return  # what only the converter refuses stands in the report, see test_what_only_the_converter_refuses_is_placed
    if not errors(left) and errors(found) and not converted(whole).xform:
        # Behind the errors we mend lies one of those: it is told at once, too.
        assert "converter_refused" in {finding.code for finding in examine(form).findings}


def test_stopgaps_are_mends_there_are():
    assert {finding_mend for case in CASES for finding_mend in _mends(case)} >= STOPGAPS


def _mends(case):
    form = whole_form(case.text)
    return {finding.mend for finding in check(form) if finding.mend}


def test_words_leave_no_place_empty():
    for code, kind in PROBLEMS.items():
        if 8000 <= kind.number < 8100:
            assert not re.search(r"\{\w*\s", str(kind.message)), code


@pytest.mark.parametrize(("asked", "like"), [("sexx", "sex"), ("YN", "yn"), ("region", "–")])
def test_a_list_that_is_missing_is_told_with_the_one_that_was_probably_meant(asked: str, like: str) -> None:
    text = survey(f"select_one {asked} | a | A") + "[choices]\nlist_name | name | label\nsex | m | M\nyn | yes | Yes"
    found = [finding for finding in check(book(text)) if finding.code == "list_missing"]
    assert [finding.params["likely"] for finding in found] == [like]
