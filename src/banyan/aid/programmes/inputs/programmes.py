"""Forms about programmes, their money, cycles and quotas."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.inputs.fields import Text, amount_field, choose, day_field
from banyan.aid.programmes.models import ForWhom, Overlapping, Restriction


def code_field(hint: Text = "") -> forms.CharField:
    """A code by which something is known in files and in conversation."""
    return forms.CharField(label=_("Code"), max_length=40, help_text=hint)


def currency_field(**options: Any) -> forms.CharField:
    """A currency by its code."""
    return forms.CharField(
        label=_("Currency"),
        min_length=3,
        max_length=3,
        help_text=_("Three letters of ISO 4217, such as MMK."),
        **options,
    )


class ProgrammeForm(forms.Form):
    """What a programme is: for whom, why, from when to when."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    operation = forms.ChoiceField(label=_("Operation"))
    code = code_field(_("Short, and never changed: it stands in files and references."))
    name = forms.CharField(label=_("Name"), max_length=200)
    goal = forms.CharField(label=_("Goal"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    sector = forms.CharField(label=_("Sector"), required=False, max_length=64)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=64,
        help_text=_("One word, such as food or winter. Nobody is in two programmes of one purpose unnoticed."),
    )  # fmt: skip
    overlap = forms.ChoiceField(
        label=_("Who is in another programme of this purpose"),
        choices=Overlapping.choices,
        widget=forms.RadioSelect,
        initial=Overlapping.FORBID,
    )
    for_whom = forms.ChoiceField(
        label=_("Given to"), choices=ForWhom.choices, widget=forms.RadioSelect, initial=ForWhom.HOUSEHOLD
    )
    currency = currency_field()
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"), required=False)
    restriction = forms.ChoiceField(
        label=_("Restriction"), choices=Restriction.choices, initial=Restriction.INTERNAL,
        help_text=_("How far what is told of the programme may travel."),
    )  # fmt: skip

    def __init__(self, *args: Any, operations: Iterable[tuple[Any, Text]] | None = None, **options: Any) -> None:
        """operations: in which a new programme may be; None for one that exists, whose operation and code stay."""
        super().__init__(*args, **options)
        if operations is None:
            del self.fields["operation"], self.fields["code"]
        else:
            del self.fields["version"]
            choose(self, "operation", operations)


class BudgetLineForm(forms.Form):
    """Money that one donor gave."""

    code = code_field()
    name = forms.CharField(label=_("Name"), max_length=200)
    donor_id = forms.ChoiceField(label=_("Donor"), required=False)
    amount = amount_field(_("Amount"))
    currency = currency_field()

    def __init__(self, *args: Any, donors: Iterable[tuple[Any, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "donor_id", donors, empty=_("none of the list"))


class CycleForm(forms.Form):
    """A round of a programme."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("Such as March, or second distribution."))
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))


class QuotaForm(forms.Form):
    """How many a place may have. The place is chosen beside this form, by the picker."""

    number = forms.IntegerField(
        label=_("At most"),
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("In this place and all places in it together."),
    )
