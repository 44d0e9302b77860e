"""Columns of people and households that a change may write, and how a value someone gives is read into one.

Values are read strictly and nothing is changed silently: what cannot be read is a Problem at its field. Results are plain
values (records).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import phonenumbers

from banyan.people.registry.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.dates import PartialDate, read_date
from banyan.platform.kernel.problems import Location, Problem

LONGEST_TEXT = 2_000


@dataclass(frozen=True)
class Field:
    """A column: `kind` says how it is read; `codes` names the code list of a choice; `most` is the longest text."""

    name: str
    kind: str = "text"
    codes: str = ""
    most: int = 200
    required: bool = False


PERSON_FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        Field("full_name", "name", required=True), Field("name_original", "name"), Field("given_name", "name", most=100),
        Field("middle_name", "name", most=100), Field("family_name", "name", most=100), Field("mother_name", "name"),
        Field("father_name", "name"), Field("sex", "choice", "sex", required=True), Field("birth_date", "partial"),
        Field("nationality", "country", "iso-3166-1"), Field("origin_country", "country", "iso-3166-1"),
        Field("marital_status", "choice", "marital-status"), Field("legal_status", "choice", "legal-status"),
        Field("arrived_on", "partial"), Field("education", "choice", "education"),
        Field("occupation", most=120), Field("place", "place"), Field("address", most=300),
        Field("language", "language", most=12), Field("contact_preference", "choice", "contact-preference"),
        Field("email", "email", most=254), Field("number", most=80), Field("difficulties", "mapping"),
        Field("photo", most=80), Field("extras", "mapping"), Field("status_decided_on", "partial"),
        Field("born_in_asylum", "flag"), Field("photo_taken_on", "day"),
        Field("biometric_status", "choice", "biometric-status"), Field("needs_screened_on", "day"),
        Field("verified_on", "day"),
    )
}  # fmt: skip
HOUSEHOLD_FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        Field("number", most=80), Field("place", "place"), Field("address", most=300), Field("lat", "latitude"),
        Field("lon", "longitude"), Field("phone", "phone", most=20), Field("interviewed_on", "day"),
        Field("interviewer", most=120), Field("registration_group", most=80), Field("language", "language", most=12),
        Field("size_reported", "count"), Field("residence_status", "choice", "residence-status"),
        Field("origin_country", "country", "iso-3166-1"), Field("extras", "mapping"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What values are compared with: codes by list (a list that is absent is not checked), region for phone numbers, the day."""

    today: date
    codes: Mapping[str, Collection[str]] = field(default_factory=dict)
    region: str = ""  # ISO 3166-1 alpha-2, for telephone numbers without country
    sensitive: Collection[str] = ()  # codes of needs that are always sensitive
    places: Mapping[str, str] = field(default_factory=dict)  # id or P-code, as given: id of a place that may be seen


def read_value(wanted: Field, given: Any, known: Known, *, at: str = "") -> Any:
    """The plain value of what was given; None (or "" for text) when it is empty. Raises Problem at the field."""
    where = Location(field=at or wanted.name)
    if given is None or given == "" or given == {}:
        if wanted.required:
            raise Problem("registry.change_value_missing", field=wanted.name, at=where)
        return _NOTHING.get(wanted.kind, "")
    if wanted.kind != "mapping" and not isinstance(given, str | int | float | date | UUID | PartialDate):
        raise Problem("registry.change_value_malformed", field=wanted.name, at=where)
    try:
        return _READERS[wanted.kind](wanted, given, known)
    except Problem as problem:
        raise problem.placed(where) from problem


def _text(wanted: Field, given: Any, _known: Known) -> str:
    text = " ".join(str(given).replace("\x00", "").split())
    if len(text) > wanted.most:
        raise Problem("registry.value_too_long", field=wanted.name, limit=wanted.most)
    if wanted.required and not text:
        raise Problem("registry.change_value_missing", field=wanted.name)
    return text


def _choice(wanted: Field, given: Any, known: Known) -> str:
    code = str(given).strip()
    if wanted.codes in known.codes and code not in known.codes[wanted.codes]:
        raise Problem("registry.value_unknown", value=code, list=wanted.codes)
    return _text(wanted, code, known)


def _country(wanted: Field, given: Any, known: Known) -> str:
    code = str(given).strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Problem("registry.value_unknown", value=code, list=wanted.codes)
    return _choice(wanted, code, known)


def _partial(_wanted: Field, given: Any, _known: Known) -> str:
    return str(given if isinstance(given, PartialDate) else read_date(str(given)))


def read_day(given: Any) -> str:
    """A whole day as ISO text. Raises Problem kernel.date_unreadable and others, registry.change_day_partial."""
    if isinstance(given, date):
        return given.isoformat()
    read = read_date(str(given))
    if read.day is None:
        raise Problem("registry.change_day_partial", text=str(given))
    return read.earliest.isoformat()


def read_flag(given: Any) -> bool:
    """Whether a yes-or-no question is answered with yes."""
    return given is True or str(given).strip().lower() in ("true", "yes", "on", "1")


def _place(_wanted: Field, given: Any, known: Known) -> str:
    text = str(given).strip()
    if text not in known.places:
        raise Problem("registry.place_unknown", code=text)
    return known.places[text]


def _email(wanted: Field, given: Any, known: Known) -> str:
    text = _text(wanted, given, known)
    name, _sign, host = text.rpartition("@")
    if not name or "." not in host or " " in text or host.startswith(".") or host.endswith("."):
        raise Problem("registry.change_email_malformed", text=text)
    return text


def read_phone(given: Any, region: str) -> str:
    """A telephone number as E.164. Raises Problem registry.change_phone_malformed."""
    text = str(given).strip()
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Problem("registry.change_phone_malformed", text=text)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _number(text: Any, lowest: float, highest: float) -> float:
    try:
        number = float(str(text).strip())
    except ValueError:
        number = highest + 1
    if not lowest <= number <= highest:
        raise Problem("registry.change_number_malformed", text=str(text), lowest=int(lowest), highest=int(highest))
    return number


def _count(_wanted: Field, given: Any, _known: Known) -> int:
    number = _number(given, 0, 200)
    if number != int(number):
        raise Problem("registry.change_number_malformed", text=str(given), lowest=0, highest=200)
    return int(number)


def _mapping(wanted: Field, given: Any, _known: Known) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise Problem("registry.change_value_malformed", field=wanted.name)
    for value in given.values():
        if (value is not None and not isinstance(value, str | int | float | bool)) or len(str(value)) > LONGEST_TEXT:
            raise Problem("registry.change_value_malformed", field=wanted.name)
    return dict(given)


_READERS: dict[str, Callable[[Field, Any, Known], Any]] = {
    "text": _text,
    "name": _text,
    "choice": _choice,
    "country": _country,
    "language": _choice,
    "partial": _partial,
    "day": lambda _wanted, given, _known: read_day(given),
    "place": _place,
    "email": _email,
    "phone": lambda _wanted, given, known: read_phone(given, known.region),
    "latitude": lambda _wanted, given, _known: _number(given, -90, 90),
    "longitude": lambda _wanted, given, _known: _number(given, -180, 180),
    "count": _count,
    "mapping": _mapping,
    "flag": lambda _wanted, given, _known: read_flag(given),
}
_NOTHING: dict[str, Any] = {
    "partial": None, "day": None, "place": None, "latitude": None, "longitude": None, "count": None, "mapping": {},
    "flag": False,
}  # fmt: skip


def read_fields(
    fields: Mapping[str, Field], given: Mapping[str, Any], known: Known, *, at: str = ""
) -> tuple[dict[str, Any], list[Problem]]:
    """The values given for columns, read, and every problem in them; `at` begins the names of places ("fields.")."""
    read: dict[str, Any] = {}
    found: list[Problem] = []
    for name, value in given.items():
        where = f"{at}{name}"
        if name not in fields:
            found.append(Problem("registry.change_field_unknown", field=name, at=Location(field=where)))
            continue
        try:
            read[name] = read_value(fields[name], value, known, at=where)
        except Problem as problem:
            found.append(problem)
    return read, found
