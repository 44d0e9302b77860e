"""The working paper of a check: both frames as they came and as they become clean, and what was found on the way.

Checks never touch a frame themselves. They `replace` a column, `note` findings for some rows, or hand in `Verdict`s on
the different values of a column, which is how a hundred thousand rows cost no more than their distinct values.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from banyan.people.collection.rules.shapes import FINDING_COLUMNS, RAW, Canonical, Checked, Lookups

ERROR, WARNING, QUARANTINE = "error", "warning", "quarantine"
HOUSEHOLD, PERSON = "household", "person"
INDEX = "index"
# What a frame says of its rows, beside the fields of the register and extra attributes.
STRUCTURE = frozenset({"key", "uid", "sheet", "row", "number", "submitted_at", INDEX})
# A cell is quoted in a report up to here.
QUOTED = 200


class Verdict(NamedTuple):
    """What becomes of one value: the clean one (None: nothing), and the finding, if `code` is not empty."""

    clean: str | None
    code: str = ""
    severity: str = ERROR
    proposed: str | None = None
    params: Mapping[str, Any] = {}


@dataclass
class Ledger:
    """What came, what is clean so far, and what was found."""

    canonical: Canonical
    lookups: Lookups
    today: date
    came: dict[str, pl.DataFrame] = field(default_factory=dict)
    now: dict[str, pl.DataFrame] = field(default_factory=dict)
    found: list[pl.DataFrame] = field(default_factory=list)
    # Values of these columns must not be quoted anywhere: (subject, column).
    hidden: set[tuple[str, str]] = field(default_factory=set)
    # What columns as a whole tell, now or when the batch was checked first.
    evidence: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.evidence = dict(self.lookups.evidence)
        for subject, frame in ((HOUSEHOLD, self.canonical.households), (PERSON, self.canonical.people)):
            self.came[subject] = _whole(frame)
            self.now[subject] = self.came[subject]

    def columns(self, subject: str) -> list[str]:
        """The columns of a frame that hold values: register fields and extra attributes."""
        return [name for name in self.now[subject].columns if name not in STRUCTURE and name[0] != "@"]

    def holding(self, subject: str, looks: Callable[[pl.Expr], pl.Expr]) -> list[str]:
        """The columns in which any value fulfils a condition; all of them are looked at together."""
        names = self.columns(subject)
        if not names or not self.now[subject].height:
            return []
        found = self.now[subject].select(looks(pl.col(name)).any().alias(name) for name in names).row(0)
        return [name for name, held in zip(names, found, strict=True) if held]

    def has(self, subject: str, *names: str) -> bool:
        """Whether the frame has all these columns."""
        return all(name in self.now[subject].columns for name in names)

    def column(self, subject: str, name: str) -> pl.Expr:
        """The clean column; nulls where the frame has none of that name."""
        return pl.col(name) if self.has(subject, name) else pl.lit(None, pl.String).alias(name)

    def came_with(self, subject: str, name: str) -> bool:
        """Whether the frame came with this column."""
        return name in self.came[subject].columns

    def replace(self, subject: str, *columns: pl.Expr) -> None:
        """Put other values into columns, or new columns, of the clean frame."""
        self.now[subject] = self.now[subject].with_columns(*columns)

    def note(
        self, subject: str, rows: pl.DataFrame, field: str, code: str, *, severity: str = ERROR,
        raw: pl.Expr | None = None, proposed: pl.Expr | None = None, params: Mapping[str, pl.Expr] | None = None,
    ) -> None:  # fmt: skip
        """One finding for each of `rows`, which are rows of a frame of this ledger (they have its "index").

        raw: what stands in the cell; by default the value that came under `field`.
        """
        if rows.is_empty():
            return
        if raw is None:
            came = self.came[subject]
            if field in came.columns and (subject, field) not in self.hidden:
                rows = rows.drop("#raw", strict=False).join(
                    came.select(INDEX, pl.col(field).alias("#raw")), on=INDEX, how="left", maintain_order="left"
                )
                raw = pl.col("#raw")
            else:
                raw = pl.lit(None, pl.String)
        fields = [expression.cast(pl.String).fill_null("").alias(name) for name, expression in (params or {}).items()]
        self.found.append(
            rows.select(
                pl.lit(subject).alias("subject"),
                pl.col(INDEX),
                pl.lit(field).alias("field"),
                pl.lit(severity).alias("severity"),
                pl.lit(f"collection.{code}").alias("code"),
                raw.cast(pl.String).str.slice(0, QUOTED).alias("raw"),
                (proposed if proposed is not None else pl.lit(None)).cast(pl.String).alias("proposed"),
                (pl.struct(fields).struct.json_encode() if fields else pl.lit("{}")).alias("params"),
            )
        )

    def judge(
        self, subject: str, name: str, judged: Callable[[Iterable[str]], Mapping[str, Verdict]], *,
        plain: pl.Expr | None = None, refused: pl.Expr | None = None, code: str = "",
    ) -> None:  # fmt: skip
        """Replace a column by the verdicts on its different values and note what they say.

        plain: an expression over the column that gives the clean value where nothing needs a closer look, else null.
        refused: a condition under which a value surely cannot be taken, which is a warning of this code.
        """
        if refused is not None:
            bad = self.now[subject].filter(refused)
            self.note(subject, bad, name, code, severity=WARNING)
            if bad.height:
                self.replace(subject, pl.when(~refused.fill_null(value=False)).then(pl.col(name)).alias(name))
        frame = self.now[subject]
        if plain is not None:
            frame = frame.with_columns(plain.alias("#plain"))
            open_ = frame.filter(pl.col(name).is_not_null() & pl.col("#plain").is_null())
        else:
            frame = frame.with_columns(pl.lit(None, pl.String).alias("#plain"))
            open_ = frame.filter(pl.col(name).is_not_null())
        verdicts = judged(open_[name].unique().to_list())
        if not verdicts:
            self.now[subject] = frame.with_columns(pl.coalesce("#plain", pl.col(name)).alias(name)).drop("#plain")
            return
        table = pl.DataFrame(
            {
                name: list(verdicts),
                "#clean": [verdict.clean for verdict in verdicts.values()],
                "#code": [verdict.code for verdict in verdicts.values()],
                "#severity": [verdict.severity for verdict in verdicts.values()],
                "#proposed": [verdict.proposed for verdict in verdicts.values()],
                "#params": [json.dumps(dict(verdict.params), ensure_ascii=False) for verdict in verdicts.values()],
            },
            schema=dict.fromkeys((name, "#clean", "#code", "#severity", "#proposed", "#params"), pl.String),
        )
        bad = open_.select(INDEX, name).join(table.filter(pl.col("#code") != ""), on=name, how="inner")
        if bad.height:
            came = self.came[subject]
            raw = came.select(INDEX, pl.col(name).alias("#raw")) if name in came.columns else None
            joined = (
                bad.join(raw, on=INDEX, how="left") if raw is not None else bad.with_columns(pl.col(name).alias("#raw"))
            )
            self.found.append(
                joined.sort(INDEX).select(
                    pl.lit(subject).alias("subject"), pl.col(INDEX), pl.lit(name).alias("field"),
                    pl.col("#severity").alias("severity"), ("collection." + pl.col("#code")).alias("code"),
                    pl.col("#raw").str.slice(0, QUOTED).alias("raw"), pl.col("#proposed").alias("proposed"),
                    pl.col("#params").alias("params"),
                )
            )  # fmt: skip
        joined = frame.join(table.select(name, "#clean"), on=name, how="left", maintain_order="left")
        self.now[subject] = joined.with_columns(pl.coalesce("#plain", "#clean").alias(name)).drop("#plain", "#clean")

    def without_errors(self, subject: str, rows: pl.DataFrame, field: str) -> pl.DataFrame:
        """Those of the rows that have no error at this field yet: what could not be read is not also missing."""
        for found in self.found:
            wrong = found.filter(
                (pl.col("subject") == subject) & (pl.col("field") == field) & (pl.col("severity") == ERROR)
            )
            if wrong.height:
                rows = rows.join(wrong.select(INDEX), on=INDEX, how="anti", maintain_order="left")
        return rows

    def withdraw(self, subject: str, rows: pl.DataFrame, field: str, code: str) -> None:
        """Take back findings of a code for these rows: a better one takes their place."""
        gone = rows.select(INDEX).with_columns(
            pl.lit(subject).alias("subject"), pl.lit(field).alias("field"), pl.lit(f"collection.{code}").alias("code")
        )
        keys = ["subject", INDEX, "field", "code"]
        self.found = [found.join(gone, on=keys, how="anti", maintain_order="left") for found in self.found]

    def checked(self) -> Checked:
        """The outcome: clean frames with the raw texts beside, and the findings with their cells."""
        frames = {}
        for subject in (HOUSEHOLD, PERSON):
            came, now = self.came[subject], self.now[subject]
            kept = {}
            for name in came.columns:
                if (
                    name in STRUCTURE
                    or name[0] == "@"
                    or (subject, name) in self.hidden
                    or came[name].equals(now[name])
                ):
                    continue
                raw = came[name].str.strip_chars()
                raw = raw.set(raw == "", None) if raw.len() else raw
                # Another case or other spaces are no other value, except in what stands on a document.
                same = raw == now[name].fill_null("")
                if ".document." not in name:
                    same |= raw.str.to_lowercase() == now[name].fill_null("").str.to_lowercase()
                differs = ~same & raw.is_not_null()
                if differs.any():
                    kept[RAW + name] = came[name].set(~differs, None)
            frames[subject] = now.with_columns(**kept).drop(INDEX)
        return Checked(frames[HOUSEHOLD], frames[PERSON], self._findings(), self.evidence)

    def _findings(self) -> pl.DataFrame:
        if not self.found:
            return pl.DataFrame(schema=FINDING_COLUMNS)
        cells = pl.DataFrame(
            [(name, sheet, letter) for name, (sheet, letter) in self.canonical.cells.items()],
            schema={"field": pl.String, "sheet": pl.String, "letter": pl.String},
            orient="row",
        )
        places = pl.concat(
            [
                frame.select(pl.lit(subject).alias("subject"), INDEX, "sheet", "row")
                for subject, frame in self.came.items()
            ]
        )
        found = pl.concat(self.found).join(places, on=["subject", INDEX], how="left", maintain_order="left")
        found = found.join(cells, on=["field", "sheet"], how="left", maintain_order="left")
        schema = {name: pl.col(name).cast(kind) for name, kind in FINDING_COLUMNS.items()}
        return found.select(**schema).sort("subject", INDEX, maintain_order=True)


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its structure complete, texts as String and rows counted."""
    wanted = {"key": pl.String, "uid": pl.String, "sheet": pl.String, "row": pl.Int32, "number": pl.String}
    missing = [pl.lit(None, kind).alias(name) for name, kind in wanted.items() if name not in frame.columns]
    frame = frame.with_columns(*missing).with_columns(pl.col("row").cast(pl.Int32))
    others = [pl.col(name).cast(pl.String) for name in frame.columns if name not in ("row", INDEX)]
    return frame.with_columns(others).drop(INDEX, strict=False).with_row_index(INDEX)


def rows_text(name: str = "row") -> pl.Expr:
    """In a group: its rows, named for people, at most ten of them."""
    shown = pl.col(name).sort().cast(pl.String).head(10).str.join(", ")
    return pl.when(pl.len() > 10).then(shown + ", …").otherwise(shown)
