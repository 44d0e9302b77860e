"""Checks rows of places as sets: which can be taken, and everything that is wrong with the others, at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from banyan.reference.places.rules.findings import WARNING, found, none_found
from banyan.reference.places.rules.levels import DEEPEST
from banyan.reference.places.rules.rows import NAMES

LONGEST_NAME = 200
LONGEST_CODE = 32
_CODE = rf"^[A-Z0-9][A-Z0-9._/-]{{0,{LONGEST_CODE - 1}}}$"
_ERROR_CELL = r"^#(REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|N/A)$"
_KEY = ["country", "pcode"]
KNOWN_SCHEMA = {"country": pl.String(), "pcode": pl.String(), "level": pl.Int16()}


@dataclass(frozen=True)
class Checked:
    """`taken`: rows that can be stored, with name, lon, lat, since, until read; `findings`: see findings.SCHEMA."""

    taken: pl.DataFrame
    findings: pl.DataFrame


class _Checks:
    """Gathers findings while rows leave the table one reason after the other."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self.rows = rows
        self.findings = [none_found()]
        self.refused = pl.DataFrame(schema={"country": pl.String(), "pcode": pl.String()})

    def refuse(
        self,
        bad: pl.Expr,
        code: str,
        role: str,
        value: pl.Expr | None = None,
        params: Mapping[str, pl.Expr] | None = None,
    ) -> None:
        """Take the rows for which `bad` holds out, each with a finding (ancestors in columns leave silently)."""
        chosen = self.rows.filter(bad)
        if chosen.is_empty():
            return
        self.findings.append(found(chosen.filter(pl.col("own")), code, role, value, params))
        self.refused = pl.concat([self.refused, chosen.select(_KEY)]).unique()
        self.rows = self.rows.filter(~bad.fill_null(value=False))

    def warn(
        self,
        rows: pl.DataFrame,
        code: str,
        role: str,
        value: pl.Expr | None = None,
        params: Mapping[str, pl.Expr] | None = None,
    ) -> None:
        """Note something about rows that are taken all the same."""
        self.findings.append(found(rows, code, role, value, params, severity=WARNING))


def check(rows: pl.DataFrame, known: pl.DataFrame) -> Checked:
    """Check rows (see rules.rows) against each other and against the places already known (country, pcode, level)."""
    checks = _Checks(rows)
    _cells(checks)
    _codes(checks)
    _levels(checks, known)
    _ancestors_once(checks, known)
    _parents(checks, known)
    _names_repeated(checks)
    _codes_outside(checks)
    return Checked(_read_values(checks), pl.concat(checks.findings))


def _cells(checks: _Checks) -> None:
    for column, role in (("pcode", "code"), ("parent", "parent"), *((name, "name") for name in NAMES)):
        if checks.rows[column].null_count() < checks.rows.height:
            checks.refuse(
                pl.col(column).str.contains(_ERROR_CELL).fill_null(value=False),
                "cell_error",
                role,
                pl.col(column),
                {"value": pl.col(column)},
            )
    checks.refuse(
        pl.col("country").is_null(),
        "country_unknown",
        "country",
        pl.col("country_text"),
        {"value": pl.col("country_text")},
    )


def _codes(checks: _Checks) -> None:
    code, name = {"code": pl.col("pcode")}, pl.coalesce(NAMES)
    checks.refuse(pl.col("pcode").is_null(), "code_missing", "code", name)
    checks.refuse(
        ~pl.col("pcode").str.contains(_CODE), "code_malformed", "code", pl.col("pcode"), {"value": pl.col("pcode")}
    )
    checks.refuse(pl.col("own") & pl.all_horizontal(pl.col(NAMES).is_null()), "name_missing", "name", None, code)
    checks.refuse(
        pl.any_horizontal((pl.col(NAMES).str.len_chars() > LONGEST_NAME).fill_null(value=False)), "name_too_long", "name",
        name, {**code, "limit": pl.lit(LONGEST_NAME)},
    )  # fmt: skip
    own = checks.rows.filter(pl.col("own"))
    repeated = own.filter(pl.struct(_KEY).is_duplicated())
    if repeated.is_empty():
        return
    same = [*_KEY, "parent", "level", *NAMES]
    exact = repeated.filter(~pl.struct(same).is_first_distinct())
    checks.warn(exact, "row_repeated", "code", pl.col("pcode"), code)
    checks.rows = pl.concat([checks.rows.filter(~pl.col("own")), own.join(exact, on=["table", "row"], how="anti")])
    clash = repeated.join(exact, on=["table", "row"], how="anti").filter(pl.struct(_KEY).is_duplicated())
    if clash.is_empty():
        return
    where = clash.group_by(_KEY).agg(pl.col("row").sort().cast(pl.String).str.join(", ").alias("_rows"))
    listed = clash.join(where, on=_KEY)
    params = {"value": pl.col("pcode"), "rows": pl.col("_rows")}
    checks.findings.append(found(listed, "code_repeated", "code", pl.col("pcode"), params))
    checks.refused = pl.concat([checks.refused, where.select(_KEY)]).unique()
    checks.rows = checks.rows.join(where, on=_KEY, how="anti")


def _levels(checks: _Checks, known: pl.DataFrame) -> None:
    bad = pl.col("level_text").is_not_null() & (pl.col("level").is_null() | ~pl.col("level").is_between(0, DEEPEST))
    checks.refuse(bad, "level_malformed", "level", pl.col("level_text"), {"value": pl.col("level_text")})
    if checks.rows["level"].null_count():
        _levels_from_parents(checks, known)
    checks.rows = checks.rows.with_columns(
        pl.col("kind").fill_null(
            pl.when(pl.col("level") == 0).then(pl.lit("country")).otherwise(pl.format("adm{}", "level"))
        )
    )
    before = known.select(*_KEY, pl.col("level").alias("_known"))
    checks.rows = checks.rows.join(before, on=_KEY, how="left", maintain_order="left")
    params = {"code": pl.col("pcode"), "known": pl.col("_known"), "value": pl.col("level")}
    checks.refuse(
        pl.col("_known").is_not_null() & (pl.col("_known") != pl.col("level")),
        "level_differs",
        "code",
        pl.col("pcode"),
        params,
    )
    checks.rows = checks.rows.drop("_known")


def _levels_from_parents(checks: _Checks, known: pl.DataFrame) -> None:
    """A list may leave the level out: then it is one more than the parent's, and a missing parent means the first level."""
    level: dict[tuple[str, str], int] = {
        (country, code): depth for country, code, depth in known.select(*_KEY, "level").rows()
    }
    parents = {(c, p): (c, parent) for c, p, parent in checks.rows.select(*_KEY, "parent").rows()}
    level |= {
        key: depth
        for *key_parts, depth in checks.rows.select(*_KEY, "level").rows()
        if depth is not None
        for key in [tuple(key_parts)]
    }
    cycles: set[tuple[str, str]] = set()
    for start in parents:
        trail: list[tuple[str, str]] = []
        at = start
        while at not in level and at in parents and at not in trail:
            trail.append(at)
            country, parent = parents[at]
            if parent is None or parent == country:
                level[at] = 0 if at[1] == country else 1
                break
            at = (country, parent)
        if at in trail and at not in level:
            cycles.update(trail[trail.index(at) :])
        for key in reversed(trail):
            upper = level.get(parents[key])
            if key not in level and upper is not None:
                level[key] = min(upper + 1, DEEPEST)
    codes = list(zip(checks.rows["country"], checks.rows["pcode"], strict=True))
    checks.rows = checks.rows.with_columns(
        pl.Series("level", [level.get(key) for key in codes], dtype=pl.Int16),
        pl.Series("_cycle", [key in cycles for key in codes], dtype=pl.Boolean),
    )
    code = {"code": pl.col("pcode"), "value": pl.col("parent")}
    checks.refuse(pl.col("_cycle"), "parent_cycle", "parent", pl.col("parent"), code)
    # What is left without a level hangs on a parent that nobody knows, or on a refused row.
    refused = {(country, code) for country, code in checks.refused.rows()} | set(parents)
    lost = [pair in refused for pair in zip(checks.rows["country"], checks.rows["parent"], strict=True)]
    checks.rows = checks.rows.with_columns(pl.Series("_lost", lost, dtype=pl.Boolean))
    nowhere = pl.col("level").is_null()
    checks.refuse(nowhere & pl.col("_lost"), "parent_not_taken", "parent", pl.col("parent"), code)
    checks.refuse(nowhere, "parent_unknown", "parent", pl.col("parent"), code)
    checks.rows = checks.rows.drop("_cycle", "_lost")


def _ancestors_once(checks: _Checks, known: pl.DataFrame) -> None:
    """Ancestors mentioned in columns: dropped where the place has a row of its own, else the first named mention counts."""
    own = checks.rows.filter(pl.col("own"))
    upper = checks.rows.filter(~pl.col("own"))
    if upper.is_empty():
        return
    named = pl.any_horizontal(pl.col(NAMES).is_not_null())
    spelled = upper.filter(pl.col("name_en").is_not_null())
    first = pl.concat([own, spelled.filter(pl.struct(_KEY).is_first_distinct())]).unique(
        _KEY, keep="first", maintain_order=True
    )
    other = spelled.join(first.select(*_KEY, pl.col("name_en").alias("_first")), on=_KEY, how="inner")
    other = other.filter(pl.col("name_en") != pl.col("_first")).unique(
        [*_KEY, "name_en"], keep="first", maintain_order=True
    )
    params = {"code": pl.col("pcode"), "value": pl.col("name_en"), "other": pl.col("_first")}
    checks.warn(other, "name_contradicted", "name", pl.col("name_en"), params)
    rest = upper.filter(named).unique(_KEY, keep="first", maintain_order=True).join(own, on=_KEY, how="anti")
    # Without its own parent a mention adds nothing to a place that is already known.
    bare = rest.filter(pl.col("parent").is_null() & (pl.col("level") > 1)).join(known.select(_KEY), on=_KEY, how="semi")
    rest = rest.join(bare, on=_KEY, how="anti")
    checks.rows = pl.concat([own, rest])


def _parents(checks: _Checks, known: pl.DataFrame) -> None:
    code = {"code": pl.col("pcode"), "value": pl.col("parent")}
    checks.rows = checks.rows.with_columns(
        pl.when((pl.col("level") == 1) & pl.col("parent").is_null()).then(pl.col("country")).otherwise(pl.col("parent")).alias("parent")
    )  # fmt: skip
    checks.refuse((pl.col("level") > 0) & pl.col("parent").is_null(), "parent_missing", "parent", None, code)
    countries = (
        checks.rows.select("country")
        .unique()
        .with_columns(pl.col("country").alias("pcode"), pl.lit(0, dtype=pl.Int16).alias("level"))
    )
    candidates = pl.concat([checks.rows.select(*_KEY, "level"), known.select(*_KEY, "level"), countries]).unique(
        _KEY, keep="first"
    )
    upper = candidates.select("country", pl.col("pcode").alias("parent"), pl.col("level").alias("_parent_level"))
    checks.rows = checks.rows.join(upper, on=["country", "parent"], how="left", maintain_order="left")
    inner = pl.col("level") > 0
    refused = checks.refused.select("country", pl.col("pcode").alias("parent"), pl.lit(value=True).alias("_refused"))
    checks.rows = checks.rows.join(refused, on=["country", "parent"], how="left", maintain_order="left")
    orphan = inner & pl.col("_parent_level").is_null()
    checks.refuse(orphan & pl.col("_refused").is_not_null(), "parent_not_taken", "parent", pl.col("parent"), code)
    checks.refuse(orphan, "parent_unknown", "parent", pl.col("parent"), code)
    checks.refuse(
        inner & (pl.col("_parent_level") >= pl.col("level")), "parent_level", "parent", pl.col("parent"), code
    )
    checks.rows = checks.rows.drop("_parent_level", "_refused")
    # Whatever hangs on a refused row is refused too, level by level.
    while (hanging := _hanging(checks, known)).height:
        keys = hanging.select(_KEY)
        checks.findings.append(
            found(hanging.filter(pl.col("own")), "parent_not_taken", "parent", pl.col("parent"), code)
        )
        checks.refused = pl.concat([checks.refused, keys]).unique()
        checks.rows = checks.rows.join(keys, on=_KEY, how="anti")


def _hanging(checks: _Checks, known: pl.DataFrame) -> pl.DataFrame:
    """Rows whose parent was refused, and stands nowhere else."""
    upper = pl.col("pcode").alias("parent")
    lost = checks.refused.join(known.select(_KEY), on=_KEY, how="anti").select("country", upper)
    lost = lost.join(checks.rows.select("country", upper), on=["country", "parent"], how="anti")
    return checks.rows.join(lost, on=["country", "parent"], how="semi")


def _names_repeated(checks: _Checks) -> None:
    named = checks.rows.filter(pl.col("own") & pl.col("name_en").is_not_null())
    group = ["country", "parent", "kind", "name_en"]
    twice = named.group_by(group, maintain_order=True).agg(
        pl.len().alias("_count"), pl.col("table").first(), pl.col("row").first()
    )
    params = {"count": pl.col("_count"), "parent": pl.col("parent"), "value": pl.col("name_en")}
    checks.warn(twice.filter(pl.col("_count") > 1), "name_repeated", "name", pl.col("name_en"), params)


def _codes_outside(checks: _Checks) -> None:
    """Codes usually begin with the code of some ancestor (at MIMU the state's, not the district's); numbers tell nothing."""
    rows = checks.rows.filter(pl.col("own") & (pl.col("level") > 1) & ~pl.col("pcode").str.contains(r"^[0-9]+$"))
    below = checks.rows.filter(pl.col("level") > 0)
    up = below.select("country", pl.col("pcode").alias("_at"), pl.col("parent").alias("_up"))
    inside = rows.with_columns(pl.col("parent").alias("_at"), pl.lit(value=False).alias("_in"))
    begins = (pl.col("_at") != pl.col("country")) & pl.col("pcode").str.starts_with(pl.col("_at"))
    # Ends at the country, or where nothing is known: whatever does not lie deeper than its parent was refused.
    while (pending := inside.filter(~pl.col("_in") & pl.col("_at").is_not_null())).height:
        inside = pl.concat([
            inside.filter(pl.col("_in") | pl.col("_at").is_null()),
            pending.with_columns(begins.alias("_in")).join(up, on=["country", "_at"], how="left")
            .with_columns(pl.col("_up").alias("_at")).drop("_up"),
        ])  # fmt: skip
    params = {"code": pl.col("pcode"), "value": pl.col("parent")}
    checks.warn(
        inside.filter(~pl.col("_in")).sort("table", "row"), "code_outside_parent", "parent", pl.col("parent"), params
    )


def _read_values(checks: _Checks) -> pl.DataFrame:
    """Status, coordinates and dates as values; what cannot be read is a warning and left empty."""
    rows = checks.rows.with_columns(
        pl.col("lon").str.replace(",", ".").cast(pl.Float64, strict=False).alias("_lon"),
        pl.col("lat").str.replace(",", ".").cast(pl.Float64, strict=False).alias("_lat"),
    )
    finite = pl.col("_lon").is_finite() & pl.col("_lat").is_finite()
    fits = finite & pl.col("_lon").is_between(-180, 180) & pl.col("_lat").is_between(-90, 90)
    swapped = (finite & ~fits & pl.col("_lat").is_between(-180, 180) & pl.col("_lon").is_between(-90, 90)).fill_null(
        value=False
    )
    both = pl.format("{}, {}", pl.col("lon").fill_null(""), pl.col("lat").fill_null(""))
    written = pl.col("lon").is_not_null() | pl.col("lat").is_not_null()
    checks.warn(rows.filter(swapped), "coordinate_swapped", "lon", both, {"code": pl.col("pcode"), "value": both})
    checks.warn(
        rows.filter(written & ~swapped & ~fits.fill_null(value=False)),
        "coordinate_malformed",
        "lon",
        both,
        {"value": both},
    )
    status = pl.col("status").str.to_lowercase()
    for column in ("since", "until"):
        rows = rows.with_columns(_date(column).alias(f"_{column}"))
        bad = rows.filter(pl.col(column).is_not_null() & pl.col(f"_{column}").is_null())
        checks.warn(bad, "date_malformed", column, pl.col(column), {"value": pl.col(column)})
    return rows.with_columns(
        pl.coalesce(NAMES).alias("name"),
        pl.when(fits.fill_null(value=False)).then(pl.col("_lon")).alias("lon"),
        pl.when(fits.fill_null(value=False)).then(pl.col("_lat")).alias("lat"),
        pl.when(status.is_in(["inactive", "deleted", "abolished", "closed"]))
        .then(pl.lit("inactive"))
        .otherwise(pl.lit("active"))
        .alias("status"),
        pl.col("_since").alias("since"),
        pl.col("_until").alias("until"),
    ).drop("_lon", "_lat", "_since", "_until")


def _date(column: str) -> pl.Expr:
    text = pl.col(column).str.replace(r"[ T]00:00:00.*$", "")
    formats = ("%Y-%m-%d", "%d-%b-%y", "%d-%b-%Y", "%d/%m/%Y", "%d.%m.%Y")
    return pl.coalesce([text.str.to_date(pattern, strict=False) for pattern in formats])
