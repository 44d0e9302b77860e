"""Forms about packages, the items in them, and prices by place."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.inputs.fields import Text, amount_field, choose, day_field, rule_field
from banyan.aid.programmes.inputs.programmes import code_field, currency_field
from banyan.aid.programmes.models import Kind, RoundingName


class PackageForm(forms.Form):
    """What is given in a cycle, by formula; a change of an approved package is its next version."""

    code = code_field(_("The same for all versions."))
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.CASH)
    currency = currency_field()
    formula = rule_field(
        _("Amount, as a formula"),
        _(
            "For cash and vouchers. Examples: 25000 or least(members.size(), 5) * 8000. Left empty in kind: each item has its own."
        ),
        required=False,
    )
    rounding = forms.ChoiceField(label=_("Rounding"), choices=RoundingName.choices, initial=RoundingName.HALF_UP)
    step = amount_field(
        _("Smallest unit"), required=False, help_text=_("Such as 500, when nothing smaller is paid out.")
    )
    cap = amount_field(_("At most"), required=False, help_text=_("Nobody gets more, whatever the formula says."))
    note = forms.CharField(label=_("What changed, and why"), max_length=300, required=False)

    def __init__(self, *args: Any, fixed: bool = False, **options: Any) -> None:
        """fixed: a version of a package that exists; its code and kind stay."""
        super().__init__(*args, **options)
        if fixed:
            del self.fields["code"], self.fields["kind"]


class ItemForm(forms.Form):
    """One thing in a package in kind. A line without a code is left out."""

    code = forms.CharField(label=_("Item"), max_length=40, required=False)
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    formula = rule_field(_("Quantity, as a formula"), required=False, rows=1)

    def clean(self) -> dict[str, Any]:
        """A line is whole or empty."""
        given = super().clean() or {}
        if any(given.values()):
            for name in ("code", "name", "unit", "formula"):
                if not given.get(name):
                    self.add_error(name, _("Fill in the whole line, or leave all of it empty."))
        return given


class PriceListForm(forms.Form):
    """What is priced. Formulas ask for it by its code."""

    operation = forms.ChoiceField(label=_("Operation"))
    code = code_field(_("Formulas ask for it as extras.price_ and this code. Small letters, digits and _."))
    name = forms.CharField(label=_("Name"), max_length=200)
    currency = currency_field()

    def __init__(self, *args: Any, operations: Iterable[tuple[Any, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "operation", operations)


class PriceForm(forms.Form):
    """A price in a place from a day on. The place is chosen beside this form, by the picker."""

    amount = amount_field(_("Amount"))
    from_on = day_field(_("Holds from"))
