"""Households as a whole: one head, members that belong, sizes, ages and relationships that fit."""

import polars as pl

from banyan.people.collection.rules.checking.dates import BIRTH, earliest_day, latest_day, years_between
from banyan.people.collection.rules.checking.ledger import ERROR, HOUSEHOLD, INDEX, PERSON, WARNING, Ledger, rows_text
from banyan.people.collection.rules.checking.vocabulary import gender_of_words, plain_word

HEAD, RELATION, SEX = f"{PERSON}.is_head", f"{PERSON}.relationship", f"{PERSON}.sex"
SIZE = f"{HOUSEHOLD}.size_reported"
CHILD_UNDER = 18
# Relationship → years by which the head is older, at least and at most; negative: younger. PROTECTION §3, check 16.
GAPS: dict[str, tuple[int, int]] = {
    "child": (12, 80),
    "grandchild": (24, 120),
    "parent": (-80, -12),
    "grandparent": (-120, -24),
}
# A row in which no household is named has a key of its own, which says nothing to anybody.
_NAMED = (
    pl.when(pl.col("key") != pl.format("{}:{}", pl.col("sheet"), pl.col("row")))
    .then(pl.col("key"))
    .otherwise(pl.lit(""))
)


def check_households(ledger: Ledger) -> None:
    """Everything that rows of one household say of each other."""
    _belonging(ledger)
    _repeated_ids(ledger)
    _heads(ledger)
    _sizes(ledger)
    _ages(ledger)
    _sexes(ledger)


def _belonging(ledger: Ledger) -> None:
    """Members without their household, households without members."""
    households, people = ledger.now[HOUSEHOLD], ledger.now[PERSON]
    if households.height:
        lost = people.join(households.select("key"), on="key", how="anti")
        ledger.note(PERSON, lost, "@household", "household_unknown", raw=_NAMED)
    empty = households.join(people.select("key"), on="key", how="anti")
    ledger.note(HOUSEHOLD, empty, "@household", "household_empty", raw=_NAMED)


def _repeated_ids(ledger: Ledger) -> None:
    for subject, column, code in ((HOUSEHOLD, "key", "household_repeated"), (PERSON, "number", "person_repeated")):
        frame = ledger.now[subject].drop_nulls(column)
        several = frame.filter(pl.col(column).is_duplicated())
        if several.is_empty():
            continue
        rows = several.group_by(column).agg(pl.col(INDEX), rows_text().alias("#rows")).explode(INDEX)
        field = "@household" if subject == HOUSEHOLD else "@person"
        ledger.note(subject, rows.sort(INDEX), field, code, raw=pl.col(column), params={"rows": pl.col("#rows")})


def _heads(ledger: Ledger) -> None:
    """Who is the head is said by a column of its own, by the relationship, or both; who lives alone is their own head."""
    for name in (HEAD, RELATION):
        if not ledger.has(PERSON, name):
            ledger.replace(PERSON, pl.lit(None, pl.String).alias(name))
    marked, related = pl.col(HEAD) == "true", pl.col(RELATION) == "head"
    alone = (pl.len().over("key") == 1) & pl.col(HEAD).is_null() & pl.col(RELATION).is_null()
    against = (marked & pl.col(RELATION).is_not_null() & ~related) | (related & (pl.col(HEAD) == "false"))
    people = ledger.now[PERSON].with_columns(
        (marked | related | alone).fill_null(value=False).alias("#head"),
        against.fill_null(value=False).alias("#against"),
    )
    ledger.note(PERSON, people.filter("#against"), HEAD, "head_contradicted", severity=WARNING)
    groups = people.group_by("key").agg(
        pl.col("#head").sum().alias("#heads"),
        pl.col("row").filter(pl.col("#head")).sort().cast(pl.String).head(10).str.join(", ").alias("#rows"),
        rows_text().alias("#all"),
        pl.col(INDEX).min().alias("#first"),
    )
    people = people.join(groups, on="key", how="left", maintain_order="left")
    several = people.filter(pl.col("#head") & (pl.col("#heads") > 1))
    params = {"count": pl.col("#heads"), "rows": pl.col("#rows")}
    ledger.note(PERSON, several, RELATION, "heads_several", params=params)
    headless = people.filter((pl.col("#heads") == 0) & (pl.col(INDEX) == pl.col("#first")))
    households = ledger.now[HOUSEHOLD].join(
        headless.select("key", "#all"), on="key", how="inner", maintain_order="left"
    )
    ledger.note(HOUSEHOLD, households, RELATION, "head_missing", params={"rows": pl.col("#all")})
    if not ledger.now[HOUSEHOLD].height:  # else people without a household's row are told so already
        ledger.note(PERSON, headless, RELATION, "head_missing", params={"rows": pl.col("#all")})
    ledger.replace(
        PERSON,
        pl.when(people["#head"]).then(pl.lit("true")).when(pl.col(HEAD).is_null()).then(pl.lit("false"))
        .otherwise(pl.col(HEAD)).alias(HEAD),
        pl.when(people["#head"] & pl.col(RELATION).is_null()).then(pl.lit("head")).otherwise(pl.col(RELATION))
        .alias(RELATION),
    )  # fmt: skip
    missing = ledger.without_errors(PERSON, ledger.now[PERSON].filter(pl.col(RELATION).is_null()), RELATION)
    # A file that has no such column at all, but says who the head is, can still be registered.
    asked = RELATION in ledger.came[PERSON].columns
    ledger.note(PERSON, missing, RELATION, "relationship_missing", severity=ERROR if asked else WARNING)


def _sizes(ledger: Ledger) -> None:
    if not ledger.has(HOUSEHOLD, SIZE):
        return
    members = ledger.now[PERSON].group_by("key").len("#members")
    households = ledger.now[HOUSEHOLD].join(members, on="key", how="inner", maintain_order="left")
    reported = pl.col(SIZE).cast(pl.Int64, strict=False)
    differing = households.filter(reported.is_not_null() & (reported != pl.col("#members").cast(pl.Int64)))
    ledger.note(
        HOUSEHOLD, differing, SIZE, "size_differs", severity=WARNING,
        params={"reported": pl.col(SIZE), "members": pl.col("#members")},
    )  # fmt: skip


def _ages(ledger: Ledger) -> None:
    """A child as head, parents hardly older than their children, several spouses."""
    today = pl.lit(ledger.today)
    people = ledger.now[PERSON].with_columns(
        earliest_day(BIRTH).alias("#early"), latest_day(BIRTH).alias("#late"), (pl.col(HEAD) == "true").alias("#head")
    )
    oldest = years_between(pl.col("#early"), today)
    children = people.filter(pl.col("#head") & (oldest < CHILD_UNDER)).with_columns(oldest.alias("#age"))
    ledger.note(PERSON, children, BIRTH, "head_is_child", severity=WARNING, params={"age": pl.col("#age")})
    heads = people.filter("#head").unique("key", keep="first").select(
        "key", pl.col("#early").alias("#head_early"), pl.col("#late").alias("#head_late")
    )  # fmt: skip
    others = people.filter(~pl.col("#head")).join(heads, on="key", how="inner", maintain_order="left")
    others = others.drop_nulls(["#early", "#head_early"])
    bounds = pl.DataFrame(
        [(relation, low, high) for relation, (low, high) in GAPS.items()],
        schema={RELATION: pl.String, "#low": pl.Int32, "#high": pl.Int32}, orient="row",
    )  # fmt: skip
    others = others.join(bounds, on=RELATION, how="inner", maintain_order="left")
    # The widest and the narrowest distance that partly known dates allow: only what is surely wrong is said.
    widest = pl.col("#late").dt.year() - pl.col("#head_early").dt.year()
    narrowest = pl.col("#early").dt.year() - pl.col("#head_late").dt.year()
    unlikely = others.filter((widest < pl.col("#low")) | (narrowest > pl.col("#high")))
    ledger.note(
        PERSON, unlikely, BIRTH, "gap_unlikely", severity=WARNING,
        params={"years": widest.abs(), "relation": pl.col(RELATION)},
    )  # fmt: skip
    spouses = ledger.now[PERSON].filter(pl.col(RELATION) == "spouse")
    groups = spouses.group_by("key").agg(pl.col(INDEX).min(), pl.len().alias("#count"), rows_text().alias("#rows"))
    ledger.note(
        PERSON, groups.filter(pl.col("#count") > 1).sort(INDEX), RELATION, "spouses_several", severity=WARNING,
        params={"count": pl.col("#count"), "rows": pl.col("#rows")},
    )  # fmt: skip


def _sexes(ledger: Ledger) -> None:
    """A mother who is a man, a son who is a woman: told by the word that came, since codes have no sex."""
    if RELATION not in ledger.came[PERSON].columns or not ledger.has(PERSON, SEX):
        return
    gendered = gender_of_words()
    words = ledger.came[PERSON][RELATION].unique().drop_nulls().to_list()
    meant = {word: gendered[plain_word(word)] for word in words if plain_word(word) in gendered}
    if not meant:
        return
    table = pl.DataFrame(
        {RELATION: list(meant), "#sex": list(meant.values())}, schema={RELATION: pl.String, "#sex": pl.String}
    )
    rows = ledger.came[PERSON].select(INDEX, RELATION).join(table, on=RELATION, how="inner", maintain_order="left")
    rows = rows.join(ledger.now[PERSON].select(INDEX, SEX), on=INDEX, maintain_order="left")
    contrary = rows.filter(pl.col(SEX).is_in(["female", "male"]) & (pl.col(SEX) != pl.col("#sex")))
    ledger.note(PERSON, contrary, RELATION, "sex_contradicted", severity=WARNING)
