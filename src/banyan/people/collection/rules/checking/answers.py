"""What the form itself asks of answers: required, constraint, relevance, evaluated by the forms room over whole frames."""

import polars as pl

from banyan.people.collection.rules.checking.choices import known_words
from banyan.people.collection.rules.checking.ledger import ERROR, HOUSEHOLD, INDEX, PERSON, STRUCTURE, WARNING, Ledger
from banyan.people.collection.rules.checking.vocabulary import plain_word
from banyan.people.collection.rules.shapes import EXTRA

CODES = {
    "required": ("answer_missing", ERROR),
    "constraint": ("answer_refused", ERROR),
    "relevant": ("answer_unasked", WARNING),
    "unchecked": ("answer_uncheckable", WARNING),
}
# What register fields are checked for anyway is only told of further attributes.
OF_EXTRAS = {"type": ("answer_refused", ERROR), "range": ("answer_refused", ERROR)}
_READ_CLEAN = ("date", "integer", "decimal")


def check_answers(ledger: Ledger) -> None:
    """Faults that the form's checker finds; what is judged here already is not told twice."""
    checker = ledger.lookups.checker
    if checker is None or not ledger.canonical.paths:
        return
    # Of what is not collected here nothing may be said, and what is gone would only seem to be missing.
    hidden = {column for _subject, column in ledger.hidden}
    columns = {
        path: column
        for path, column in ledger.canonical.paths.items()
        if column not in hidden and (ledger.came_with(HOUSEHOLD, column) or ledger.came_with(PERSON, column))
    }
    faults = checker.check_frame(_answers(ledger, HOUSEHOLD), _answers(ledger, PERSON), columns)
    for (subject, path, kind), part in faults.group_by("subject", "path", "kind", maintain_order=True):
        field = columns.get(str(path), str(path))
        judged = CODES | OF_EXTRAS if field.startswith(EXTRA) else CODES
        if kind not in judged:
            continue
        code, severity = judged[str(kind)]
        rows = part.select(pl.col(INDEX).cast(pl.UInt32), "message")
        ledger.note(str(subject), rows, field, code, severity=severity, params={"message": pl.col("message")})


def _answers(ledger: Ledger, subject: str) -> pl.DataFrame:
    """A frame as the form would have written it: names of its own choices, dates in ISO form, plain numbers."""
    came, now = ledger.came[subject], ledger.now[subject]
    columns = {}
    for name in came.columns:
        entries = ledger.lookups.choices.get(name, ())
        kind = getattr(ledger.lookups.fields.get(name), "kind", "")
        if name in STRUCTURE:
            continue
        if entries:
            words = known_words(entries, {})
            different = came[name].unique().drop_nulls().to_list()
            meant = {value: words.get(plain_word(value), value) for value in different}
            columns[name] = came[name].replace(list(meant), list(meant.values()))
            if name.startswith(EXTRA):
                columns[name] = now[name].zip_with(now[name].is_not_null(), columns[name])
        elif kind in _READ_CLEAN or name.startswith(EXTRA):
            columns[name] = now[name].zip_with(now[name].is_not_null(), came[name])
    return came.with_columns(**columns).drop(INDEX)
