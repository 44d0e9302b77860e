"""What the check of rows says of good and bad values: tables, one row for each thing people write."""

import json

import pytest

from banyan.people.collection.rules.checking.choices import known_words
from banyan.people.collection.rules.shapes import EXTRA, RAW, KnownPlace, ListedCode
from banyan.people.collection.tests.checks import PLACES, checked, codes_of, person, told
from banyan.people.forms.declarations import RegisterField, register_fields

VALUES = [
    # field, what came, what is clean, finding (None: nothing)
    ("sex", "M", "male", None), ("sex", "F", "female", None), ("sex", "FEMALE", "female", None), ("sex", "Homme", "male", None),
    ("sex", "femme", "female", None), ("sex", "ذكر", "male", None), ("sex", "أنثى", "female", None),
    ("sex", "ကျား", "male", None), ("sex", "မ", "female", None), ("sex", "Femenino", "female", None),
    ("sex", "unknown", "unknown", None), ("sex", "woman ", "female", None), ("sex", "mael", None, "choice_unknown"),
    ("sex", "?", None, "choice_unknown"), ("sex", "n/a", None, "no_value"),
    ("birth_date", "24-10-1980", "1980-10-24", None), ("birth_date", "1980", "1980", None),
    ("birth_date", "10/1980", "1980-10", None), ("birth_date", "~1980", "1980~", None),
    ("birth_date", "3 May 1990", "1990-05-03", None), ("birth_date", "١٩٨٠-٠٥-٠٣", "1980-05-03", None),
    ("birth_date", "1990-05-03 00:00:00", "1990-05-03", None), ("birth_date", "03/04/1980", "1980", "date_ambiguous"),
    ("birth_date", "04/04/1980", "1980-04-04", None), ("birth_date", "29518", "1980-10-24", "date_is_number"),
    ("birth_date", "24-10-80", None, "date_year_short"), ("birth_date", "80", None, "date_year_short"),
    ("birth_date", "1990-02-30", None, "date_impossible"), ("birth_date", "31/31/1990", None, "date_impossible"),
    ("birth_date", "2030-01-01", None, "date_in_future"), ("birth_date", "1850-01-01", None, "date_too_early"),
    ("birth_date", "long ago", None, "date_unreadable"), ("birth_date", "2008-11-22", "2008-11-22", None),
    ("birth_date", "2026-11-23", None, "date_in_future"), ("birth_date", "2000", "2000", None),
    ("arrived_on", "2020-05-01T10:00:00+06:30", "2020-05-01", None), ("arrived_on", "not known", None, "date_unreadable"),
    ("document__passport__expires_on", "2031-05-01", "2031-05-01", None),
    ("document__passport__expires_on", "2191-05-01", None, "date_in_future"),
    ("pregnant", "Yes", "true", None), ("pregnant", "0", "false", None), ("pregnant", "oui", "true", None),
    ("pregnant", "لا", "false", None), ("pregnant", "မဟုတ်ပါ", "false", None), ("pregnant", "maybe", None, "no_yes_or_no"),
    ("phone", "09 420 123 456", "+959420123456", None), ("phone", "+95 9 420123456", "+959420123456", None),
    ("phone", "+44 20 7946 0018", "+442079460018", None), ("phone", "00 95 9420123456", "+959420123456", None),
    ("phone", "959420123456", "+959420123456", None), ("phone", "639267283918", "+639267283918", None),
    ("phone", "123", None, "no_phone"), ("phone", "09 111 11 11", None, "no_phone"),
    ("birth_date", "31/02/80", None, "date_year_short"), ("birth_date", "3 May 90", None, "date_year_short"),
    ("birth_date", "31-12-26", None, "date_year_short"),
    ("birth_date", "1980-02-30 extra", None, "date_unreadable"), ("phone", "call my brother", None, "no_phone"), ("phone", "none", None, "no_value"),
    ("email", "a.ko@example.org", "a.ko@example.org", None), ("email", "a.ko@example", None, "no_email"),
    ("email", "a ko@example.org", None, "no_email"), ("email", "-", None, "no_value"),
    ("nationality", "Myanmar", "MMR", None), ("nationality", "AF", "AFG", None), ("nationality", "afghanistan", "AFG", None),
    ("nationality", "Bangladesch", None, "choice_unknown"),
    ("marital_status", "WIDOW", "widowed", None), ("marital_status", "CHOICE", None, "choice_unknown"),
    ("disability__seeing", "LOT_DIFFICULTY", "a-lot", None), ("disability__seeing", "blind", None, "choice_unknown"),
    ("document__passport__number", "mb 123-456", "MB123456", None), ("document__passport__number", "MB1", "MB1", "document_odd"),
    ("document__national_id__number", "12/KaMaYa(N)123456", "12/KAMAYA(N)123456", None),
    ("document__national_id__number", "၁၂/ကမယ(နိုင်)၁၂၃၄၅၆", "12/ကမယ(နိုင်)123456", None),
    ("document__national_id__number", "123", "123", "document_odd"),
    ("document__unhcr_id__number", "MYA-00012345", "MYA00012345", None),
    ("document__unhcr_id__number", "Jakub", "JAKUB", "document_odd"),
    ("document__tax_id__number", "not provided", None, "no_value"),
    ("full_name", "xxx", "xxx", "name_placeholder"), ("full_name", "Unknown", "Unknown", "name_placeholder"),
    ("full_name", "baby", "baby", "name_placeholder"), ("full_name", "A", "A", "name_placeholder"),
    ("full_name", "123", "123", "name_placeholder"), ("full_name", "Aung2", "Aung2", "name_with_digits"),
    ("full_name", "မ", "မ", None), ("full_name", "Ba", "Ba", None), ("full_name", "  Aung   Ko ", "Aung   Ko", None),
    ("full_name", "=HYPERLINK(x)", "=HYPERLINK(x)", "text_formula"), ("full_name", "@import", "@import", "text_formula"),
    ("full_name", "Aung\u202eKo", "AungKo", "text_controls"), ("full_name", "Aung\u200eKo", "AungKo", None),
    ("occupation", "-seller", "-seller", "text_formula"), ("occupation", "- 5 goats", "- 5 goats", None),
    ("occupation", "x" * 2_001, None, "text_too_long"), ("full_name", "x y" * 100, "x y" * 100, "text_too_long"),
    ("occupation", "farm\x00er", "farmer", "text_controls"), ("pregnant", "n/a", None, "no_value"),
    ("arrived_on", "n/a", None, "no_value"), ("needs", "n/a", None, "no_value"), ("needs", "somewhat", None, "choice_unknown"),
    ("sex", "=1+1", None, "choice_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "came", "clean", "finding"), VALUES)
def test_a_value_becomes_clean_or_is_told(field: str, came: str, clean: str | None, finding: str | None) -> None:
    result = checked([person(**{field: came})])
    name = f"person.{field.replace('__', '.')}"
    if not (finding == "text_too_long" and field == "full_name"):  # then the name is missing, which is told too
        assert result.people[name].to_list() == [clean]
        assert [code for code in codes_of(result) if code not in ("birth_missing", "sex_missing")] == (
            [finding] if finding else []
        )
    else:
        assert finding in codes_of(result)


def test_further_words_count_only_for_codes_that_the_list_has() -> None:
    entries = [ListedCode("own", ("Own house", "House")), ListedCode("rent", ("Rented", "House"))]
    assert known_words(entries, {"mine": "own", "lent": "borrowed"}) == {
        "own": "own", "rent": "rent", "own house": "own", "rented": "rent", "mine": "own",
    }, "a word of two codes means neither"  # fmt: skip


def test_what_came_stays_beside_what_is_clean() -> None:
    result = checked(
        [person(sex="M", birth_date="24-10-1980", phone="09420123456", document__passport__number="mb 1-23456")]
    )
    row = result.people.row(0, named=True)
    assert row[f"{RAW}person.sex"] == "M"
    assert row[f"{RAW}person.birth_date"] == "24-10-1980"
    assert row[f"{RAW}person.phone"] == "09420123456"
    assert row[f"{RAW}person.document.passport.number"] == "mb 1-23456"
    assert f"{RAW}person.relationship" not in row  # nothing of substance differs


REQUIRED = [
    ({"full_name": None}, "name_missing"), ({"sex": None}, "sex_missing"), ({"birth_date": None}, "birth_missing"),
    ({"full_name": None, "given_name": "Ma", "family_name": "Hla"}, None), ({"birth_date": None, "age": "30"}, None),
    ({"full_name": " ", "name_original": "မလှ"}, None), ({"sex": " "}, "sex_missing"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "finding"), REQUIRED)
def test_what_registering_needs(changes: dict[str, str | None], finding: str | None) -> None:
    assert codes_of(checked([person(**changes)])) == ([finding] if finding else [])


def test_the_full_name_is_put_together_and_the_year_of_birth_estimated() -> None:
    row = checked([person(full_name=None, given_name="Ma", family_name="Hla", birth_date=None, age="30")]).people.row(
        0, named=True
    )
    assert (row["person.full_name"], row["person.birth_date"]) == ("Ma Hla", "1996~")


def test_an_age_is_reckoned_from_the_day_of_registration() -> None:
    row = checked([person(birth_date=None, age="30", registered_on="2020-06-01")]).people.row(0, named=True)
    assert row["person.birth_date"] == "1990~"
    household = [{"key": "H1", "household.interviewed_on": "2010-06-01"}]
    row = checked([person(birth_date=None, age="30")], household).people.row(0, named=True)
    assert row["person.birth_date"] == "1980~"


AGES = [("46", None), ("45", None), ("47", None), ("40", "age_differs"), ("200", "out_of_range"), ("old", "no_number")]


@pytest.mark.parametrize(("age", "finding"), AGES)
def test_age_against_date_of_birth(age: str, finding: str | None) -> None:
    result = checked([person(age=age)])
    assert told(result) == ([("warning", finding, "person.age")] if finding else [])


def test_an_impossible_age_without_date_of_birth_is_an_error() -> None:
    assert told(checked([person(age="200", birth_date=None)])) == [("error", "out_of_range", "person.age")]


def test_ages_reckoned_years_ago_are_no_contradiction_when_all_are() -> None:
    people = [person(birth_date=f"{1950 + number}-05-05", age=str(2020 - 1950 - number)) for number in range(30)]
    people = [one | {"key": f"H{number}"} for number, one in enumerate(people)]
    households = [{"key": f"H{number}"} for number in range(30)]
    result = checked(people, households)
    assert codes_of(result) == []
    assert result.evidence["ages reckoned years ago"] == 6
    wrong = checked([*people[:29], people[29] | {"person.age": "3"}], households)
    assert codes_of(wrong) == ["age_differs"]


def test_ages_that_differ_in_many_ways_tell_nothing_of_when_they_were_reckoned() -> None:
    people = [person(birth_date=f"{1950 + number}-05-05", age=str(76 - number + number % 9 * 3)) | {"key": f"H{number}"}
              for number in range(24)]  # fmt: skip
    result = checked(people, [{"key": f"H{number}"} for number in range(24)])
    assert result.evidence == {}
    assert "age_differs" in codes_of(result)


def test_a_column_tells_the_order_of_its_days_and_months() -> None:
    people = [person(birth_date="24/10/1980"), person(birth_date="03/04/1985", relationship="spouse")]
    result = checked(people)
    assert result.people["person.birth_date"].to_list() == ["1980-10-24", "1985-04-03"]
    assert codes_of(result) == []
    assert result.evidence == {"order person.birth_date": "yes"}
    again = checked([person(birth_date="03/04/1985")], evidence=result.evidence)
    assert again.people["person.birth_date"].to_list() == ["1985-04-03"]


def test_a_column_that_contradicts_itself_tells_no_order() -> None:
    result = checked([person(birth_date=text, relationship=relation) for text, relation in
                      (("24/10/1980", "head"), ("10/24/1981", "spouse"), ("03/04/1982", "sibling"))])  # fmt: skip
    finding = result.findings.row(0, named=True)
    assert (finding["code"], finding["proposed"]) == ("collection.date_ambiguous", "1982-04-03")
    assert json.loads(finding["params"]) == {"first": "1982-04-03", "second": "1982-03-04"}


PLACE = [
    ("MMR001001", "MMR001001", None), ("mmr001001", "MMR001001", None), ("Myitkyina (MMR001001)", "MMR001001", None),
    ("MMR001 001", "MMR001001", None), ("Myitkyina", "MMR001001", "place_by_name"), ("Nowhere", None, "no_place"),
    ("MMR999999", None, "no_place"), ("MMR012001", "MMR012001", "place_outside"), ("MMR001999", "MMR001999", "place_ended"),
    ("Kachin and Sittwe", None, "no_place"), ("Twice", None, "no_place"), ("n/a", None, "no_value"),
]  # fmt: skip


@pytest.mark.parametrize(("came", "clean", "finding"), PLACE)
def test_places(came: str, clean: str | None, finding: str | None) -> None:
    named: dict[str, tuple[KnownPlace, ...]] = {
        "Myitkyina": (PLACES["MMR001001"],), "Twice": (PLACES["MMR001001"], PLACES["MMR012001"]),
    }  # fmt: skip
    result = checked(
        [person()], [{"key": "H1", "household.place": came}], named=named, outside=frozenset({"MMR012001"})
    )
    assert result.households["household.place"].to_list() == [clean]
    assert codes_of(result) == ([finding] if finding else [])


def test_a_mistyped_code_is_offered_when_the_name_beside_it_agrees_and_never_applied() -> None:
    household = {"key": "H1", "household.place": "MMR001011", "extra:township": "Myitkyina"}
    result = checked([person()], [household])
    finding = result.findings.row(0, named=True)
    assert (finding["code"], finding["proposed"], finding["severity"]) == (
        "collection.place_mistyped",
        "MMR001001",
        "error",
    )
    assert result.households["household.place"].to_list() == [None]
    assert codes_of(checked([person()], [household | {"extra:township": "Sittwe"}])) == ["no_place"]
    assert codes_of(checked([person()], [household | {"household.place": "MMR001000"}])) == ["place_mistyped"]


def test_a_slip_in_a_choice_is_offered() -> None:
    finding = checked([person(marital_status="maried")]).findings.row(0, named=True)
    assert (finding["code"], finding["proposed"]) == ("collection.choice_unknown", "married")


def test_several_answers_in_one_cell() -> None:
    entries = {
        "specific-needs": (ListedCode("single-parent", ("Single parent",)), ListedCode("older", ("Older person",)))
    }
    for came, clean in (("Single parent, Older person", "single-parent older"), ("older single-parent", "older single-parent"),
                        ("Single parent", "single-parent"), ("older;older", "older"), ("older, elf", None)):  # fmt: skip
        result = checked([person(needs=came)], codes=entries)
        assert result.people["person.needs"].to_list() == [clean], came


def test_further_attributes_keep_to_the_choices_of_the_form() -> None:
    choices = {f"{EXTRA}roof": (ListedCode("1", ("Tin", "သံ")), ListedCode("2", ("Thatch",)))}
    result = checked([person() | {f"{EXTRA}roof": "tin"}], choices=choices)
    assert result.people[f"{EXTRA}roof"].to_list() == ["1"]
    result = checked([person() | {f"{EXTRA}roof": "gold"}], choices=choices)
    assert told(result) == [("warning", "choice_unknown", f"{EXTRA}roof")]


def test_zawgyi_columns_are_converted_and_what_came_is_kept() -> None:
    zawgyi = ["ေအာင္ေက်ာ္", "ျမင့္ျမင့္", "ေအးေအးေမာ္", "ခင္ေမာင္ၾကီး", "ထြန္းထြန္း", "သန္းသန္းႏြယ္"]
    relations = ["head", "spouse", "sibling", "sibling", "sibling", "sibling"]
    people = [person(name_original=text, relationship=relation, birth_date=f"{1980 + 5 * number}")
              for number, (text, relation) in enumerate(zip(zawgyi, relations, strict=True))]  # fmt: skip
    result = checked(people)
    assert set(codes_of(result)) == {"zawgyi"}
    assert result.people["person.name_original"][0] == "အောင်ကျော်"
    assert result.people[f"{RAW}person.name_original"][0] == zawgyi[0]
    again = checked(people[:1], evidence=result.evidence)
    assert again.people["person.name_original"].to_list() == ["အောင်ကျော်"]


def test_photos_must_have_come() -> None:
    assert codes_of(checked([person(photo="a.jpg")], media={"b.jpg": b""})) == ["photo_missing"]
    assert codes_of(checked([person(photo="b.jpg")], media={"b.jpg": b""})) == []


NUMBERS = [
    ("household.size_reported", "1,234", None, "out_of_range"), ("household.size_reported", "٣", "3", None),
    ("household.size_reported", "3.0", "3", None), ("household.size_reported", "nil", None, "no_value"),
    ("household.geopoint", "16.8661, 96.1951", "16.8661 96.1951", None), ("household.geopoint", "(16.8661;96.1951)", "16.8661 96.1951", None),
    ("household.geopoint", "16.8661 96.1951 12.5 4.0", "16.8661 96.1951", None), ("household.geopoint", "96.1951 16.8661", None, "no_position"),
    ("household.geopoint", "here", None, "no_position"), ("household.income", "12,5", "12.5", None),
    ("household.income", "١٢٫٥", "12.5", None), ("household.income", "-1.5e3", "-1.5e3", None),
    ("household.income", "much", None, "no_number"), ("household.income", "n/a", None, "no_value"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "came", "clean", "finding"), NUMBERS)
def test_numbers_and_positions(field: str, came: str, clean: str | None, finding: str | None) -> None:
    fields = register_fields() | {
        "household.income": RegisterField("household.income", "household", "Income", "decimal")
    }
    people = [person()] if came != "٣" and came != "3.0" else [
        person(), person(full_name="Ko", relationship="sibling"), person(full_name="Ma", relationship="sibling"),
    ]  # fmt: skip
    result = checked(people, [{"key": "H1", field: came}], fields=fields)
    assert result.households[field].to_list() == [clean]
    assert codes_of(result) == ([finding] if finding else [])


def test_without_lists_and_country_values_stand_as_they_came() -> None:
    row = person(nationality="Myanmar", marital_status="maried", phone="+95 9 420123456")
    result = checked([row], codes={}, country="")
    assert codes_of(result) == []
    assert result.people["person.phone"].to_list() == ["+959420123456"]
    assert result.people["person.nationality"].to_list() == ["Myanmar"]


def test_a_word_of_two_codes_means_neither() -> None:
    entries = {"marital-status": (ListedCode("a", ("Same", "A")), ListedCode("b", ("Same",)))}
    assert codes_of(checked([person(marital_status="same")], codes=entries)) == ["choice_unknown"]


def test_nothing_in_and_nothing_out() -> None:
    result = checked([], [])
    assert result.findings.is_empty()
    assert result.people.height == result.households.height == 0
