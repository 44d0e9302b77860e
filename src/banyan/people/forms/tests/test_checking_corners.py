"""Corners of the checks that few forms reach."""

from banyan.people.forms.rules.checking import check
from banyan.people.forms.rules.converting import schema_of
from banyan.people.forms.rules.findings import ERROR, WARNING, Finding
from banyan.people.forms.rules.mending import mended_fully, offers
from banyan.people.forms.tests.sheets import book
from banyan.people.forms.tests.test_checking import YES_NO, errors, survey, whole_form
from banyan.people.forms.workbooks.examining import examine, linted


class TestCorners:
    def test_remarks_beside_choices_are_no_choices(self):
        form = whole_form(
            "[survey]\ntype | name | label\nselect_one yn | a | A\n[choices]\nlist_name | name | label | note\nyn | yes | Yes\n| | | remark"
        )
        assert errors(check(form)) == ()
        assert "choice_without_list" not in {finding.code for finding in check(form)}

    def test_a_single_colon_beside_the_same_with_two_is_left(self):
        form = whole_form(survey("text | a | A | B", header="type | name | label::en | label:en"))
        assert "header_single_colon" not in {finding.code for finding in check(form)}

    def test_lists_without_labels_have_no_languages_to_compare(self):
        form = whole_form(
            survey("select_one yn | a | A", header="type | name | label::en") + "[choices]\nlist_name | name\nyn | yes"
        )
        assert "language_absent" not in {finding.code for finding in check(form)}

    def test_no_column_of_names(self):
        form = whole_form(survey("text | A", "note | N", header="type | label"))
        assert errors(check(form)) == (("survey", 2, "", "name_missing"),)
        whole, _changes, left = mended_fully(form)
        assert (errors(left), whole.table("survey").rows[0].text("name")) == ((), "A")

    def test_a_mend_that_changes_nothing_is_not_offered(self):
        form = whole_form(survey("text | a | A"))
        idle = Finding("type_unknown", ERROR, "survey", 2, "A", mend="set_cell", mend_params={"new": "text"})
        assert offers(form, [idle]) == []

    def test_mending_stops_after_so_many_rounds(self):
        form = whole_form(survey("Text | a | A"))
        assert mended_fully(form, 0)[1] == []
        assert len(mended_fully(form, 1)[1]) == 1

    def test_what_cannot_be_mended_hides_nothing(self):
        form = whole_form(survey("text | a | A | 1=1 | 2=2", header="type | name | label | relevant | bind::relevant"))
        assert [one.code for one in examine(form).findings if one.severity == ERROR] == ["header_repeated"]

    def test_a_linter_that_cannot_read_gives_no_advice(self, monkeypatch):
        def unreadable(_content):
            raise KeyError("xl/workbook.xml")

        monkeypatch.setattr("banyan.people.forms.workbooks.examining.build_native_model", unreadable)
        assert linted(whole_form(survey("text | a | A"))) == []

    def test_repeats_inside_loops_are_written_out(self):
        rows = ("begin_loop over yn | l | L", "begin_repeat | r | R", "text | a | A", "end_repeat", "end_loop")
        schema = schema_of(whole_form(survey(*rows) + YES_NO))
        assert [(question.path, question.repeat) for question in schema.questions] == [
            ("l/yes/r/a", "l/yes/r"), ("l/no/r/a", "l/no/r"),
        ]  # fmt: skip
        assert schema.repeats == ("l/yes/r", "l/no/r")

    def test_a_list_that_is_a_file_needs_no_sheet(self):
        form = whole_form(survey("select_one_from_file villages.csv | v | V"))
        assert errors(check(form)) == ()

    def test_settings_without_an_id_are_a_warning(self):
        form = book(survey("text | a | A") + "[settings]\nform_title\nHouseholds")
        assert [(one.code, one.severity, one.row) for one in check(form)] == [("settings_no_id", WARNING, 2)]

    def test_a_choice_called_other_is_not_written_out_again(self):
        rows = ("select_one yn or_other | a | A", "begin_loop over yn | l | L", "text | b | B", "end_loop")
        schema = schema_of(whole_form(survey(*rows) + YES_NO + "yn | other | Other\n"))
        assert [question.path for question in schema.questions if question.path.startswith("l/")] == [
            "l/yes/b", "l/no/b", "l/other/b",
        ]  # fmt: skip

    def test_an_offer_that_only_makes_the_form_work_says_so(self):
        form = whole_form(survey("hologram | a | A", "text | first name | B"))
        found = {offer.finding.code: offer for offer in offers(form, check(form))}
        assert {code: offer.is_stopgap for code, offer in found.items()} == {
            "type_unknown": True,
            "name_malformed": False,
        }
        offer = found["type_unknown"]
        assert offer.key == offer.finding.key
        assert [change.to_json() for change in offer.changes] == [
            {"sheet": "survey", "row": 2, "letter": "A", "old": "hologram", "new": "text"}
        ]
