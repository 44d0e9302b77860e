"""Search keys of people that are being registered."""

from collections.abc import Iterable

import polars as pl

from banyan.people.registry.rules.shaping.columns import value
from banyan.platform.kernel.names import spellings, stored_key_hashes


def names_of(people: pl.DataFrame) -> list[pl.Series]:
    """Every way in which a person's name is written."""
    columns = [people["full_name"]]
    if "person.name_original" in people.columns:
        columns.append(people["person.name_original"])
    if "person.given_name" in people.columns or "person.family_name" in people.columns:
        parts = [value(people, f"person.{part}") for part in ("given_name", "middle_name", "family_name")]
        columns.append(people.select(pl.concat_str(parts, separator=" ", ignore_nulls=True)).to_series())
    return columns


def words_of_names(*names: Iterable[str | None]) -> pl.DataFrame:
    """Rows of the words that names have, as `spellings` gives them, in the order in which all that write them write them."""
    found = sorted(spellings({name for column in names for name in column if name}))
    return pl.DataFrame(found, schema={"short": pl.Int64, "key": pl.String}, orient="row")


def name_keys(people: pl.DataFrame, *names: Iterable[str | None]) -> pl.DataFrame:
    """Rows of search keys, in the order of the keys so that an index grows evenly.

    people: person_id, scope_id, sex, birth_date (text of a partial date or null); names: one or more columns of names.
    """
    known: dict[tuple[str, ...], list[int]] = {}
    keys: list[int] = []
    bearers: list[int] = []
    for place, written in enumerate(zip(*names, strict=True)):
        distinct = tuple(dict.fromkeys(name for name in written if name))
        found = known.get(distinct)
        if found is None:
            found = known[distinct] = list(stored_key_hashes(distinct))
        keys += found
        bearers += [place] * len(found)
    rows = people.select(
        "scope_id",
        "person_id",
        pl.col("birth_date").str.slice(0, 4).cast(pl.Int16, strict=False).alias("born"),
        pl.col("sex").fill_null("unknown").str.slice(0, 1).alias("sex"),
    )[bearers]
    return rows.select(pl.Series("key", keys, dtype=pl.Int64), *rows.columns).sort("key")
