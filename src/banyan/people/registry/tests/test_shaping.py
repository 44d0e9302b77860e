"""Collected rows made into rows of the register, without a database."""

from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.registry.rules import shaping
from banyan.people.registry.rules.shaping import Setting, Spot
from banyan.platform.kernel.ids import new_id

SETTING = Setting(
    UUID(int=1), UUID(int=2), 5, date(2026, 11, 22), {"P1": Spot(str(UUID(int=7)), 11), "P2": Spot(str(UUID(int=8)), 12)},
    lambda count: [str(new_id()) for _ in range(count)], sensitive={"survivor-gbv"},
)  # fmt: skip
HOME = {"submission_id": "s1"}
ONE = {"submission_id": "s1", "person.full_name": "Aung"}


def shaped(household: dict[str, Any], *people: dict[str, Any]) -> shaping.Rows:
    """One household with its people."""
    return shaping.shape(
        pl.DataFrame([HOME | household]), pl.DataFrame([ONE | person for person in people or ({},)]), SETTING
    )


@pytest.mark.parametrize(
    ("household", "registered"),
    [
        ({}, "2026-11-22"),
        ({"household.interviewed_on": "2026-05-04"}, "2026-05-04"),
        ({"household.registered_on": "2026-05-03", "household.interviewed_on": "2026-05-04"}, "2026-05-03"),
        ({"household.registered_on": "2026-05", "household.interviewed_on": "2026-05-04"}, "2026-05-04"),
    ],
)
def test_the_day_of_registration_is_the_best_known(household, registered):
    rows = shaped(household)
    assert rows.household["registered_on"].to_list() == [registered]
    assert rows.person["registered_on"].to_list() == [registered]
    assert rows.membership["since"].to_list() == [registered]


@pytest.mark.parametrize(
    ("person", "birth"),
    [
        ({}, None),
        ({"person.birth_date": "1990-05"}, "1990-05"),
        ({"person.birth_date": "1990", "person.birth_date_estimated": "true"}, "1990~"),
        ({"person.birth_date": "1990~", "person.birth_date_estimated": "true"}, "1990~"),
        ({"person.birth_date": "1990", "person.birth_date_estimated": "false"}, "1990"),
        ({"person.age": "30"}, "1996~"),
        ({"person.age": "", "person.birth_date": ""}, None),
        ({"person.age": "30", "person.birth_date": "1950-01-01"}, "1950-01-01"),
        ({"person.age": "thirty"}, None),
    ],
)
def test_a_birth_date_is_what_was_said_or_the_year_an_age_means(person, birth):
    assert shaped({}, person).person["birth_date"].to_list() == [birth]


@pytest.mark.parametrize(
    ("household", "person", "scopes", "place"),
    [
        ({}, {}, (5, 5), None),
        ({"household.place": "P1"}, {}, (11, 11), None),
        ({"household.place": "P1"}, {"person.place": "P2"}, (11, 12), str(UUID(int=8))),
        ({}, {"person.place": "P2"}, (12, 12), str(UUID(int=8))),
    ],
)
def test_scopes_follow_places(household, person, scopes, place):
    rows = shaped(household, person)
    assert (rows.household["scope_id"][0], rows.person["scope_id"][0]) == scopes
    assert rows.person["place_id"][0] == place
    assert rows.searched().namekey["scope_id"].unique().to_list() == [scopes[1]]
    assert rows.scopes() == set(scopes)


def test_needs_are_kept_once_each_and_marked():
    rows = shaped({}, {"person.needs": "disability survivor-gbv pregnant", "person.pregnant": "true"})
    assert dict(zip(rows.need["code"], rows.need["sensitive"], strict=True)) == {
        "disability": False, "survivor-gbv": True, "pregnant": False
    }  # fmt: skip


@pytest.mark.parametrize(
    ("household", "person", "purposes"),
    [
        ({"household.consent": "true"}, {}, ['{"registration":true}']),
        (
            {"household.consent": "false"},
            {"person.consent": "true"},
            ['{"registration":false}', '{"registration":true}'],
        ),
        ({}, {"person.notice_version": "2026-1"}, ["{}"]),
        ({"household.consent": ""}, {}, []),
        ({}, {}, []),
    ],
)
def test_notices_say_what_was_agreed_to(household, person, purposes):
    notice = shaped(household, person).notice
    assert (notice["purposes"].to_list() if notice.height else []) == purposes


def test_telephones_keep_how_they_were_written():
    rows = shaped({}, {"person.phone": "+9591", "raw:person.phone": "09-1", "person.phone_2": "+9592"})
    assert rows.phone.select("number", "raw", "position").rows() == [("+9591", "09-1", 0), ("+9592", "+9592", 1)]


def test_documents_are_compared_by_letters_and_digits():
    rows = shaped({}, {"person.document.passport.number": "ma 12-34", "person.document.passport.issuer": "MMR",
                       "person.document.passport.expires_on": "2030"})  # fmt: skip
    [row] = rows.document.to_dicts()
    assert (row["type"], row["number"], row["number_key"], row["issuer"], row["expires_on"]) == (
        "passport", "ma 12-34", "MA1234", "MMR", "2030"
    )  # fmt: skip


def test_numbers_in_digits_of_any_script_are_the_same_number():
    rows = shaped({}, {"person.document.national_id.number": "၁၂/abc ١٢٣"})
    assert rows.document["number_key"].to_list() == ["12ABC123"]


def test_one_head_is_said_or_alone():
    rows = shaped({}, {"person.relationship": "spouse"}, {"person.is_head": "true"})
    assert rows.membership.select("is_head", "relationship").rows() == [(False, "spouse"), (True, "head")]
    assert shaped({}, {"person.relationship": ""}).membership["is_head"].to_list() == [True]


def test_further_answers_are_kept():
    rows = shaped({"extras": '{"roof":"tin"}'}, {"extras": None})
    assert rows.household["extras"].to_list() == ['{"roof":"tin"}']
    assert rows.person["extras"].to_list() == ["{}"]


def test_by_hand_nothing_points_to_a_batch():
    setting = Setting(SETTING.operation_id, None, 5, SETTING.today, {}, SETTING.fresh_ids)
    rows = shaping.shape(pl.DataFrame([HOME]), pl.DataFrame([ONE]), setting)
    for frame in (rows.household, rows.person):
        assert frame["batch"].to_list() == frame["submission"].to_list() == [None]


names = st.lists(st.sampled_from(["Aung Kyaw", "ခင်သူဇာ", "محمد علي", "", None, "Ko Ko"]), min_size=1, max_size=8)


@given(names, names)
def test_keys_of_many_are_the_keys_of_each(first, second):
    """Against one person at a time."""
    count = min(len(first), len(second))
    people = pl.DataFrame(
        {"person_id": [str(n) for n in range(count)], "scope_id": [1] * count, "sex": ["male"] * count, "birth_date": ["1990-05"] * count},
        schema_overrides={"birth_date": pl.String},
    )  # fmt: skip
    keys = shaping.searched(people, first[:count], second[:count]).namekey
    assert keys["key"].is_sorted()
    for number in range(count):
        alone = shaping.searched(people[number : number + 1], [first[number]], [second[number]]).namekey
        assert set(keys.filter(pl.col("person_id") == str(number))["key"]) == set(alone["key"])
        assert alone["key"].is_unique().all()
    assert set(keys["born"]) <= {1990}
    assert set(keys["sex"]) <= {"m"}


def test_a_full_name_is_written_or_put_together():
    frame = pl.DataFrame(
        {
            "person.full_name": ["A B", "", None, None],
            "person.given_name": ["x", "Ana", None, ""],
            "person.family_name": ["y", "Ruiz", None, None],
            "person.name_original": [None, None, "မောင်", None],
        }
    )
    assert frame.select(shaping.full_name(frame)).to_series().to_list() == ["A B", "Ana Ruiz", "မောင်", None]


def test_positions_and_difficulties_are_read():
    rows = shaped(
        {"household.geopoint": "21.5 96.25 10 5"},
        {"person.disability.seeing": "a-lot", "person.disability.walking": ""},
    )
    assert rows.household.select("lat", "lon").rows() == [("21.5", "96.25")]
    assert rows.person["difficulties"].to_list() == ['{"seeing":"a-lot"}']
    assert shaped({"household.geopoint": "somewhere"}).household["lat"].to_list() == [None]


def test_names_in_parts_give_keys_of_their_own():
    rows = shaped(
        {},
        {
            "person.full_name": "Ana",
            "person.given_name": "Ana",
            "person.family_name": "Ruiz",
            "person.name_original": "အောင်",
        },
    )
    alone = shaped({}, {"person.full_name": "Ana"})
    assert set(rows.searched().namekey["key"]) > set(alone.searched().namekey["key"])


def test_tables_come_in_the_order_in_which_they_refer_to_each_other():
    assert list(shaped({}).tables())[:3] == ["registry_household", "registry_person", "registry_membership"]


@pytest.mark.parametrize(
    ("household", "people", "codes"),
    [
        ({}, [{}], []),
        ({}, [{"person.full_name": ""}], ["name_missing"]),
        ({}, [{"person.is_head": "true"}, {"person.relationship": "head"}], ["head_twice"]),
        ({}, [], ["household_empty"]),
        ({"household.place": "P9"}, [{"person.place": "P8"}], ["place_unknown", "place_unknown"]),
        ({"household.address": "x" * 301}, [{"person.full_name": "y" * 201}], ["value_too_long", "value_too_long"]),
    ],
)
def test_faults_are_told_all_at_once(household, people, codes):
    schema = {"submission_id": pl.String, "person.full_name": pl.String}
    frame = pl.DataFrame([ONE | person for person in people]) if people else pl.DataFrame(schema=schema)
    found = shaping.faults(pl.DataFrame([HOME | household]), frame, SETTING)
    assert [fault.code for fault in found] == codes
