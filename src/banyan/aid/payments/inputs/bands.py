"""The form of approval bands: some lines of three numbers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.inputs.fields import amount_field, currency_codes
from banyan.aid.payments.rules.duties import Band

Text = Any
MOST_BANDS = 5


class BandsForm(forms.Form):
    """From which amounts on how many people give their word. Lines that are left empty are no band."""

    currency = forms.CharField(
        label=_("Currency of accounts"), max_length=3, help_text=_("Three letters, such as USD.")
    )

    def __init__(self, *args: Any, bands: Sequence[Any], **options: Any) -> None:
        initial: dict[str, Any] = {"currency": bands[0].currency if bands else ""}
        for number, band in enumerate(bands):
            initial |= {
                f"from-{number}": band.from_amount.normalize(), f"approvals-{number}": band.approvals,
                f"authorisations-{number}": band.authorisations,
            }  # fmt: skip
        super().__init__(*args, **{**options, "initial": initial})
        self.rows = range(max(MOST_BANDS, len(bands)))
        for number in self.rows:
            self.fields[f"from-{number}"] = amount_field(_("From this amount on"), required=False)
            self.fields[f"approvals-{number}"] = _count(_("How many approve"))
            self.fields[f"authorisations-{number}"] = _count(_("How many authorise"))

    def clean_currency(self) -> str:
        """One code of a currency."""
        found = currency_codes(self.cleaned_data["currency"])
        return found[0] if found else ""

    def clean(self) -> dict[str, Any]:
        """A band has all three numbers."""
        said = super().clean() or {}
        for number in self.rows:
            names = [f"{name}-{number}" for name in ("from", "approvals", "authorisations")]
            missing = [name for name in names if said.get(name) is None and name not in self.errors]
            if 0 < len(missing) < len(names):
                for name in missing:
                    self.add_error(name, _("A band needs all three numbers."))
        return said

    def bands(self) -> list[Band]:
        """The bands that were written down."""
        said = self.cleaned_data
        return [
            Band(said[f"from-{number}"], said[f"approvals-{number}"], said[f"authorisations-{number}"])
            for number in self.rows
            if said[f"from-{number}"] is not None
        ]

    def groups(self) -> list[list[forms.BoundField]]:
        """The fields of each band, side by side."""
        return [[self[f"{name}-{number}"] for name in ("from", "approvals", "authorisations")] for number in self.rows]


def _count(label: Text) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=9, required=False)
