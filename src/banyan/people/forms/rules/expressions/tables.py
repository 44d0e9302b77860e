"""Checking many submissions at once: columns where the form's logic compiles, row by row where it does not.

Both give the same faults. A household whose answers are unusual (a number with letters, a date with time) goes row by
row with all its questions; a question whose logic does not compile goes row by row for all households.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import polars as pl

from banyan.people.forms.rules.expressions import frames
from banyan.people.forms.rules.expressions.answers import (
    DATE_TYPES,
    LARGEST,
    LINE_TYPES,
    MOMENT_TYPES,
    NUMBER_TYPES,
    PLACE_TYPES,
    WHOLE_TYPES,
    NotOfType,
    read,
)
from banyan.people.forms.rules.expressions.checking import OTHER
from banyan.people.forms.rules.expressions.compiling import Column, Compiler, NotCompiled, text_of
from banyan.people.forms.rules.expressions.inspecting import required_expression
from banyan.people.forms.rules.expressions.instance import Outline, Shape
from banyan.people.forms.rules.schema import SELECT_TYPES, Question, spoken

HOUSEHOLD, PERSON = "household", "person"
ROW, KEY, HOME = "__row", "__key", "__home"  # row of the table itself, household key, row of the person's household
_ODD_TYPES: Final = PLACE_TYPES | LINE_TYPES | {"time"}


def check_tables(
    outline: Outline,
    households: pl.DataFrame,
    people: pl.DataFrame,
    columns: dict[str, str],
    now: datetime,
    *,
    told: bool = False,
) -> pl.DataFrame:
    """Everything wrong with many submissions, as a table with frames.COLUMNS, in the order of subject, row and form."""
    layout = frames.laid_out(outline, households, people, columns)
    work = _Tables(outline, layout, households, people, now)
    found = [work.checked()]
    slow = frozenset(layout.present - work.fast)
    if slow:
        regular = frozenset(work.keys) - work.odd if work.odd else None
        rows = frames.check_rows(outline, layout, households, people, now, told=told, only=slow, keys=regular)
        found.append(frames.as_frame(rows))
    if work.odd:
        rows = frames.check_rows(outline, layout, households, people, now, told=told, keys=work.odd)
        found.append(frames.as_frame(rows))
    order = {path: number for number, path in enumerate(outline.by_path)}
    whole = pl.concat(found)
    return (
        whole.with_columns(pl.col("path").replace_strict(order, return_dtype=pl.Int32).alias("__order"))
        .sort("subject", "index", "__order", "kind")
        .drop("__order")
    )


class _Tables:
    """Two tables of effective values, made question by question in the order in which they need each other."""

    def __init__(
        self, outline: Outline, layout: frames.Layout, households: pl.DataFrame, people: pl.DataFrame, now: datetime
    ) -> None:
        self.outline, self.layout, self.now = outline, layout, now
        self.fast: set[str] = set()  # questions checked here
        self._columns: dict[str, Column | None] = {}  # effective values by path; None while or where not compiled
        self._asked: dict[str, pl.Expr | None] = {}
        self.faults: list[pl.DataFrame] = []
        above = self._raw(households, layout.above).with_row_index(ROW)
        below = self._raw(people, layout.below).with_row_index(ROW) if layout.below else None
        self.keys = set(above[KEY].to_list()) | (set() if below is None else set(below[KEY].to_list()))
        self.odd = self._odd(above, layout.above, below)
        self.above = above.filter(~pl.col(KEY).is_in(sorted(self.odd)))
        self.below = None if below is None else self._beside(below)

    def _raw(self, frame: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
        made = [frame["key"].alias(KEY)]
        for path, column in columns.items():
            text = frame[column].cast(pl.String).str.strip_chars()
            made.append(text.set(text == "", None).alias(f"raw:{path}"))
        return pl.DataFrame(made)

    def _odd(self, above: pl.DataFrame, columns: dict[str, str], below: pl.DataFrame | None) -> frozenset[str]:
        """Keys of households with an answer that the columns cannot hold."""
        found: set[str] = set()
        for frame, paths in ((above, columns), (below, self.layout.below)):
            if frame is None:
                continue
            flags = [
                flag
                for path in paths
                if (flag := _is_odd(self.outline.schema.by_path[path], frame[f"raw:{path}"])) is not None
            ]
            if flags:
                found |= set(frame.filter(pl.any_horizontal(flags))[KEY].to_list())
        # Households that share a key, and people without a household, have no simple join.
        found |= set(above.filter(pl.col(KEY).is_duplicated())[KEY].to_list())
        if below is not None:
            found |= set(below.filter(~pl.col(KEY).is_in(above[KEY].to_list()))[KEY].to_list())
            if self.layout.is_flat:  # a household without people is a submission all the same
                found |= set(above.filter(~pl.col(KEY).is_in(below[KEY].to_list()))[KEY].to_list())
        return frozenset(found)

    def _beside(self, below: pl.DataFrame) -> pl.DataFrame:
        """People with the values of their household beside them."""
        kept = below.filter(~pl.col(KEY).is_in(sorted(self.odd)))
        return kept.join(self.above.rename({ROW: HOME}), on=KEY, how="left", maintain_order="left")

    # Values.

    def checked(self) -> pl.DataFrame:
        """Faults of every question whose logic compiles; `fast` then names these."""
        for question in self.outline.schema.questions:
            if question.path in self.layout.present:
                self._check(question)
        return pl.concat(self.faults) if self.faults else pl.DataFrame(schema=frames.COLUMNS)

    def _level(self, shape: Shape) -> str:
        """ "" for the household's table, the repeat of the people, or "?" for repeats that no table holds."""
        inner = [each.path for each in shape.line() if each.is_repeat]
        if not inner:
            return ""
        return inner[0] if inner == [self.layout.repeat] else "?"

    def known(self, shape: Shape, at: Shape) -> Column:
        """The column of a question, for an expression that stands at `at`. Raises NotCompiled."""
        if shape.question is None or self._level(shape) == "?":
            raise NotCompiled(shape.path)
        if self._level(shape) and self._level(at) != self._level(shape):
            raise NotCompiled(shape.path)  # several people seen from their household
        if shape.path not in self._columns:
            self._columns[shape.path] = None  # a calculation that needs itself is not compiled
            self._columns[shape.path] = self._value(shape, shape.question)
        found = self._columns[shape.path]
        if found is None:
            raise NotCompiled(shape.path)
        return found

    def compiler(self) -> Compiler:
        return Compiler(self.outline, self.now, self.known)

    def asked(self, shape: Shape) -> pl.Expr | None:
        """Whether places of this shape are asked, as a column; None where that does not compile."""
        if shape.path not in self._asked:
            self._asked[shape.path] = None
            self._asked[shape.path] = self._is_asked(shape)
        return self._asked[shape.path]

    def _is_asked(self, shape: Shape) -> pl.Expr | None:
        above = pl.lit(value=True) if shape.parent is None else self.asked(shape.parent)
        if above is None:
            return None
        question, group = shape.question, shape.group
        text = question.relevant if question is not None else group.relevant if group is not None else ""
        if not text.strip():
            return above
        try:
            return above & self.compiler().truth(text, shape)
        except NotCompiled:
            return None

    def _value(self, shape: Shape, question: Question) -> Column | None:
        """The effective values: empty where not asked, computed where there is a calculation and no answer."""
        asked = self.asked(shape)
        if asked is None or question.type in MOMENT_TYPES:
            return None
        present = question.path in self.layout.present
        if not present and not question.calculation.strip():
            return None  # unknown, not empty
        raw = pl.col(f"raw:{question.path}") if present else pl.lit(None, pl.String)
        column = _typed(question, raw)
        if question.calculation.strip():
            if column.kind != "text":
                return None
            try:
                computed = self.compiler().column(question.calculation, shape)
            except NotCompiled:
                return None
            text = text_of(computed)
            text = pl.when(text == "").then(None).otherwise(text.str.strip_chars())
            column = Column("text", pl.coalesce(column.values, text))
        return Column(column.kind, pl.when(asked).then(column.values).otherwise(None))

    # Faults.

    def _check(self, question: Question) -> None:
        shape = self.outline.by_path[question.path]
        asked = self.asked(shape)
        if asked is None or self._level(shape) == "?" or question.choice_filter.strip():
            return
        try:
            checks = list(self._checks(question, shape, asked))
        except NotCompiled:
            return
        self.fast.add(question.path)
        subject = PERSON if question.path in self.layout.below else HOUSEHOLD
        # One person per submission: the household's questions are asked of each, and told once.
        frame, row = self.above, ROW
        if self.below is not None and (subject == PERSON or self.layout.is_flat):
            frame, row = self.below, ROW if subject == PERSON else HOME
        for kind, wrong in checks:
            rows = frame.filter(wrong)[row].unique()
            if len(rows):
                message = self._message(question, kind)
                self.faults.append(_told(subject, rows, question.path, kind, message))

    def _checks(self, question: Question, shape: Shape, asked: pl.Expr) -> Sequence[tuple[str, pl.Expr]]:
        raw = pl.col(f"raw:{question.path}")
        there, missing = asked & raw.is_not_null(), asked & raw.is_null()
        found: list[tuple[str, pl.Expr]] = []
        if question.is_answered:
            found.append(("relevant", ~asked & raw.is_not_null()))
        required = required_expression(question.required)
        if required:
            found.append(("required", missing & self.compiler().truth(required, shape)))
        if question.type in SELECT_TYPES and question.list_name in self.outline.schema.choices:
            found.append(("choice", there & self._is_unlisted(question, raw)))
        if question.constraint.strip():
            found.append(("constraint", there & ~self.compiler().truth(question.constraint, shape)))
        return found

    def _is_unlisted(self, question: Question, raw: pl.Expr) -> pl.Expr:
        names = [choice.name for choice in self.outline.schema.choices[question.list_name]]
        names += [OTHER] if question.or_other else []
        if question.type == "select_one":
            return ~raw.fill_null("").is_in(names)
        chosen = raw.fill_null("").str.extract_all(r"\S+")
        return chosen.list.eval(~pl.element().is_in(names)).list.any().fill_null(value=False)

    def _message(self, question: Question, kind: str) -> str:
        texts = {"constraint": question.constraint_message, "required": question.required_message}.get(kind, {})
        return spoken(texts, self.outline.schema.default_language)


def _typed(question: Question, raw: pl.Expr) -> Column:
    if question.type in WHOLE_TYPES or question.type in NUMBER_TYPES:
        return Column("number", raw.cast(pl.Float64, strict=False))
    if question.type in DATE_TYPES:
        return Column("moment", raw.str.to_date("%Y-%m-%d", strict=False))
    return Column("text", raw)


def _is_odd(question: Question, answers: pl.Series) -> pl.Expr | None:
    """Which answers a column of the question's kind cannot hold; None where it holds any."""
    raw = pl.col(answers.name)
    kind, text = question.type, raw.fill_null("")
    if kind in WHOLE_TYPES:
        fits = text.str.contains(r"^-?[0-9]{1,10}$")
        number = text.cast(pl.Int64, strict=False).fill_null(0)
        return raw.is_not_null() & (~fits | (number.abs() > LARGEST))
    if kind in NUMBER_TYPES:
        return raw.is_not_null() & ~text.str.contains(r"^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$")
    if kind in DATE_TYPES:
        fits = text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        return raw.is_not_null() & (~fits | text.str.to_date("%Y-%m-%d", strict=False).is_null())
    if kind in MOMENT_TYPES or kind in _ODD_TYPES:
        bad = [value for value in answers.drop_nulls().unique().to_list() if _is_bad(value, question)]
        return raw.is_in(bad) if bad else None
    return None


def _is_bad(value: str, question: Question) -> bool:
    try:
        read(value, question)
    except NotOfType:
        return True
    return False


def _told(subject: str, rows: pl.Series, path: str, kind: str, message: str) -> pl.DataFrame:
    return pl.DataFrame({"index": rows.cast(pl.UInt32)}).select(
        pl.lit(subject).alias("subject"), "index", pl.lit(path).alias("path"), pl.lit(kind).alias("kind"),
        pl.lit(message).alias("message"),
    )  # fmt: skip
