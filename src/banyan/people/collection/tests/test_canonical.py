"""Households and people from tables and a mapping: joined by structure or number, nobody lost, nothing mixed up."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.people.collection.rules.canonical import canonical
from banyan.people.collection.rules.recognition import guess
from banyan.people.collection.rules.shapes import Mapping, Target
from banyan.people.collection.sources import read, read_files
from banyan.people.collection.tests.test_sources import workbook
from banyan.people.forms.declarations import register_fields

FIELDS = register_fields()


def rows_of(reading, change=lambda mapping: mapping):
    return canonical(reading, change(guess(reading, FIELDS)))


def people(rows, *columns):
    return rows.people.select(*columns).rows()


HOUSEHOLDS = [
    ["household_id", "household_size", "address"],
    ["H 1", 2, "here"],
    ["2.0", 1, "there"],
    ["H9", 0, "nowhere"],
]
PEOPLE = [
    ["household_id", "individual_id", "full_name", "sex"],
    [" H  1", "P1", "Aung", "M"], ["H 1", "P2", "Su", "F"], ["2", "P3", "Hla", "F"], ["H7", "P4", "Lost", "M"], [None, "P5", "Alone", "M"],
]  # fmt: skip


class TestTwoSheets:
    ROWS = rows_of(read(workbook(("Households", HOUSEHOLDS), ("Individuals", PEOPLE))))

    def test_people_are_joined_by_number_as_people_would(self):
        assert self.ROWS.households["key"].to_list() == ["H 1", "2", "H9"]
        assert people(self.ROWS, "key", "person.full_name") == [
            ("H 1", "Aung"), ("H 1", "Su"), ("2", "Hla"), ("H7", "Lost"), ("Individuals:6", "Alone"),
        ]  # fmt: skip

    def test_numbers_rows_and_cells_are_kept(self):
        assert self.ROWS.people["number"].to_list() == ["P1", "P2", "P3", "P4", "P5"]
        assert self.ROWS.people["row"].to_list() == [2, 3, 4, 5, 6]
        assert self.ROWS.cells["household.address"] == ("Households", "C")
        assert self.ROWS.paths["full_name"] == "person.full_name"

    def test_rows_a_person_skips_are_left_out(self):
        reading = read(workbook(("Households", HOUSEHOLDS), ("Individuals", PEOPLE)))
        mapping = guess(reading, FIELDS)
        mapping = Mapping((mapping.tables[0], replace(mapping.tables[1], skipped_rows=(5, 6))))
        assert canonical(reading, mapping).people.height == 3

    def test_ignored_and_unmapped_tables_bring_nothing(self):
        reading = read(workbook(("Households", HOUSEHOLDS), ("Individuals", PEOPLE)))
        mapping = guess(reading, FIELDS)
        ignored = Mapping((mapping.tables[0], replace(mapping.tables[1], subject="ignore")))
        assert canonical(reading, ignored).people.height == 0
        assert canonical(reading, Mapping(mapping.tables[:1])).people.height == 0
        nothing = canonical(reading, Mapping(()))
        assert (
            nothing.households.columns
            == nothing.people.columns
            == ["key", "uid", "sheet", "row", "number", "submitted_at"]
        )

    def test_a_field_of_the_other_subject_is_kept_as_a_further_attribute(self):
        def misplace(mapping):
            table = mapping.tables[0]
            targets = (table.targets[0], Target("person.age"), table.targets[2])
            return Mapping((replace(table, targets=targets), mapping.tables[1]))

        rows = rows_of(read(workbook(("Households", HOUSEHOLDS), ("Individuals", PEOPLE))), misplace)
        assert rows.households["extra:household_size"].to_list() == ["2", "1", "0"]


class TestOneSheet:
    def test_people_of_one_number_are_one_household(self):
        rows = rows_of(
            read(
                b"household_id,full_name,sex,address,consent\nH1,Aung,M,,yes\nH1,Su,F,here,\nH2,Hla,F,there,no\n,Ko,M,x,\n"
            )
        )
        assert rows.households.select("key", "number", "household.address", "household.consent", "row").rows() == [
            ("H1", "H1", "here", "yes", 2), ("H2", "H2", "there", "no", 4), (":5", None, "x", None, 5),
        ]  # fmt: skip
        assert rows.people["key"].to_list() == ["H1", "H1", "H2", ":5"]

    def test_without_a_number_each_person_is_one(self):
        rows = rows_of(read(b"full_name,sex\nAung,M\nSu,F\n"))
        assert rows.households["key"].to_list() == rows.people["key"].to_list() == [":2", ":3"]

    def test_marks_of_hope_tell_whom_a_further_attribute_is_about(self):
        rows = rows_of(read(b"household_id,full_name,roof_h_f,hobby_i_f\nH1,Aung,tin,chess\n"))
        assert rows.households["extra:roof"].to_list() == ["tin"]
        assert rows.people["extra:hobby"].to_list() == ["chess"]

    def test_households_of_an_own_sheet_are_not_brought_twice(self):
        mixed = [
            ["household_id", "full_name", "sex", "address"],
            ["H 1", "Aung", "M", "here"],
            ["H5", "Su", "F", "far"],
        ]

        def both(mapping):
            return Mapping((mapping.tables[0], replace(mapping.tables[1], subject="both")))

        rows = rows_of(read(workbook(("Households", HOUSEHOLDS), ("More", mixed))), both)
        assert rows.households["key"].to_list() == ["H 1", "2", "H9", "H5"]


class TestFolding:
    def test_options_become_one_answer(self):
        rows = rows_of(read(b"full_name,specific_needs/elderly,specific_needs/disabled\nAung,1,TRUE\nSu,0,1\nHla,0,\n"))
        assert rows.people["person.needs"].to_list() == ["elderly disabled", "disabled", None]
        rows = rows_of(read(b"full_name,roof/tin,roof/leaf\nAung,1,0\nSu,0,1\n"))
        assert rows.people["extra:roof"].to_list() == ["tin", "leaf"]

    def test_the_deepest_place_counts(self):
        text = b"full_name,village_pcode,admin1_pcode,admin3_pcode\nA,,MMR001,MMR001003\nB,MMR001003001,MMR001,\nC,,MMR001,\n"
        assert rows_of(read(text)).households["household.place"].to_list() == ["MMR001003", "MMR001003001", "MMR001"]


class TestCollectors:
    def test_lists_of_households_become_flags(self):
        text = b"household_id,full_name,primary_collector_id,alternate_collector_id\nH1,Aung,H1,\nH2,Su,H2;H1,H3\nH3,Hla,,\n"
        rows = rows_of(read(text))
        assert rows.people["person.is_collector"].to_list() == ["TRUE", "TRUE", None]
        assert rows.people["person.is_alternate"].to_list() == [None, "FALSE", None]
        assert rows.people["extra:alternate_of"].to_list() == [None, "H3", None]

    @pytest.mark.parametrize("values", [("yes", "no"), ("TRUE", "FALSE"), ("1", "0")])
    def test_yes_and_no_are_left_alone(self, values):
        text = f"household_id,full_name,primary_collector\nH1,Aung,{values[0]}\nH2,Su,{values[1]}\n".encode()
        assert rows_of(read(text)).people["person.is_collector"].to_list() == list(values)


def kobo(number, **more):
    return {
        "_uuid": f"u{number}",
        "_submission_time": f"2024-05-0{number}T10:00:00",
        "hh/address": f"lane {number}",
        **more,
    }


class TestStructure:
    def test_members_of_submissions_find_their_own_household(self):
        # Two households wrote the same number: the structure keeps them apart.
        records = [
            kobo(1, **{"hh/household_id": "7", "member": [{"member/full_name": "Aung"}, {"member/full_name": "Su"}]}),
            kobo(2, **{"hh/household_id": "7", "member": [{"member/full_name": "Hla"}]}),
        ]
        rows = rows_of(read(orjson.dumps(records)))
        assert rows.households.select("key", "uid", "number", "submitted_at").rows() == [
            ("u1", "u1", "7", "2024-05-01T10:00:00"), ("u2", "u2", "7", "2024-05-02T10:00:00"),
        ]  # fmt: skip
        assert people(rows, "key", "uid", "person.full_name", "submitted_at") == [
            ("u1", "u1", "Aung", "2024-05-01T10:00:00"), ("u1", "u1", "Su", "2024-05-01T10:00:00"),
            ("u2", "u2", "Hla", "2024-05-02T10:00:00"),
        ]  # fmt: skip

    def test_members_below_another_repeat_climb_to_their_household(self):
        records = [kobo(1, shelter=[{"shelter/room": "1", "shelter/member": [{"shelter/member/full_name": "Aung"}]}])]
        assert people(rows_of(read(orjson.dumps(records))), "key", "person.full_name") == [("u1", "Aung")]

    def test_submissions_without_an_id_are_told_apart_by_their_place(self):
        xml = b"<f id='f'><address>a</address><member><full_name>A</full_name></member><member><full_name>B</full_name></member></f>"
        rows = rows_of(read_files([("1.xml", xml), ("2.xml", xml)]))
        assert rows.households["key"].to_list() == ["#1", "#2"]
        assert rows.people["key"].to_list() == ["#1", "#1", "#2", "#2"]

    def test_a_parent_that_is_not_there_keeps_the_person(self):
        content = workbook(
            ("Survey", [["household_size", "address", "_uuid", "_index"], [1, "x", "u-1", 1]]),
            (
                "member",
                [
                    ["full_name", "sex", "_parent_index", "_submission__uuid"],
                    ["Aung", "M", 1, "u-1"],
                    ["Su", "F", 9, "u-9"],
                ],
            ),
        )
        rows = rows_of(read(content))
        assert people(rows, "key", "person.full_name") == [("u-1", "Aung"), ("member:3", "Su")]

    def test_members_of_a_table_that_is_left_out_keep_its_key(self):
        def alone(mapping):
            return Mapping((replace(mapping.tables[0], subject="ignore"), mapping.tables[1]))

        rows = rows_of(read(orjson.dumps([kobo(1, member=[{"member/full_name": "Aung"}])])), alone)
        assert rows.people["key"].to_list() == ["u1"]
        assert rows.households.height == 0

    def test_paths_of_questions_name_their_column(self):
        rows = rows_of(read(orjson.dumps([kobo(1, member=[{"member/full_name": "Aung", "member/shoe": "40"}])])))
        assert rows.paths["member/full_name"] == "person.full_name"
        assert rows.paths["member/shoe"] == "extra:shoe"
        assert rows.paths["hh/address"] == "household.address"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["H1", "H2", "H3"]), st.sampled_from(["a", "b", ""])), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from(["H1", "H2", "H4", ""]), st.sampled_from(["x", "y"])), min_size=1, max_size=8),
)
def test_every_row_comes_through_once(households, members):
    """Against the obvious: one household per household row, one person per person row, keys as written."""
    content = workbook(
        (
            "Households",
            [["household_id", "address", "household_size"], *[[key, address, "1"] for key, address in households]],
        ),
        ("Individuals", [["household_id", "full_name", "sex"], *[[key or None, name, "M"] for key, name in members]]),
    )
    rows = rows_of(read(content))
    assert rows.households["key"].to_list() == [key for key, _address in households]
    expected = [key or f"Individuals:{number}" for number, (key, _name) in enumerate(members, 2)]
    assert rows.people["key"].to_list() == expected
    assert rows.people["person.full_name"].to_list() == [name for _key, name in members]
