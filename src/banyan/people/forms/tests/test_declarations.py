"""Register fields are declared in the vocabulary, or not at all."""

import pytest

from banyan.people.forms.declarations import (
    KINDS_OF_DATA,
    FieldDeclarationError,
    RegisterField,
    gather,
    register_fields,
)

NAME = RegisterField("person.full_name", "person", "Full name", "name", words=("name",), required=True)


def test_fields_are_found_by_key_in_the_order_declared() -> None:
    place = RegisterField("household.place", "household", "Place", "place")
    assert list(gather([place, NAME])) == ["household.place", "person.full_name"]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (RegisterField("household.name", "person", "Name", "name"), "begins with its subject"),
        (RegisterField("pet.name", "pet", "Name", "name"), "begins with its subject"),  # type: ignore[arg-type]
        (RegisterField("person.name", "person", "Name", "title"), "no kind of value"),
        (RegisterField("person.name", "person", "Name", "name", data_kind="secrets"), "no kind of data"),
    ],
)
def test_a_field_outside_the_vocabulary_is_refused(field: RegisterField, said: str) -> None:
    with pytest.raises(FieldDeclarationError, match=said):
        gather([field])


def test_a_field_declared_twice_is_refused() -> None:
    with pytest.raises(FieldDeclarationError, match="twice"):
        gather([NAME, NAME])


def test_what_the_rooms_declare_fits_the_vocabulary() -> None:
    assert all(field.data_kind in {"", *KINDS_OF_DATA} for field in register_fields().values())
