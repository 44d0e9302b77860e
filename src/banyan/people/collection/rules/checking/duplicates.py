"""The same twice within a batch: submissions, and people who are alike. Never an error: somebody looks."""

import polars as pl

from banyan.people.collection.rules.checking.dates import BIRTH
from banyan.people.collection.rules.checking.ledger import HOUSEHOLD, INDEX, PERSON, WARNING, Ledger, rows_text

NAME, SEX = f"{PERSON}.full_name", f"{PERSON}.sex"


def check_duplicates(ledger: Ledger) -> None:
    """Submissions with the same id, people with the same name, date of birth and sex."""
    _submissions(ledger)
    _people(ledger)


def _submissions(ledger: Ledger) -> None:
    several = ledger.now[HOUSEHOLD].drop_nulls("uid").filter(pl.col("uid").is_duplicated())
    if several.is_empty():
        return
    rows = several.group_by("uid").agg(pl.col(INDEX), rows_text().alias("#rows")).explode(INDEX).sort(INDEX)
    ledger.note(
        HOUSEHOLD, rows, "@uid", "submission_repeated", severity=WARNING, raw=pl.col("uid"),
        params={"rows": pl.col("#rows")},
    )  # fmt: skip


def _people(ledger: Ledger) -> None:
    frame = ledger.now[PERSON]
    alike = frame.select(
        INDEX, "row", pl.col(NAME).str.to_lowercase().str.replace_all(r"[\s.,'’\-]+", " ").alias("#name"), BIRTH, SEX
    ).drop_nulls()  # fmt: skip
    keys = ["#name", BIRTH, SEX]
    several = alike.filter(pl.struct(keys).is_duplicated())
    if several.is_empty():
        return
    rows = several.group_by(keys).agg(pl.col(INDEX), rows_text().alias("#rows")).explode(INDEX).sort(INDEX)
    ledger.note(PERSON, rows, NAME, "people_alike", severity=WARNING, params={"rows": pl.col("#rows")})
