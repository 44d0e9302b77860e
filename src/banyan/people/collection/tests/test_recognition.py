"""Recognising columns: by name, label, path, tag, binding, memory and values; what is doubtful is left to a person."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.collection.rules.recognition import extra_key, guess, masked, remember, samples, signature
from banyan.people.collection.rules.recognition.choosing import (
    KEEP,
    choice_of,
    described_headers,
    mapping_of,
    mapping_problems,
)
from banyan.people.collection.rules.recognition.lexicon import LEXICON
from banyan.people.collection.rules.recognition.wording import normal, subject_of_suffix
from banyan.people.collection.rules.shapes import Header, Mapping, Target
from banyan.people.collection.sources import read
from banyan.people.forms.declarations import register_fields
from banyan.people.forms.rules.schema import Question, Schema

FIELDS = register_fields()


@dataclass(frozen=True)
class Bound:
    question_path: str
    field: str = ""
    extra_key: str = ""
    subject: str = "person"


def targets(text: str, **more) -> dict[str, Target]:
    reading = read(text.encode())
    table = guess(reading, FIELDS, **more).tables[0]
    return {h.name: t for h, t in zip(reading.tables[0].headers, table.targets, strict=True)}


NORMAL = [
    ("full_name_i_c", "full name"), ("pp_full_name_i_c", "full name"), ("size_h_c", "size"), ("BirthDate", "birth date"),
    ("Date of birth*", "date of birth"), ("Q3. Full name (as on the card)", "full name"), ("1) Sexe :", "sexe"),
    ("Prénom", "prenom"), ("N° de ménage", "n de menage"), ("الاسمُ الكامل", "الاسم الكامل"), ("أسرة", "اسره"),
    ("အမည်", "အမည်"), ("ကျား/မ", "ကျား မ"), ("Full name - STRING - required", "full name"), ("Mother's name", "mothers name"),
    ("Mother’s name", "mothers name"), ("GPSCoordinates", "gps coordinates"), ("(required)", "required"), ("", ""), ("***", ""),
    ("household-id", "household id"), ("HouseholdID", "household id"), ("ｆｕｌｌ　ｎａｍｅ", "full name"),
    ("Village P-code", "village pcode"), ("village_p_code", "village pcode"), ("ADM3 PCode", "adm3 pcode"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "expected"), NORMAL)
def test_headers_are_made_comparable(header, expected):
    assert normal(header) == expected


@given(st.text(max_size=60))
def test_making_comparable_is_settled_after_once(text):
    assert normal(normal(text)) == normal(text)


@given(st.text(max_size=40))
def test_every_column_has_a_name_to_be_kept_under(text):
    key = extra_key(Header(0, "A", text))
    assert key
    assert len(key) <= 60
    assert not any(character.isspace() for character in key)


@pytest.mark.parametrize(
    ("header", "subject"), [("a_h_c", "household"), ("a_i_f", "person"), ("pp_a", "person"), ("a", "")]
)
def test_marks_of_hope_tell_the_subject(header, subject):
    assert subject_of_suffix(header) == subject


def test_the_lexicon_speaks_of_fields_there_are():
    special = {"@household", "@person", "@uid", "@submitted_at", "@ignore"}
    assert set(LEXICON) - special <= set(FIELDS)


HEADERS = [
    # header, field, in a table of people with columns about their household
    ("Full name", "person.full_name"), ("NomComplet", "person.full_name"), ("Nombre completo", "person.full_name"),
    ("الاسم", "person.full_name"), ("အမည်", "person.full_name"), ("Prénom", "person.given_name"), ("Apellidos", "person.family_name"),
    ("Sexe", "person.sex"), ("الجنس", "person.sex"), ("ကျား/မ", "person.sex"), ("Género", "person.sex"),
    ("Date de naissance", "person.birth_date"), ("Fecha de nacimiento", "person.birth_date"), ("DOB", "person.birth_date"),
    ("تاريخ الميلاد", "person.birth_date"), ("မွေးသက္ကရာဇ်", "person.birth_date"), ("Lien de parenté", "person.relationship"),
    ("Relationship to head of household", "person.relationship"), ("N° de téléphone", ""), ("Téléphone", "person.phone"),
    ("What is your full name?", "person.full_name"), ("Please enter the date of birth", "person.birth_date"),
    ("Head of household date of birth", "person.birth_date"), ("Marital status", "person.marital_status"),
    ("national_id_no_i_c", "person.document.national_id.number"), ("Passport number", "person.document.passport.number"),
    ("NRC No", "person.document.national_id.number"), ("unhcr_id_issuer_i_c", "person.document.unhcr_id.issuer"),
    ("Household size", "household.size_reported"), ("Taille du ménage", "household.size_reported"),
    ("Enumerator", "household.interviewer"), ("Colour of the roof", ""), ("Tags", ""), ("Notes", ""), ("status", ""),
]  # fmt: skip


@pytest.mark.parametrize(("header", "field"), HEADERS)
def test_ordinary_headers_are_known(header, field):
    found = targets(f"{header};Nationality;Residence status\n;MMR;IDP\n")[header.rstrip(" *")]
    assert found.field == field
    assert bool(found.extra) == (not field)


class TestEvidence:
    def test_names_that_share_a_word_are_told_apart_by_company(self):
        found = targets("Nom,Prénom,Sexe\nKone,Awa,F\n")
        assert (found["Nom"].field, found["Prénom"].field) == ("person.family_name", "person.given_name")
        assert targets("Nom,Sexe\nAwa Kone,F\n")["Nom"].field == "person.full_name"

    def test_values_that_contradict_the_name_leave_it_to_a_person(self):
        assert targets("full_name,age\nAung,994801221\nSu,470939685\n")["age"].field == ""
        assert targets("full_name,age\nAung,34\nSu,470939685\nHla,99999\n")["age"].field == "person.age"
        assert targets("full_name,township\nAung,Hpakant\n")["township"].field == ""
        assert targets("full_name,township\nAung,MMR001010\n")["township"].field == "household.place"

    def test_dates_that_look_wrong_are_left_to_checking(self):
        assert targets("full_name,birth_date\nAung,unknown\nSu,?\n")["birth_date"].field == "person.birth_date"

    def test_values_tell_sex_positions_and_mail(self):
        found = targets("full_name;x;y;z\nAung;male;a@b.org;16.8 96.1\nSu;female;c@d.org;16.9 96.2\n")
        assert [(found[name].field, found[name].why) for name in "xyz"] == [
            ("person.sex", "values"), ("person.email", "values"), ("household.geopoint", "values"),
        ]  # fmt: skip

    def test_one_column_for_one_field(self):
        found = targets("full_name,phone,phone number\nAung,0912345678,0998765432\n")
        assert sorted(target.field for target in found.values()) == ["", "person.full_name", "person.phone"]

    def test_two_unknown_columns_of_one_name_are_kept_apart(self):
        reading = read(b"full_name,Colour,colour\nAung,red,blue\n")
        found = guess(reading, FIELDS).tables[0].targets
        assert [target.extra for target in found[1:]] == ["colour", "colour_c"]

    def test_a_label_that_says_the_same_as_the_name_makes_it_surer(self):
        reading = read(b"full_name,dob\nAung,1980-01-02\n")
        sole = guess(reading, FIELDS).tables[0].targets[1]
        table = reading.tables[0]
        headers = (table.headers[0], replace(table.headers[1], label="Date of birth"))
        both = guess(replace(reading, tables=(replace(table, headers=headers),)), FIELDS).tables[0].targets[1]
        assert (sole.field, both.field) == ("person.birth_date", "person.birth_date")
        assert both.certainty > sole.certainty

    def test_levels_of_a_place_share_it(self):
        found = targets("full_name,admin1_pcode,admin2_pcode\nAung,MMR001,MMR001D001\n")
        assert [found[name].field for name in ("admin1_pcode", "admin2_pcode")] == ["household.place"] * 2

    def test_options_of_one_question_are_folded(self):
        found = targets("full_name,specific_needs/elderly,specific_needs/disabled\nAung,1,0\n")
        assert {found[n].field for n in found if "/" in n} == {"person.needs"}
        found = targets("full_name,roof/tin,roof/leaf\nAung,1,0\nSu,0,1\n")
        assert {found[n].extra for n in found if "/" in n} == {"roof"}

    def test_options_beside_their_question_are_left_out(self):
        found = targets("full_name,roof,roof/tin,roof/leaf\nAung,tin,1,0\nSu,leaf,0,1\n")
        assert [found[n].field for n in found if "/" in n] == ["@ignore", "@ignore"]

    def test_hxl_tags(self):
        reading = read(b"A,B,C\n#affected+name+en,#affected+sex,#date+birth\nAung,M,1990\n")
        table = guess(reading, FIELDS).tables[0]
        assert [(t.field, t.why) for t in table.targets] == [
            ("person.full_name", "hxl"), ("person.sex", "hxl"), ("person.birth_date", "hxl"),
        ]  # fmt: skip

    def test_more_attributes_of_a_tag_are_likely_the_same(self):
        reading = read(b"A,B\n#affected+name+verified,#country+nationality+v_iso3\nAung,MMR\n")
        found = guess(reading, FIELDS).tables[0].targets
        assert [target.field for target in found] == ["person.full_name", "person.nationality"]
        assert found[0].certainty < 0.95

    def test_yes_and_no_are_not_asked_of_lists_of_collectors(self):
        found = targets("household_id,full_name,primary_collector_id\nA-1,Aung,A-1\nA-2,Su,A-2\n")
        assert found["primary_collector_id"].field == "person.is_collector"

    def test_technical_columns(self):
        found = targets("full_name,_uuid,_submission_time,_id,start,deviceid\nAung,u,2024-01-01,3,2024-01-01,x\n")
        assert [found[n].field for n in ("_uuid", "_submission_time", "_id", "start", "deviceid")] == [
            "@uid", "@submitted_at", "@ignore", "@ignore", "@ignore",
        ]  # fmt: skip
        assert targets("full_name,start\nAung,the river\n")["start"].extra == "start"
        uid = "8dbb9e05-2116-4846-95fd-1c0261748677"
        assert targets(f"full_name,uuid\nAung,{uid}\n")["uuid"].field == "@uid"
        assert targets("full_name,uuid\nAung,seven\n")["uuid"].field == ""


class TestSubject:
    @pytest.mark.parametrize(
        ("text", "subject"),
        [
            ("full_name,sex\nAung,M\n", "both"),
            ("household_id,full_name,sex,address\nH1,Aung,M,here\n", "both"),
            ("name,address,phone\nLeon family,here,0912345678\n", "household"),
            ("household_id,household_size,address\nH1,4,here\n", "household"),
            ("colour,taste\nred,sweet\n", "ignore"),
        ],
    )
    def test_of_one_table(self, text, subject):
        assert guess(read(text.encode()), FIELDS).tables[0].subject == subject

    @pytest.mark.parametrize(
        ("record", "subjects"),
        [
            ('{"full_name": "Aung", "sex": "M", "goats": [{"colour": "red"}]}', ["household", "ignore"]),
            (
                '{"full_name": "Aung", "sex": "M", "dob": "1980-01-02", "goats": [{"colour": "red"}]}',
                ["both", "ignore"],
            ),
            ('{"address": "here", "visits": [{"full_name": "Aung", "sex": "M"}]}', ["household", "person"]),
            (
                '{"full_name": "Aung", "homes": [{"enumerator": "U Ba", "household_size": "4"}]}',
                ["household", "household"],
            ),
        ],
    )
    def test_of_rows_that_belong_to_others(self, record, subjects):
        assert [table.subject for table in guess(read(f"[{record}]".encode()), FIELDS).tables] == subjects


class TestForm:
    SCHEMA = Schema(
        "f", "F",
        questions=(
            Question("start", "start", "start"),
            Question("intro", "intro", "note"),
            Question("g/q1", "q1", "text", labels={"English (en)": "Full name", "Burmese (my)": "အမည်"}),
            Question("g/q2", "q2", "date", labels={"en": "Fled on"}, hxl="#date+arrival"),
            Question("g/q3", "q3", "text", labels={"en": "Roof"}),
        ),
    )  # fmt: skip

    def guessed(self, record: bytes, **more):
        reading = read(record)
        table = guess(reading, FIELDS, self.SCHEMA, **more).tables[0]
        return {h.path: t for h, t in zip(reading.tables[0].headers, table.targets, strict=True)}

    RECORD = b'[{"start": "x", "intro": null, "g/q1": "Aung", "g/q2": "2024-01-01", "g/q3": "tin"}]'

    def test_labels_and_tags_of_the_form_count(self):
        found = self.guessed(self.RECORD)
        assert (found["g/q1"].field, found["g/q1"].why) == ("person.full_name", "label")
        assert (found["g/q2"].field, found["g/q2"].why) == ("person.arrived_on", "hxl")
        assert found["g/q3"].extra == "q3"
        assert found["start"].field == found["intro"].field == "@ignore"

    def test_the_binding_wins(self):
        found = self.guessed(
            self.RECORD,
            binding=[Bound("g/q1", "person.mother_name"), Bound("g/q3", "", "roof"), Bound("g/q2", "person.number")],
        )
        assert [(found[p].field, found[p].extra, found[p].why) for p in ("g/q1", "g/q2", "g/q3")] == [
            ("person.mother_name", "", "binding"), ("@person", "", "binding"), ("", "roof", "binding"),
        ]  # fmt: skip

    def test_names_that_two_questions_share_meet_none(self):
        twice = Schema(
            "f", "F", questions=(Question("a/x", "x", "text", labels={"en": "Roof"}), Question("b/x", "x", "text"))
        )
        assert targets("x,full_name\ntin,Aung\n", schema=twice)["x"].field == ""

    def test_columns_named_by_label_meet_their_question(self):
        found = targets(
            "Roof,Fled on\ntin,2024-01-01\n", schema=self.SCHEMA, binding=[Bound("g/q3", "household.address")]
        )
        assert found["Roof"].field == "household.address"


class TestMemory:
    FIRST = read(b"nom,couleur,sexe\nAung,red,M\n")

    def test_what_was_confirmed_wins_in_any_order_of_columns(self):
        mapping = guess(self.FIRST, FIELDS)
        chosen = Mapping.from_json(mapping.to_json())
        table = chosen.tables[0]
        odd = (Target("person.mother_name", "", 1.0), Target("", "colour", 1.0), table.targets[2])
        chosen = Mapping((type(table)(table.table, "person", odd),))
        kept = remember(self.FIRST, chosen)
        again = read(b"sexe,nom,couleur,phone\nM,Su,blue,0912345678\n")
        table = guess(again, FIELDS, remembered=kept).tables[0]
        assert [(t.field, t.extra, t.why) for t in table.targets] == [
            ("person.sex", "", "remembered"), ("person.mother_name", "", "remembered"), ("", "colour", "remembered"),
            ("person.phone", "", "name"),
        ]  # fmt: skip
        assert Mapping.from_json(kept) == chosen

    def test_a_table_of_other_columns_is_not_told_its_subject(self):
        kept = remember(self.FIRST, guess(self.FIRST, FIELDS))
        other = read(b"household_id,household_size,address\nH1,4,here\n")
        assert guess(other, FIELDS, remembered=kept).tables[0].subject == "household"

    def test_a_mapping_without_headers_tells_nothing(self):
        mapping = guess(self.FIRST, FIELDS)
        assert guess(self.FIRST, FIELDS, remembered=mapping) == mapping

    def test_signatures_follow_the_headers(self):
        assert signature(self.FIRST) == signature(read(b"nom,couleur,sexe\nSu,blue,F\nx,y,z\n"))
        assert signature(self.FIRST) != signature(read(b"nom,sexe,couleur\nAung,M,red\n"))


class TestChoosing:
    def detected(self, reading):
        return {
            "tables": [
                {"name": t.name, "headers": [{"letter": h.letter, "name": h.name, "label": h.label, "path": h.path, "hxl": h.hxl} for h in t.headers]}
                for t in reading.tables
            ]
        }  # fmt: skip

    READING = read(b"full_name,colour,sex\nAung,red,M\n")

    def chosen(self, posted):
        headers = described_headers(self.detected(self.READING))
        mapping = mapping_of(posted, guess(self.READING, FIELDS), headers)
        return mapping, [problem.code for problem in mapping_problems(mapping, headers, FIELDS)]

    def test_what_is_not_touched_stays(self):
        mapping, problems = self.chosen({})
        assert mapping == guess(self.READING, FIELDS)
        assert problems == []

    def test_a_guess_never_contradicts_itself(self, shared_data):
        for file in sorted((shared_data / "registration-samples").glob("*.xlsx")):
            reading = read(file.read_bytes())
            headers = described_headers(self.detected(reading))
            assert mapping_problems(guess(reading, FIELDS), headers, FIELDS) == []

    def test_choices_become_targets(self):
        mapping, problems = self.chosen(
            {"table-0": "person", "column-0-0": KEEP, "column-0-1": "person.full_name", "column-0-2": "@ignore"}
        )
        assert mapping.tables[0].subject == "person"
        assert [(t.field, t.extra) for t in mapping.tables[0].targets] == [
            ("", "full_name"),
            ("person.full_name", ""),
            ("@ignore", ""),
        ]
        assert problems == []
        assert choice_of(mapping.tables[0].targets[0]) == KEEP

    @pytest.mark.parametrize(
        ("posted", "code"),
        [
            ({"column-0-1": "person.full_name"}, "collection.mapping_twice"),
            ({"column-0-1": "person.wishes"}, "collection.mapping_unknown"),
            ({"table-0": "cats"}, "collection.mapping_unknown"),
            ({"table-0": "ignore"}, "collection.mapping_nothing"),
            ({"column-0-1": "@household", "column-0-0": "@household"}, "collection.mapping_twice"),
        ],
    )
    def test_what_does_not_fit_is_said(self, posted, code):
        assert self.chosen(posted)[1] == [code]

    def test_technical_columns_may_share(self):
        assert self.chosen({"column-0-1": "@uid", "column-0-2": "@uid"})[1] == []


class TestSamples:
    def test_choices_are_told_from_what_identifies(self):
        reading = read("\n".join(["full_name,sex", *(f"Name {n},{'MF'[n % 2]}" for n in range(40))]).encode())
        names, sexes = samples(reading)[""]
        assert names == {"values": ["Name 0", "Name 1", "Name 2"], "few": False}
        assert sexes == {"values": ["M", "F"], "few": True}

    def test_masking_leaves_first_signs(self):
        assert masked("Aung Min") == "A••• M••"
        assert masked("") == ""
        assert masked("အောင်") == "အ" + "•" * 4
