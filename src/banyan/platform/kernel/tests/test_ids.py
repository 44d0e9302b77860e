"""References catch what people mistype; ids order by time."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.kernel.ids import ALPHABET, asked_id, check_reference, id_from, new_id, reference, references
from banyan.platform.kernel.problems import Problem

prefixes = st.from_regex(r"[A-Z]{2}[A-KM-Z]", fullmatch=True)
groups = st.integers(min_value=1, max_value=4)


def plain(text):
    return text.replace("-", "")


def test_ids_are_version_7_and_rise_with_time():
    ids = [new_id() for _ in range(200)]
    assert {identifier.version for identifier in ids} == {7}
    assert len(set(ids)) == 200
    assert [identifier.int >> 80 for identifier in ids] == sorted(identifier.int >> 80 for identifier in ids)


@pytest.mark.parametrize("text", ["", " ", "7", "PLC-7K3M-9QXT-4", "0195d0a2-7c1e-7000-8000-00000000000g"])
def test_what_is_no_id_names_nothing(text):
    assert id_from(text) is None
    with pytest.raises(Problem) as caught:
        asked_id(text)
    assert caught.value.code == "kernel.not_found"


@given(st.uuids())
def test_an_id_is_read_from_its_text(identifier):
    assert id_from(f" {identifier}\n") == asked_id(str(identifier)) == identifier


@given(prefixes, st.uuids(), groups)
def test_a_reference_reads_back_as_itself(prefix, identifier, count):
    written = reference(prefix, identifier, groups=count)
    assert written == reference(prefix, identifier, groups=count)
    assert check_reference(written) == written
    assert check_reference(written, prefix=prefix) == written
    assert set(plain(written)[3:]) <= set(ALPHABET)


@given(prefixes, st.uuids(), groups, st.data())
def test_any_single_wrong_character_is_detected(prefix, identifier, count, data):
    characters = list(plain(reference(prefix, identifier, groups=count)))
    place = data.draw(st.integers(0, len(characters) - 1))
    allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if place < 3 else ALPHABET
    characters[place] = data.draw(st.sampled_from([other for other in allowed if other != characters[place]]))
    with pytest.raises(Problem) as caught:
        check_reference("".join(characters))
    assert caught.value.code == "kernel.reference_mistyped"


@given(prefixes, st.uuids(), groups, st.data())
def test_any_swap_of_neighbours_is_detected(prefix, identifier, count, data):
    characters = list(plain(reference(prefix, identifier, groups=count)))
    place = data.draw(st.integers(0, len(characters) - 2))
    swapped = characters.copy()
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    if swapped == characters:
        return
    with pytest.raises(Problem):
        check_reference("".join(swapped))


@pytest.mark.parametrize(
    "typed",
    [
        "PLC-PW43-PQF4-J",
        "plc pw43 pqf4 j",
        " PLC–PW43—PQF4.J ",
        "plcpw43pqf4j",
        "PLC-PW၄၃-PQF٤-J",
        "ＰＬＣ-PW43-PQF4-J",
    ],
)
def test_people_may_type_a_reference_as_they_like(typed):
    assert check_reference(typed) == "PLC-PW43-PQF4-J"


def test_look_alikes_are_read_as_the_digit_meant():
    with_digits = next(
        found
        for found in (reference("PLC", UUID(int=number)) for number in range(1000))
        if "0" in found and "1" in found
    )
    assert check_reference(with_digits[:3] + with_digits[3:].replace("0", "O").replace("1", "l")) == with_digits


@pytest.mark.parametrize(
    "typed",
    ["", "hello", "PLC", "PLC-PW43-PQF4", "PLC-PW43-PQF-J", "P1C-PW43-PQF4-J", "PLC-PU43-PQF4-J", "PLC-PW43-PQF4-J?!က"],
)
def test_what_is_no_reference_is_told_with_an_example(typed):
    with pytest.raises(Problem) as caught:
        check_reference(typed)
    assert caught.value.code == "kernel.reference_malformed"
    assert "PLC-7K3M-9QXT-4" in caught.value.mend


def test_a_reference_of_another_kind_is_refused_where_one_kind_is_asked_for():
    with pytest.raises(Problem) as caught:
        check_reference("PLC-PW43-PQF4-J", prefix="ORG")
    assert caught.value.code == "kernel.reference_malformed"


@pytest.mark.parametrize("prefix", ["", "PL", "plc", "PLCX", "P1C", "ABL"])
def test_an_impossible_prefix_is_refused(prefix):
    with pytest.raises(ValueError, match="prefix"):
        reference(prefix, UUID(int=1))


@pytest.mark.parametrize("groups", [2, 3])
def test_references_of_many_ids_are_those_of_each(groups):
    many = [new_id() for _ in range(200)]
    assert references("HHD", map(str, many), groups=groups) == [reference("HHD", one, groups=groups) for one in many]


@pytest.mark.parametrize("prefix", ["HH", "HHL", "hhd"])
def test_references_of_many_ids_refuse_an_impossible_prefix(prefix):
    with pytest.raises(ValueError, match="prefix"):
        references(prefix, [])
