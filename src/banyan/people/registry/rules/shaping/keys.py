"""Search keys of people that are being registered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from banyan.people.registry.rules.shaping.columns import value
from banyan.platform.kernel.names import spellings, stored_key_hashes

# Keys and words are made of the same reading of a name, which is remembered for some thousand names.
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Searched:
    """Rows by which people are found: keys of their names, and the words that these are made of."""

    namekey: pl.DataFrame
    spelling: pl.DataFrame


def names_of(people: pl.DataFrame) -> list[pl.Series]:
    """Every way in which a person's name is written."""
    columns = [people["full_name"]]
    if "person.name_original" in people.columns:
        columns.append(people["person.name_original"])
    if "person.given_name" in people.columns or "person.family_name" in people.columns:
        parts = [value(people, f"person.{part}") for part in ("given_name", "middle_name", "family_name")]
        columns.append(people.select(pl.concat_str(parts, separator=" ", ignore_nulls=True)).to_series())
    return columns


def searched(people: pl.DataFrame, *names: Sequence[str | None] | pl.Series) -> Searched:
    """Rows of search keys, in the order of the keys so that an index grows evenly, and of the words of the names.

    people: person_id, scope_id, sex, birth_date (text of a partial date or null); names: one or more columns of names.
    """
    known: dict[tuple[str, ...], list[int]] = {}
    words: set[tuple[int, str]] = set()
    keys: list[int] = []
    bearers: list[int] = []
    for start in range(0, people.height, _AT_ONCE):
        part = [column[start : start + _AT_ONCE] for column in names]
        for place, written in enumerate(zip(*part, strict=True), start):
            distinct = tuple(dict.fromkeys(name for name in written if name))
            found = known.get(distinct)
            if found is None:
                found = known[distinct] = list(stored_key_hashes(distinct))
            keys += found
            bearers += [place] * len(found)
        words |= spellings(_once(part))
    rows = people.select(
        "scope_id",
        "person_id",
        pl.col("birth_date").str.slice(0, 4).cast(pl.Int16, strict=False).alias("born"),
        pl.col("sex").fill_null("unknown").str.slice(0, 1).alias("sex"),
    )[bearers]
    return Searched(
        rows.select(pl.Series("key", keys, dtype=pl.Int64), *rows.columns).sort("key"),
        # In the order in which all that write words write them: who waits for whom is never a circle.
        pl.DataFrame(sorted(words), schema={"short": pl.Int64, "key": pl.String}, orient="row"),
    )


def _once(columns: Iterable[Iterable[str | None]]) -> set[str]:
    return {name for column in columns for name in column if name}
