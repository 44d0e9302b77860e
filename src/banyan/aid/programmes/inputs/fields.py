"""Fields that several forms of programmes have: days, amounts, reasons, rule text, places."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Words, or words that are translated when shown.
Text = Any
LONGEST_REASON = 300
LONGEST_RULE = 10_000


def reason_field(hint: Text = "", label: Text = "") -> forms.CharField:
    """A reason in the words of who gives it."""
    return forms.CharField(
        label=label or _("Reason"), max_length=LONGEST_REASON, help_text=hint, widget=forms.Textarea(attrs={"rows": 2})
    )


def day_field(label: Text, *, required: bool = True, **options: Any) -> forms.DateField:
    """A day, with the calendar of the browser."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **options)


def amount_field(label: Text, *, least: Decimal = Decimal(0), **options: Any) -> forms.DecimalField:
    """An amount or quantity, exact."""
    return forms.DecimalField(label=label, min_value=least, max_digits=19, decimal_places=4, **options)


def rule_field(label: Text, hint: Text = "", *, required: bool = True, rows: int = 2) -> forms.CharField:
    """A text in the rule language."""
    attributes = {
        "rows": rows, "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off", "class": "code", "dir": "ltr",
    }  # fmt: skip
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=LONGEST_RULE, widget=forms.Textarea(attrs=attributes)
    )


def choose(form: forms.Form, name: str, choices: Iterable[tuple[Any, Text]], *, empty: Text | None = None) -> None:
    """Give a choice field what may be chosen, with or without the choice of nothing."""
    found = [(str(key), label) for key, label in choices]
    form.fields[name].choices = found if empty is None else [("", empty), *found]  # type: ignore[attr-defined]  # a choice field


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = reason_field(_("Whoever asks later reads it."))
