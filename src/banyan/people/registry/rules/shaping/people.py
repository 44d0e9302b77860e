"""Households, people and memberships made of accepted submissions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from banyan.people.registry.rules.ages import birth_of_age
from banyan.people.registry.rules.marks import odd_codes
from banyan.people.registry.rules.shaping.belongings import documents, needs, notices, phones
from banyan.people.registry.rules.shaping.columns import day, text, true, value
from banyan.people.registry.rules.shaping.keys import Searched, names_of, searched
from banyan.people.registry.rules.shaping.setting import Fault, Setting, place_codes, spots_frame
from banyan.platform.kernel.ids import references

# 60 bits after the prefix: among ten million records two share a reference with a chance of one in twenty thousand.
PERSON, HOUSEHOLD, GROUPS = "PSN", "HHD", 3
DIFFICULTIES: Final = ("seeing", "hearing", "walking", "remembering", "selfcare", "communicating")

_PERSON_TEXTS: Final = {
    "number": 80, "given_name": 100, "middle_name": 100, "family_name": 100, "name_original": 200, "mother_name": 200,
    "father_name": 200, "nationality": 3, "origin_country": 3, "marital_status": 40, "legal_status": 40, "education": 40,
    "occupation": 120, "address": 300, "language": 12, "contact_preference": 40, "email": 254, "photo": 80,
    "biometric_status": 40,
}  # fmt: skip
_HOUSEHOLD_TEXTS: Final = {
    "number": 80, "address": 300, "phone": 20, "interviewer": 120, "registration_group": 80, "language": 12,
    "residence_status": 40, "origin_country": 3,
}  # fmt: skip
_POSITION = r"^\s*(-?\d+(?:\.\d+)?)[,\s]+(-?\d+(?:\.\d+)?)"
_LONGEST = {f"person.{name}": most for name, most in _PERSON_TEXTS.items()} | {
    f"household.{name}": most for name, most in _HOUSEHOLD_TEXTS.items()
}


@dataclass(frozen=True)
class Rows:
    """Rows ready for the tables of the register."""

    household: pl.DataFrame
    person: pl.DataFrame
    membership: pl.DataFrame
    document: pl.DataFrame
    phone: pl.DataFrame
    need: pl.DataFrame
    notice: pl.DataFrame
    # Search keys take longest and need no database: made when asked for, beside the writing of the others.
    searched: Callable[[], Searched]

    def tables(self) -> dict[str, pl.DataFrame]:
        """Frames by table, those that others refer to first, without the search keys."""
        return {f"registry_{name}": frame for name, frame in vars(self).items() if name != "searched"}

    def scopes(self) -> set[int]:
        """Every scope that a row would carry."""
        return set(self.person["scope_id"]) | set(self.household["scope_id"])


def shape(households: pl.DataFrame, people: pl.DataFrame, setting: Setting) -> Rows:
    """All rows of all tables for submissions that are new. See `faults` for what must hold before.

    households: submission_id and fields "household.…"; people: submission_id, staged_row_id, ordinal and fields "person.…";
    both may carry `extras` (JSON text). Submissions with people and no household row get a household of their own.
    """
    homes = _homes(households, people, setting)
    members = _members(people, homes, setting)
    household = homes.select(
        pl.col("household_id").alias("id"),
        pl.lit(str(setting.operation_id)).alias("operation_id"),
        pl.col("home_scope").alias("scope_id"),
        pl.Series("reference", references(HOUSEHOLD, homes["household_id"], groups=GROUPS)),
        *(text(homes, f"household.{name}") for name in _HOUSEHOLD_TEXTS),
        pl.col("home_place").alias("place_id"),
        *_position(homes),
        pl.lit(None, pl.Boolean).alias("located"),
        pl.lit(setting.source[:120]).alias("source"),
        "registered_on",
        day(homes, "household.interviewed_on").alias("interviewed_on"),
        value(homes, "household.size_reported").alias("size_reported"),
        *_standing(homes, setting),
    )
    person = members.select(
        pl.col("person_id").alias("id"),
        pl.lit(str(setting.operation_id)).alias("operation_id"),
        "scope_id",
        pl.Series("reference", references(PERSON, members["person_id"], groups=GROUPS)),
        "full_name",
        *(text(members, f"person.{name}") for name in _PERSON_TEXTS),
        value(members, "person.sex").fill_null("unknown"),
        "birth_date",
        value(members, "person.arrived_on"),
        value(members, "person.status_decided_on"),
        true(members, "person.born_in_asylum").alias("born_in_asylum"),
        _taken(members).alias("photo_taken_on"),
        _screened(members).alias("needs_screened_on"),
        _entered(members, setting).alias("entered_on"),
        pl.lit(None, pl.String).alias("verified_on"),
        odd_codes(members, setting.codes).alias("odd_codes"),
        "place_id",
        _difficulties(members),
        pl.coalesce(day(members, "person.registered_on"), pl.col("registered_on")).alias("registered_on"),
        *_standing(members, setting),
        (pl.col("staged_row_id") if "staged_row_id" in members.columns else pl.lit(None, pl.String)).alias(
            "staged_row"
        ),
    )
    names = names_of(members)
    return Rows(
        household=household,
        person=person,
        membership=_memberships(members, setting),
        document=documents(members, setting),
        phone=phones(members, setting),
        need=needs(members, setting),
        notice=notices(homes, members, setting),
        searched=partial(searched, members.with_columns(value(members, "person.sex").alias("sex")), *names),
    )


def _homes(households: pl.DataFrame, people: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """One row per submission with the household's id, place, scope and day of registration."""
    submissions = pl.concat(
        [frame.select("submission_id") for frame in (households, people) if "submission_id" in frame.columns]
    ).unique(maintain_order=True)
    homes = submissions.join(
        households.unique("submission_id", keep="first", maintain_order=True), on="submission_id", how="left",
        maintain_order="left",
    )  # fmt: skip
    if "person.place" in people.columns:
        # Where only people say where they live, the household lives where its first member does.
        first = people.filter(pl.col("person.place").is_not_null()).group_by("submission_id").agg(
            pl.col("person.place").first().alias("_member_place")
        )  # fmt: skip
        homes = homes.join(first, on="submission_id", how="left", maintain_order="left")
    else:
        homes = homes.with_columns(pl.lit(None, pl.String).alias("_member_place"))
    homes = homes.with_columns(pl.coalesce(value(homes, "household.place"), pl.col("_member_place")).alias("_code"))
    homes = homes.join(spots_frame(setting), left_on="_code", right_on="code", how="left", maintain_order="left")
    today = setting.today.isoformat()
    return homes.with_columns(
        pl.Series("household_id", setting.fresh_ids(homes.height), dtype=pl.String),
        pl.col("place_id").alias("home_place"),
        pl.col("place_scope").fill_null(setting.scope_id).alias("home_scope"),
        day(homes, "household.registered_on", "household.interviewed_on").fill_null(today).alias("registered_on"),
    ).drop("place_id", "place_scope")


def _members(people: pl.DataFrame, homes: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """The people with their household, scope, name, birth date and whether they head it."""
    wanted = homes.select("submission_id", "household_id", "home_place", "home_scope", "registered_on")
    found = people.join(wanted, on="submission_id", how="left", maintain_order="left")
    found = found.with_columns(value(found, "person.place").alias("_code"))
    found = found.join(spots_frame(setting), left_on="_code", right_on="code", how="left", maintain_order="left")
    alone = pl.len().over("submission_id") == 1
    return found.with_columns(
        pl.Series("person_id", setting.fresh_ids(found.height), dtype=pl.String),
        pl.coalesce("place_scope", "home_scope").alias("scope_id"),
        full_name(found).alias("full_name"),
        _births(found).alias("birth_date"),
        (heads(found) | alone).alias("is_head"),
    )


def heads(people: pl.DataFrame) -> pl.Expr:
    """Who is said to head the household, in so many words or by relationship."""
    return true(people, "person.is_head") | (value(people, "person.relationship") == "head").fill_null(value=False)


def full_name(people: pl.DataFrame) -> pl.Expr:
    """The full name as written, else its parts in their order; null when there is none."""
    parts = [value(people, f"person.{part}") for part in ("given_name", "middle_name", "family_name")]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return pl.coalesce(
        value(people, "person.full_name"), pl.when(joined != "").then(joined), value(people, "person.name_original")
    )


def _births(people: pl.DataFrame) -> pl.Expr:
    """The birth date with its mark when estimated; without one the year that the age says, as an estimate."""
    birth = value(people, "person.birth_date")
    marked = pl.when(true(people, "person.birth_date_estimated") & ~birth.str.ends_with("~")).then(birth + "~")
    given = pl.coalesce(marked, birth)
    if "person.age" not in people.columns:
        return given
    pairs = people.select("person.age", "registered_on").unique().rows()
    years = [
        (age, day, str(birth_of_age(int(age), date.fromisoformat(day))))
        for age, day in pairs
        if age and age.isdigit() and day
    ]
    table = {f"{age}|{day}": birth for age, day, birth in years}
    said = pl.concat_str("person.age", "registered_on", separator="|").replace_strict(
        list(table), list(table.values()), default=None, return_dtype=pl.String
    )
    return pl.coalesce(given, said) if table else given


def _taken(people: pl.DataFrame) -> pl.Expr:
    """When the photo was taken: as told, else with the registration it came with."""
    registered = pl.coalesce(day(people, "person.registered_on"), pl.col("registered_on"))
    return pl.coalesce(
        day(people, "person.photo_taken_on"), pl.when(text(people, "person.photo") != "").then(registered)
    )


def _screened(people: pl.DataFrame) -> pl.Expr:
    """When somebody was asked about specific needs: the registration, if it says so or a need was told."""
    asked = true(people, "person.needs_screened") | true(people, "person.pregnant")
    if "person.needs" in people.columns:
        asked = asked | (pl.col("person.needs").fill_null("") != "")
    return pl.when(asked).then(pl.coalesce(day(people, "person.registered_on"), pl.col("registered_on")))


def _entered(people: pl.DataFrame, setting: Setting) -> pl.Expr:
    """When it was written into a system: when the device or server got it, else today."""
    return day(people, "entered_on").fill_null(setting.today.isoformat())


def _difficulties(people: pl.DataFrame) -> pl.Expr:
    asked = [domain for domain in DIFFICULTIES if f"person.disability.{domain}" in people.columns]
    if not asked:
        return pl.lit("{}").alias("difficulties")
    parts = [
        pl.when(pl.col(f"person.disability.{domain}") != "").then(
            pl.concat_str(pl.lit(f'"{domain}":"'), pl.col(f"person.disability.{domain}"), pl.lit('"'))
        )
        for domain in asked
    ]
    said = pl.concat_str(parts, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), said, pl.lit("}")).alias("difficulties")


def _position(homes: pl.DataFrame) -> list[pl.Expr]:
    """lat and lon of "lat lon …", null otherwise."""
    if "household.geopoint" not in homes.columns:
        return [pl.lit(None, pl.String).alias(name) for name in ("lat", "lon")]
    return [
        pl.col("household.geopoint").str.extract(_POSITION, place).alias(name)
        for place, name in ((1, "lat"), (2, "lon"))
    ]


def _standing(frame: pl.DataFrame, setting: Setting) -> list[pl.Expr]:
    """The columns that are alike for people and households that have just been registered."""
    extras = pl.col("extras").fill_null("{}") if "extras" in frame.columns else pl.lit("{}")
    batch = None if setting.batch_id is None else str(setting.batch_id)
    return [
        pl.lit("active").alias("status"),
        pl.lit("").alias("status_reason"),
        pl.lit(None, pl.String).alias("status_since"),
        extras.alias("extras"),
        pl.lit(batch, pl.String).alias("batch"),
        (pl.lit(None, pl.String) if batch is None else pl.col("submission_id")).alias("submission"),
        pl.lit(1).alias("version"),
    ]


def _memberships(people: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    relationship = text(people, "person.relationship")
    head = pl.col("is_head")
    return people.select(
        pl.Series("id", setting.fresh_ids(people.height), dtype=pl.String),
        "person_id",
        "household_id",
        "scope_id",
        pl.when(head & (relationship == "")).then(pl.lit("head")).otherwise(relationship).alias("relationship"),
        text(people, "person.said").str.slice(0, 60),
        "is_head",
        true(people, "person.is_collector").alias("is_collector"),
        true(people, "person.is_alternate").alias("is_alternate"),
        pl.col("registered_on").alias("since"),
        pl.lit(None, pl.String).alias("until"),
        pl.lit("").alias("reason"),
    )


def faults(households: pl.DataFrame, people: pl.DataFrame, setting: Setting) -> list[Fault]:
    """Everything for which these rows cannot be registered, at once. Checked batches give none; nothing is trusted."""
    found = []
    unnamed = people.select(full_name(people).is_null().sum()).item() if people.height else 0
    if unnamed:
        found.append(Fault("name_missing", {}))
    if people.height:
        counted = people.group_by("submission_id").agg(heads(people).sum().alias("heads"))["heads"]
        if (most := int(counted.max() or 0)) > 1:  # type: ignore[arg-type]  # a column of counts
            found.append(Fault("head_twice", {"count": most}))
    empty = households.height and households.join(people, on="submission_id", how="anti").height
    if empty:
        found.append(Fault("household_empty", {}))
    found += [
        Fault("place_unknown", {"code": code})
        for code in sorted(place_codes(households, people) - setting.spots.keys())
    ]
    for frame in (households, people):
        for field in frame.columns:
            most = _LONGEST.get(field, 200 if field == "person.full_name" else 0)
            if most and int(frame[field].str.len_chars().max() or 0) > most:  # type: ignore[arg-type]
                found.append(Fault("value_too_long", {"field": field, "limit": most}))
    return found
