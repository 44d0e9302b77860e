"""What tests of the check share: small canonical frames, code lists as they come with Banyan, findings as plain rows."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

import banyan.reference.codes as codes_room
from banyan.people.collection.rules.checking import check
from banyan.people.collection.rules.shapes import Canonical, Checked, KnownPlace, ListedCode, Lookups
from banyan.people.forms.declarations import register_fields

LISTS = Path(codes_room.__file__).parent / "lists"
USED = ("sex", "relationship", "marital-status", "residence-status", "functioning-difficulty", "specific-needs", "iso-3166-1",
        "legal-status", "education", "contact-preference")  # fmt: skip
PLACES = {
    place.code: place
    for place in (
        KnownPlace("MMR001", "1", "Kachin", ("Kachin", "ကချင်ပြည်နယ်"), 1, "active"),
        KnownPlace("MMR001001", "2", "Myitkyina", ("Myitkyina", "မြစ်ကြီးနား"), 3, "active"),
        KnownPlace("MMR001002", "3", "Waingmaw", ("Waingmaw",), 3, "active"),
        KnownPlace("MMR012001", "4", "Sittwe", ("Sittwe",), 3, "active"),
        KnownPlace("MMR001999", "5", "Gone", ("Gone",), 3, "retired"),
    )
}


@cache
def code_lists() -> dict[str, tuple[ListedCode, ...]]:
    found = {}
    for name in USED:
        terms = json.loads((LISTS / f"{name}.json").read_text())["terms"]
        found[name] = tuple(ListedCode(term["code"], tuple(_words(term))) for term in terms)
    return found


def _words(term: Mapping[str, Any]) -> Sequence[str]:
    words = [*term["labels"].values()]
    for value in (term.get("attributes") or {}).values():
        words += value if isinstance(value, list) else [value]
    return [word for word in words if isinstance(word, str)]


def near(codes: list[str]) -> dict[str, tuple[KnownPlace, ...]]:
    """Places that differ in one character, slowly."""
    return {
        code: tuple(
            place for other, place in PLACES.items()
            if len(other) == len(code) and sum(a != b for a, b in zip(other, code, strict=True)) == 1
        )
        for code in codes
    }  # fmt: skip


def lookups(**changes: Any) -> Lookups:
    given: dict[str, Any] = {
        "country": "MMR", "places": PLACES, "near": near, "codes": code_lists(), "fields": register_fields(),
        "today": "2026-11-22",
    }  # fmt: skip
    return Lookups(**given | changes)


def frame(rows: Sequence[Mapping[str, str | None]], sheet: str) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row if name != "key"))
    schema = {"key": pl.String, "sheet": pl.String, "row": pl.Int32} | dict.fromkeys(names, pl.String)
    records = [{"key": "H1", "sheet": sheet, "row": number, **row} for number, row in enumerate(rows, 2)]
    return pl.DataFrame(records, schema=schema)


def checked(
    people: Sequence[Mapping[str, str | None]],
    households: Sequence[Mapping[str, str | None]] = ({"key": "H1"},),
    **changes: Any,
) -> Checked:
    people_frame = frame(people, "People")
    cells = {name: ("People", chr(65 + number)) for number, name in enumerate(people_frame.columns)}
    return check(
        Canonical(
            frame(households, "Households"), people_frame, cells, changes.pop("paths", {}), changes.pop("media", {})
        ),
        lookups(**changes),
    )


PERSON = {
    "person.full_name": "Aung Ko", "person.sex": "male", "person.birth_date": "1980-02-03", "person.relationship": "head",
}  # fmt: skip


def person(**changes: str | None) -> dict[str, str | None]:
    """A person with nothing wrong; names of fields have __ for dots."""
    return PERSON | {f"person.{name.replace('__', '.')}": value for name, value in changes.items()}


def told(result: Checked) -> list[tuple[str, str, str]]:
    """Every finding as (severity, code, field)."""
    rows = result.findings.select("severity", "code", "field").rows()
    return [(severity, code.removeprefix("collection."), field) for severity, code, field in rows]


def codes_of(result: Checked) -> list[str]:
    return [code for _severity, code, _field in told(result)]
