"""Checks a form as a whole: every fault at once, each with its place and, where its cause is well understood, a mend."""

from banyan.people.forms.rules.checking.choices import check_choices
from banyan.people.forms.rules.checking.headers import check_headers
from banyan.people.forms.rules.checking.questions import check_questions
from banyan.people.forms.rules.checking.references import check_references
from banyan.people.forms.rules.checking.settings import check_settings
from banyan.people.forms.rules.checking.texts import check_texts
from banyan.people.forms.rules.findings import Finding, in_order
from banyan.people.forms.rules.outline import outline_of
from banyan.people.forms.rules.workbook import Workbook

__all__ = ["check"]


def check(book: Workbook) -> list[Finding]:
    """Everything found in a workbook: errors, without which no form comes of it, and warnings; errors first."""
    outline = outline_of(book)
    found = [
        *check_headers(book),
        *check_settings(book),
        *check_questions(book, outline),
        *check_choices(book, outline),
        *check_references(book, outline),
        *check_texts(book, outline),
    ]
    return in_order(found)
