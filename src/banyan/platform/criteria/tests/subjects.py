"""Subjects for tests of the language that need no tables."""

from typing import Any

from banyan.platform.criteria.declarations import Field, Relation, Subject, gather
from banyan.platform.criteria.rules import Vocabulary
from banyan.platform.kernel.privacy import Privacy


def field(name: str, kind: Any, **more: Any) -> Field:
    return Field(name, kind, name.replace("_", " ").capitalize(), more.pop("sql", f"{{t}}.{name}"), **more)


SUBJECTS = gather(
    [
        Subject(
            "person",
            "Person",
            "person",
            distinct=True,
            fields=(
                field("name", "text", empty="blank"),
                field("remark", "text"),
                field("sex", "code", code_list="sex"),
                field("birth_date", "date"),
                field("age", "integer", sql="{t}.birth_date", derived="age"),
                field("registered_on", "day"),
                field("income", "decimal", privacy=Privacy.SENSITIVE),
                field("children", "integer"),
                field("refugee", "boolean"),
                field("widowed", "boolean"),
                field("religion", "text", data_kind="religion"),
                field("token", "text", privacy=Privacy.SECRET),
            ),
            relations=(
                Relation("household", "Household", "household", False, "{there}.id = {here}.household_id"),
                Relation("documents", "Documents", "document", True, "{there}.person_id = {here}.id"),
            ),
        ),
        Subject(
            "household",
            "Household",
            "household",
            distinct=True,
            fields=(field("region", "text"), field("size", "integer")),
            relations=(
                Relation("members", "Members", "person", True, "{there}.household_id = {here}.id"),
                Relation("head", "Head", "person", False, "{there}.id = {here}.head_id"),
            ),
        ),
        Subject(
            "document",
            "Document",
            "document",
            distinct=True,
            fields=(field("type", "code", code_list="types"), field("expires_on", "date")),
            relations=(Relation("person", "Person", "person", False, "{there}.id = {here}.person_id"),),
        ),
    ]
)

VOCABULARY = Vocabulary(
    SUBJECTS,
    "person",
    forbidden=frozenset({"religion"}),
    codes={"sex": ["female", "male", "other"]},
    parameters={"months": 12, "share": "a.c", "limit": 18, "kinds": ("passport", "id"), "none": (), "bad": 10**20, "bads": ("\x00",)},
    further={
        "person": (field("extras.shelter", "text", sql="{t}.extras->>'shelter'"),),
        "household": (field("extras.water", "boolean", sql="{t}.water"),),
    },
)  # fmt: skip
