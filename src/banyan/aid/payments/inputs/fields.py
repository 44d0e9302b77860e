"""Fields that several forms of payments have: amounts, currencies, days, reasons."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.money import currencies

# Words, or words that are translated when shown.
Text = Any
LONGEST_REASON = 300


def amount_field(
    label: Text, *, required: bool = True, initial: Any = None, hint: Text = "", most: int | None = None
) -> forms.DecimalField:
    """An amount of money, exact."""
    return forms.DecimalField(
        label=label, required=required, initial=initial, help_text=hint, min_value=Decimal(0), max_value=most,
        max_digits=19, decimal_places=4, localize=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


def rate_field(label: Text, *, required: bool = True) -> forms.DecimalField:
    """A rate of exchange."""
    return forms.DecimalField(
        label=label, required=required, min_value=Decimal("0.0000000001"), max_digits=20, decimal_places=10, localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


def day_field(label: Text, *, required: bool = False, initial: Any = None, hint: Text = "") -> forms.DateField:
    """A day, with the calendar of the browser."""
    return forms.DateField(
        label=label, required=required, initial=initial, help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


def words_field(label: Text, *, required: bool = True, hint: Text = "", rows: int = 2, longest: int = 6_000) -> Any:
    """Some lines of text."""
    return forms.CharField(
        label=label, required=required, help_text=hint, max_length=longest, widget=forms.Textarea(attrs={"rows": rows})
    )


def reason_field(hint: Text = "", *, required: bool = True, label: Text = "") -> Any:
    """A reason in the words of who gives it."""
    return words_field(label or _("Reason"), required=required, hint=hint, longest=LONGEST_REASON)


def currency_codes(text: str) -> list[str]:
    """Codes of currencies out of a line of text. Raises ValidationError that names those that do not exist."""
    found = list(dict.fromkeys(text.upper().replace(",", " ").split()))
    if wrong := [code for code in found if code not in currencies()]:
        raise forms.ValidationError(
            _("%(codes)s is no currency. Use the three letters of ISO 4217."), params={"codes": ", ".join(wrong)}
        )
    return found
