"""Documents, telephones, needs and notices of people that are being registered."""

from typing import Final

import polars as pl

from banyan.people.registry.rules.shaping.columns import text, true, value
from banyan.people.registry.rules.shaping.setting import Setting

DOCUMENTS: Final = (
    "national_id", "passport", "birth_certificate", "drivers_license", "electoral_card", "unhcr_id", "scope_id", "tax_id", "other",
)  # fmt: skip
PREGNANT = "pregnant"
# Numbers are copied from papers in Burmese, Arabic, Persian, Devanagari and Bengali digits, and asked for in others.
_DIGITS: Final = {chr(zero + digit): str(digit) for zero in (0x1040, 0x660, 0x6F0, 0x966, 0x9E6) for digit in range(10)}


def document_key(number: pl.Expr) -> pl.Expr:
    """A number as documents are compared by: capital letters and digits, nothing between."""
    return (
        number.str.replace_many(list(_DIGITS), list(_DIGITS.values()))
        .str.to_uppercase()
        .str.replace_all(r"[^\p{L}\p{N}]", "")
    )


def documents(people: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Documents of people (person_id, scope_id and fields)."""
    found = []
    for kind in DOCUMENTS:
        field = f"person.document.{kind}"
        if f"{field}.number" not in people.columns:
            continue
        having = people.filter(pl.col(f"{field}.number").fill_null("").str.strip_chars() != "")
        found.append(
            having.select(
                "person_id",
                "scope_id",
                pl.lit(kind).alias("type"),
                pl.col(f"{field}.number").alias("number"),
                document_key(pl.col(f"{field}.number")).alias("number_key"),
                text(having, f"{field}.issuer"),
                value(having, f"{field}.issued_on"),
                value(having, f"{field}.expires_on"),
                pl.lit(value=True).alias("is_current"),
            )
        )
    return numbered(found, setting)


def phones(people: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Telephones in the order in which they were given."""
    found = []
    for position, field in enumerate(("person.phone", "person.phone_2")):
        if field in people.columns:
            having = people.filter(pl.col(field).fill_null("") != "")
            raw = pl.col(f"raw:{field}").fill_null(pl.col(field)) if f"raw:{field}" in people.columns else pl.col(field)
            found.append(
                having.select(
                    "person_id",
                    "scope_id",
                    pl.col(field).alias("number"),
                    raw.str.slice(0, 60).alias("raw"),
                    pl.lit(position).alias("position"),
                )
            )
    return numbered(found, setting)


def needs(people: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Specific needs, each once; pregnancy is one of them."""
    found = []
    if "person.needs" in people.columns:
        split = pl.col("person.needs").str.split(" ").alias("code")
        having = people.filter(pl.col("person.needs").fill_null("") != "")
        found.append(having.select("person_id", "scope_id", split, "registered_on").explode("code"))
    if "person.pregnant" in people.columns:
        having = people.filter(true(people, "person.pregnant"))
        found.append(having.select("person_id", "scope_id", pl.lit(PREGNANT).alias("code"), "registered_on"))
    if not found:
        return pl.DataFrame()
    codes = pl.concat(found).filter(pl.col("code") != "").unique(["person_id", "code"], maintain_order=True)
    rows = codes.select(
        "person_id",
        "scope_id",
        "code",
        pl.col("registered_on").alias("since"),
        pl.lit(None, pl.String).alias("until"),
        pl.lit("").alias("note"),
        pl.col("code").is_in(list(setting.sensitive)).alias("sensitive"),
    )
    return numbered([rows], setting)


def notices(homes: pl.DataFrame, people: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """What was agreed to, of people and of households that were asked: registration, and sharing where that was asked."""
    found = []
    for frame, subject, scope in ((homes, "household", "home_scope"), (people, "person", "scope_id")):
        fields = [f"{subject}.{name}" for name in ("consent", "sharing", "notice_version")]
        asked = [pl.col(field).fill_null("") != "" for field in fields if field in frame.columns]
        if not asked:
            continue
        having = frame.filter(pl.any_horizontal(asked))
        answers = [
            pl.concat_str(pl.lit(f'"{purpose}":'), value(having, field))
            for purpose, field in (("registration", fields[0]), ("sharing", fields[1]))
        ]
        agreed = pl.concat_str(pl.lit("{"), pl.concat_str(answers, separator=",", ignore_nulls=True), pl.lit("}"))
        person = pl.col("person_id") if subject == "person" else pl.lit(None, pl.String)
        household = pl.col("household_id") if subject == "household" else pl.lit(None, pl.String)
        found.append(
            having.select(
                person.alias("person_id"),
                household.alias("household_id"),
                pl.col(scope).alias("scope_id"),
                text(having, fields[2]).str.slice(0, 40).alias("version"),
                text(having, f"{subject}.language").str.slice(0, 12).alias("language"),
                pl.col("registered_on").alias("given_on"),
                agreed.alias("purposes"),
                pl.lit("consent").alias("legal_basis"),
                pl.lit(None, pl.String).alias("withdrawn_on"),
            )
        )
    return numbered(found, setting)


def numbered(found: list[pl.DataFrame], setting: Setting) -> pl.DataFrame:
    """The frames one below the other, every row with an id; an empty frame when there are none."""
    rows = pl.concat(found) if found else pl.DataFrame()
    return rows.with_columns(pl.Series("id", setting.fresh_ids(rows.height), dtype=pl.String)) if rows.height else rows
