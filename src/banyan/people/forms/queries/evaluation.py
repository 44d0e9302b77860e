"""Answers against the logic of their form: one submission, or whole tables.

`checker(schema)` once per version, then `check` or `check_frame` as often as needed. What cannot be checked is never
passed over in silence: `FormChecker.unchecked` names it with its question, sheet row and position.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.people.forms.rules.expressions import checking
from banyan.people.forms.rules.expressions.checking import Fault
from banyan.people.forms.rules.expressions.inspecting import Unchecked, unchecked
from banyan.people.forms.rules.expressions.instance import Outline
from banyan.people.forms.rules.expressions.tables import check_tables
from banyan.people.forms.rules.findings import WARNING, Finding
from banyan.people.forms.rules.schema import Schema

__all__ = ["Fault", "FormChecker", "Unchecked", "checker", "logic_findings", "reason_words", "spoken_fault"]


class FormChecker:
    """The logic of one version of a form, ready to be held against answers."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.outline = Outline(schema)
        self.unchecked: tuple[Unchecked, ...] = tuple(unchecked(self.outline))
        """Conditions and calculations that cannot be checked, whatever the answers."""

    def check(self, answers: Mapping[str, Any], *, on: datetime | None = None) -> list[Fault]:
        """Everything wrong with one submission, in the order of the form.

        `answers` holds values by full question path; the path of a repeat holds a list of such mappings. Missing answers
        are empty. `on` is the wall clock for today() and now(), by default the present one.
        """
        return checking.faults(self.outline, answers, on or _wall_clock(), told=bool(self.unchecked))

    def check_frame(
        self, households: pl.DataFrame, people: pl.DataFrame, columns: dict[str, str], *, on: datetime | None = None
    ) -> pl.DataFrame:
        """Everything wrong with many submissions: subject, index (row of that table), path, kind, message.

        Both tables have "key" (the household's) and String columns; `columns` says which column answers which question,
        with answers as the form writes them (choice names, ISO dates). Questions without a column are unknown, not
        empty: conditions that need them are left undecided.
        """
        return check_tables(self.outline, households, people, columns, on or _wall_clock(), told=bool(self.unchecked))


def checker(schema: Schema) -> FormChecker:
    """The logic of a version, read once."""
    return FormChecker(schema)


def _wall_clock() -> datetime:
    return timezone.localtime().replace(tzinfo=None)


def spoken_fault(fault: Fault) -> str:
    """A fault in the reader's language: the form's own message, else what is wrong in general."""
    general = {
        "relevant": _("This is answered although the form does not ask it here."),
        "type": _("This does not fit the kind of answer the form asks for."),
        "range": _("This is outside of what can be true."),
        "required": _("The form requires an answer here."),
        "choice": _("This is not one of the choices the form offers."),
        "constraint": _("This breaks a condition of the form."),
        "unchecked": _("A condition of the form could not be checked on these answers."),
    }
    return fault.message or general[fault.kind]


def logic_findings(schema: Schema) -> list[Finding]:
    """What of a form's logic is not checked when submissions come, as warnings with sheet, row and character."""
    labels = {
        "relevant": _("condition for showing"),
        "required": _("condition for requiring"),
        "constraint": _("constraint"),
        "calculation": _("calculation"),
        "choice_filter": _("filter of the choices"),
        "repeat_count": _("number of repeats"),
    }
    found = []
    for each in unchecked(Outline(schema)):
        params = {
            "part": labels[each.part],
            "question": each.path.rpartition("/")[2],
            "reason": reason_words(each),
            "position": each.at + 1,
            "name": f"{each.path} {each.part}",
        }
        found.append(
            Finding(
                "logic_unchecked", WARNING, "survey", each.row, header=each.part, value=each.expression, params=params
            )
        )
    return found


def reason_words(found: Unchecked) -> str:
    """Why a piece of logic is not checked, in the reader's language."""
    words = {
        "too_long": _("the expression is too long"),
        "too_deep": _("the expression is nested too deeply"),
        "sign": _("the sign “{detail}” means nothing here"),
        "quote": _("text that begins here is never closed"),
        "end": _("the expression ends where something is missing"),
        "unexpected": _("“{detail}” is not expected here"),
        "function": _("there is no function called {detail}()"),
        "arguments": _("{detail}() takes another number of arguments"),
        "axis": _("“{detail}” is not part of the expressions of forms"),
        "question": _("the form has no question called “{detail}”"),
        "outside": _("“{detail}” depends on something outside of the submission"),
    }
    return words[found.reason].format(detail=found.detail)
