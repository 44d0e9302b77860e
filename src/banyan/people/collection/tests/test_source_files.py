"""What must come out of real files that nobody here wrote: tables, rows, recognised columns, ids, households, people."""

import pytest

from banyan.people.collection.rules.canonical import canonical
from banyan.people.collection.rules.recognition import guess
from banyan.people.collection.rules.shapes import Canonical, Mapping, Reading
from banyan.people.collection.sources import Unreadable, read, read_files
from banyan.people.forms.declarations import register_fields


def taken(shared_data, file: str) -> tuple[Reading, Mapping, Canonical]:
    reading = read((shared_data / file).read_bytes(), file)
    mapping = guess(reading, register_fields())
    return reading, mapping, canonical(reading, mapping)


def fed(mapping: Mapping, number: int = 0) -> set[str]:
    return {target.field for target in mapping.tables[number].targets if target.field}


REGISTRATIONS = [
    # file, kind, tables (name, rows, subject), households, people, people whose household is not there
    ("hope_rdi_50hh_208ind", "hope", [("Households", 50, "household"), ("Individuals", 208, "person")], 50, 208, 0),
    ("hope_rdi_invalid_rows", "hope", [("Households", 19, "household"), ("Individuals", 27, "person")], 19, 27, 2),
    # the sheet Individuals holds one stray row (a custom field only): kept, so that checking says what is wrong with it
    ("hope_rdi_people", "hope", [("Individuals", 1, "both"), ("People", 5, "both")], 6, 6, 0),
    ("openspp_group_registry", "xlsx", [("Contacts", 1, "household")], 1, 0, 0),
    ("openspp_individual_registry", "xlsx", [("Contacts", 1, "both")], 1, 1, 0),
    ("hope_payment_list", "xlsx", [("Payment Plan - Payment List", 2, "both")], 2, 2, 0),
]


@pytest.mark.parametrize(("name", "kind", "tables", "households", "people", "lost"), REGISTRATIONS)
def test_registrations(shared_data, name, kind, tables, households, people, lost):
    reading, mapping, rows = taken(shared_data, f"registration-samples/{name}.xlsx")
    assert reading.kind == kind
    got = [(t.name, t.frame.height, m.subject) for t, m in zip(reading.tables, mapping.tables, strict=True)]
    assert got == tables
    assert (rows.households.height, rows.people.height) == (households, people)
    known = set(rows.households["key"].to_list())
    assert sum(key not in known for key in rows.people["key"].to_list()) == lost


class TestHope:
    def test_sheets_that_hold_no_data_are_named(self, shared_data):
        reading, _mapping, _rows = taken(shared_data, "registration-samples/hope_rdi_people.xlsx")
        left = [note.parameters["value"] for note in reading.notes if note.code == "collection.sheet_without_data"]
        assert left == ["Export Summary", "Import helper", "Households", "Choices"]

    def test_labels_beneath_the_names_are_no_row(self, shared_data):
        reading, _mapping, _rows = taken(shared_data, "registration-samples/hope_rdi_invalid_rows.xlsx")
        header = reading.tables[1].headers[1]
        assert (header.letter, header.name, header.label) == (
            "B", "head_of_household", "Head of household - yes/no (required)",
        )  # fmt: skip
        assert reading.tables[1].frame["row"].to_list()[0] == 3

    def test_two_sheets(self, shared_data):
        _reading, mapping, rows = taken(shared_data, "registration-samples/hope_rdi_50hh_208ind.xlsx")
        assert {"@household", "household.residence_status", "household.consent", "household.place", "household.geopoint",
                "household.size_reported", "household.registered_on"} <= fed(mapping)  # fmt: skip
        assert {"@household", "person.relationship", "person.full_name", "person.sex", "person.birth_date", "person.phone",
                "person.birth_date_estimated", "person.marital_status", "person.document.national_id.number",
                "person.document.national_id.issuer", "person.document.passport.number",
                "person.document.birth_certificate.number", "person.document.drivers_license.number",
                "person.document.electoral_card.number", "person.document.unhcr_id.number",
                "person.document.scope_id.number", "person.disability.seeing", "person.disability.walking",
                "person.disability.remembering", "person.pregnant", "person.is_collector"} <= fed(mapping, 1)  # fmt: skip
        first = rows.people.row(0, named=True)
        assert first["person.full_name"] == "James Hall"
        assert first["person.birth_date"] == "2013-03-02"
        assert first["person.document.birth_certificate.number"] == "1864633334"
        assert first["key"] == rows.households["number"][0] == "1092128444"
        # "age" holds other numbers there: it is no age, and stays under its own name
        assert "person.age" not in rows.people.columns
        assert first["extra:age"] == "994801221"
        assert rows.households["household.place"][0] == "AF0105"
        assert rows.cells["person.full_name"] == ("Individuals", "D")

    def test_collectors_become_flags(self, shared_data):
        _reading, _mapping, rows = taken(shared_data, "registration-samples/hope_rdi_50hh_208ind.xlsx")
        assert rows.people["person.is_collector"].to_list()[:4] == ["TRUE", "TRUE", "TRUE", None]
        assert set(rows.people["person.is_collector"].drop_nulls().to_list()) == {"TRUE"}

    def test_people_layout(self, shared_data):
        _reading, _mapping, rows = taken(shared_data, "registration-samples/hope_rdi_people.xlsx")
        people = rows.people.filter(rows.people["sheet"] == "People")
        assert people["number"].to_list() == ["2", "1", "3", "4", "5"]
        assert people["person.is_collector"].to_list() == [None, None, "TRUE", "TRUE", "TRUE"]
        assert people["extra:alternate_of"].to_list() == ["4", "3", "2", None, None]
        assert people["person.document.unhcr_id.number"][0] == "I1XIQVQV5XB7UW"
        assert set(rows.households["household.place"].drop_nulls().to_list()) == {"AF1115"}
        assert people["person.birth_date"][0] == "2001-08-22"


class TestOpenSpp:
    def test_groups_have_an_address_and_no_people(self, shared_data):
        _reading, _mapping, rows = taken(shared_data, "registration-samples/openspp_group_registry.xlsx")
        row = rows.households.row(0, named=True)
        assert (row["extra:name"], row["household.phone"], row["household.registered_on"]) == (
            "Leon Family", "639267283918", "1990-01-01",
        )  # fmt: skip

    def test_individuals(self, shared_data):
        _reading, _mapping, rows = taken(shared_data, "registration-samples/openspp_individual_registry.xlsx")
        row = rows.people.row(0, named=True)
        assert (row["person.full_name"], row["person.phone"], row["person.birth_date"]) == (
            "Leon, Daniel", "639267283918", "1990-01-01",
        )  # fmt: skip


SUBMISSIONS = [
    # file, form, tables (path, rows), ids
    ("main/csv_export/tutorial.xml", "tutorial", [("", 1)], ["8dbb9e05-2116-4846-95fd-1c0261748677"]),
    ("main/csv_export/tutorial_w_repeats.xml", "tutorial_w_repeats", [("", 1), ("children", 2)],
     ["b31c6ac2-b8ca-4180-914f-c844fa10ed3b"]),
    ("main/csv_export/instance.xml", "double_repeat", [("", 1), ("bed_net", 2), ("bed_net/member", 3)],
     ["4e274a99-f7a9-467c-bb44-9f9a8ceee9a7"]),
    ("main/gps/instances/gps_1980-01-23_20-52-08.xml", "gps", [("", 1)], ["729f173c688e482486a48661700455ff"]),
    ("main/userone/userone_with_dot_name_fields.xml", "userone_with_dot_name_fields", [("", 1)],
     ["a32f232c-77cb-4468-b55b-6495d5e5de7"]),
    ("main/transportation/instances/transport_2011-07-25_19-05-36/transport_2011-07-25_19-05-36_with_xmlns.xml",
     "transportation_2011_07_25", [("", 1)], ["f3d8dc65-91a6-4d0f-9e97-802128083390"]),
    # an edit names the submission it replaces, and meets it
    ("main/transportation/instances_w_uuid/transport_2011-07-25_19-05-36-edited/transport_2011-07-25_19-05-36-edited.xml",
     "transportation_2011_07_25", [("", 1)], ["7a9ba167019a4152a31e46049587d672"]),
    ("main/transportation/instances/transport_with_attachment/transport_with_attachment_w_invisible_characters.xml",
     "transportation_with_attachment", [("", 1)], ["3105b549-0f4e-4f3c-9eb2-470f25febf86"]),
    ("main/transportation/instances/transport_with_custom_attribute/transport_with_custom_attribute_02.xml",
     "transportation_2011_07_25", [("", 1)], ["4f7a1508-c3b7-5f33-be00-9b237c26bcdr"]),
    # wrapped by Briefcase, with the id in an attribute
    ("main/transportation/view/downloadSubmission.xml", "transportation_2011_07_25", [("", 1)],
     ["5b2cc313-fc09-437e-8149-fcd32f695d41"]),
    ("logger/new_repeats/instances/multiple_nodes_error.xml", "new_repeat", [("", 1)], ["364f173c688e482486a48661700466gg"]),
    ("logger/tutorial/instances/tutorial_2012-06-27_11-27-53.xml", "tutorial", [("", 1)], [None]),
    ("logger/tutorial/instances/tutorial_2012-06-27_11-27-53_w_uuid.xml", "tutorial", [("", 1)],
     ["729f173c688e482486a48661700455ff"]),
    ("logger/test_forms/survey_names/instances/survey_names_2012-08-17_11-24-53.xml", "survey_names", [("", 1)],
     ["729f173c688e482486a48661700455ff"]),
    ("logger/test_forms/water_simple/instances/WaterSimple_2011-01-23_17-41-53.xml", "build_WaterSimple_1295821382",
     [("", 1)], [None]),
    ("viewer/new_repeats/instances/new_repeats_01.xml", "new_repeats", [("", 1), ("kids/kids_details", 2)],
     ["435f173c688e482463a486617004534df"]),
    ("viewer/nested_repeats/instances/nested_repeats_02.xml", "nested_repeats",
     [("", 1), ("kids/kids_details", 3), ("kids/kids_details/kids_immunization", 6)],
     ["8742fb1c-50a5-4c54-80c6-4420129d14ce"]),
    ("viewer/groups_in_repeats/instances/groups_in_repeats_01.xml", "groups_in_repeats", [("", 1), ("children", 2)],
     ["ba6bc9d7-b46a-4d25-955e-99ec94e7b2f6"]),
    ("viewer/kml_export/instance.xml", "double_repeat", [("", 1), ("bed_net", 2), ("bed_net/member", 3)], [None]),
    ("viewer/xlsx_output/instances/xlsx_output_01.xml", "xlsx_output", [("", 1)], [None]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "form", "tables", "ids"), SUBMISSIONS)
def test_submissions(shared_data, file, form, tables, ids):
    reading, _mapping, _rows = taken(shared_data, f"odk-submissions/{file}")
    assert reading.kind == "xml"
    assert reading.form_hint == form
    assert [(table.name, table.frame.height) for table in reading.tables] == tables
    assert reading.tables[0].frame["uid"].to_list() == ids


NOT_SUBMISSIONS = [
    ("main/exp_line_break.xml", "definition of a form"),
    ("main/transportation/transportation2.xml", "definition of a form"),
    ("main/cascading_selects/new_cascading_select.xml", "definition of a form"),
    ("main/signature/project_with_ref_after.xml", "definition of a form"),
    ("main/transportation/Transportation Form.xml", "definition of a form"),
    ("logger/test_forms/phone/forms/Phone.xml", "definition of a form"),
    ("logger/test_forms/registration/forms/test_registration.xml", "definition of a form"),
    ("main/transportation/view/submissionList.xml", "list or a receipt"),
    ("main/transportation/view/submissionList-1.xml", "list or a receipt"),
    ("main/transportation/view/submissionList-3.xml", "list or a receipt"),
]


@pytest.mark.parametrize(("file", "reason"), NOT_SUBMISSIONS)
def test_what_is_no_submission_is_said(shared_data, file, reason):
    path = shared_data / "odk-submissions" / file
    with pytest.raises(Unreadable) as caught:
        read(path.read_bytes(), path.name)
    assert reason in str(caught.value.reason)


class TestSubmissions:
    def test_every_submission_of_a_folder_is_one_reading(self, shared_data):
        folder = shared_data / "odk-submissions/main/transportation/instances"
        files = [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*.xml"))]
        reading = read_files(files)
        # two forms, so two tables; one submission was sent with another form's photo
        assert [table.frame.height for table in reading.tables] == [6, 2]
        assert sum(table.frame["uid"].n_unique() for table in reading.tables) == len(files) == 8

    def test_answers_of_the_edited_submission_are_by_path(self, shared_data):
        reading, _mapping, _rows = taken(
            shared_data,
            "odk-submissions/main/transportation/instances_w_uuid/transport_2011-07-25_19-05-36-edited/transport_2011-07-25_19-05-36-edited.xml",
        )
        table = reading.tables[0]
        values = {h.path: table.frame[f"c{h.position}"][0] for h in table.headers}
        loop = "transport/loop_over_transport_types_frequency"
        assert values[f"{loop}/ambulance/frequency_to_referral_facility"] == "monthly"
        assert values["transport/available_transportation_types_to_referral_facility"] == "ambulance bicycle"
        assert f"{loop}/boat_canoe" in values

    def test_a_question_answered_twice_keeps_both(self, shared_data):
        reading, _mapping, _rows = taken(
            shared_data, "odk-submissions/logger/new_repeats/instances/multiple_nodes_error.xml"
        )
        table = reading.tables[0]
        name = next(header for header in table.headers if header.path == "info/name")
        assert table.frame[f"c{name.position}"][0] == "Adam; Adam"
        assert [note.code for note in reading.notes] == ["collection.repeated_answer"]

    def test_a_repeat_that_occurs_once_needs_the_form(self, shared_data):
        content = (shared_data / "odk-submissions/logger/new_repeats/instances/multiple_nodes_error.xml").read_bytes()
        reading = read(content, "one.xml", repeats=("kids/kids_details",))
        assert [table.name for table in reading.tables] == ["", "kids/kids_details"]

    def test_repeats_become_people_of_one_household(self, shared_data):
        _reading, _mapping, rows = taken(
            shared_data, "odk-submissions/viewer/groups_in_repeats/instances/groups_in_repeats_01.xml"
        )
        assert rows.people["person.full_name"].to_list() == ["Cain", "Abel"]
        assert rows.people["person.age"].to_list() == ["56", "48"]
        assert set(rows.people["key"].to_list()) == set(rows.households["key"].to_list())
        assert set(rows.people["uid"].to_list()) == {"ba6bc9d7-b46a-4d25-955e-99ec94e7b2f6"}

    def test_invisible_characters_stay_in_names_of_files(self, shared_data):
        folder = "odk-submissions/main/transportation/instances/transport_with_attachment/"
        reading, _mapping, _rows = taken(shared_data, folder + "transport_with_attachment_w_invisible_characters.xml")
        table = reading.tables[0]
        photo = next(header for header in table.headers if header.name == "Point_and_shoot")
        assert table.frame[f"c{photo.position}"][0] == "test\u202fnarrow.png"

    def test_repeats_inside_of_one_object(self, shared_data):
        reading, _mapping, _rows = taken(shared_data, "odk-submissions/logger/repeated_group/repeated_group.json")
        assert [(t.name, t.frame.height) for t in reading.tables] == [("", 1), ("#document/form/question_group", 2)]

    def test_exports_as_csv(self, shared_data):
        reading, _mapping, _rows = taken(shared_data, "odk-submissions/main/transportation/transportation.csv")
        assert reading.tables[0].frame["uid"].to_list()[0] == "5b2cc313-fc09-437e-8149-fcd32f695d41"
        assert reading.tables[0].frame.height == 4


HXL = [
    ("input-valid.csv", "csv", 4, 9),
    ("input-valid-latin1.csv", "csv", 4, 9),
    ("input-valid.xls", "xls", 4, 9),
    ("input-valid.xlsx", "xlsx", 4, 9),
    ("input-valid.json", "kobo-json", 4, 9),
    ("input-valid-objects.json", "kobo-json", 4, 9),
    ("input-valid-nested.json", "kobo-json", 4, 9),
    ("input-multiple-headers.csv", "csv", 2, 4),
]


@pytest.mark.parametrize(("file", "kind", "rows", "columns"), HXL)
def test_hxl_tags_name_the_columns(shared_data, file, kind, rows, columns):
    reading, _mapping, _rows = taken(shared_data, f"hxl/{file}")
    (table,) = reading.tables
    assert (reading.kind, table.frame.height, len(table.headers)) == (kind, rows, columns)
    assert "#adm1" in [header.hxl for header in table.headers]


def test_spanish_in_latin_letters_is_read_and_said(shared_data):
    reading, _mapping, _rows = taken(shared_data, "hxl/input-valid-latin1.csv")
    assert reading.encoding == "cp1252"
    assert [note.code for note in reading.notes] == ["collection.encoding_guessed"]
    assert reading.tables[0].headers[3].name == "Organización"


def test_merged_headings_label_the_columns_beneath(shared_data):
    reading, _mapping, _rows = taken(shared_data, "hxl/input-valid.xlsx")
    assert [header.label for header in reading.tables[0].headers][:4] == ["¿Qué?", "¿Qué?", "¿Qué?", "¿Quién?"]


def test_csv_called_xls(shared_data):
    reading, _mapping, _rows = taken(shared_data, "messy-files/csv_content_named_xls.xls")
    assert (reading.kind, reading.delimiter, reading.tables[0].frame.height) == ("csv", ",", 3)


def test_a_password_is_said(shared_data):
    with pytest.raises(Unreadable) as caught:
        read((shared_data / "messy-files/password_protected_payment_list.xlsx").read_bytes(), "list.xlsx")
    assert "password" in str(caught.value.reason)
