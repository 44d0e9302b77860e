"""What the form itself asks of answers: required, constraint, relevance, evaluated by the forms room over whole frames."""

import polars as pl

from banyan.people.collection.rules.checking.ledger import ERROR, HOUSEHOLD, INDEX, PERSON, WARNING, Ledger

CODES = {
    "required": ("answer_missing", ERROR),
    "constraint": ("answer_refused", ERROR),
    "relevant": ("answer_unasked", WARNING),
    "unsure": ("answer_uncheckable", WARNING),
}


def check_answers(ledger: Ledger) -> None:
    """Faults that the form's checker finds; types and choices are judged here already and not told twice."""
    checker = ledger.lookups.checker
    if checker is None or not ledger.canonical.paths:
        return
    columns = {
        path: column for path, column in ledger.canonical.paths.items()
        if ledger.has(HOUSEHOLD, column) or ledger.has(PERSON, column)
    }  # fmt: skip
    faults = checker.check_frame(ledger.came[HOUSEHOLD].drop(INDEX), ledger.came[PERSON].drop(INDEX), columns)
    for (subject, path, kind), part in faults.group_by("subject", "path", "kind", maintain_order=True):
        if kind not in CODES or (subject, columns.get(str(path), "")) in ledger.hidden:
            continue
        code, severity = CODES[str(kind)]
        rows = part.select(pl.col(INDEX).cast(pl.UInt32), "message")
        field = columns.get(str(path), str(path))
        ledger.note(str(subject), rows, field, code, severity=severity, params={"message": pl.col("message")})
