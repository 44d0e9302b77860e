"""Forms about checks: an operation's own, and what an operation sets about all of them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.people.quality.declarations import DIMENSIONS, Param, value_of
from banyan.people.quality.inputs.findings import day_field

# Words, or words that are translated when shown.
Text = Any


def _text(label: Text, hint: Text, *, required: bool = False, rows: int = 3, code: bool = False) -> forms.CharField:
    attributes: dict[str, Any] = {"rows": rows}
    if code:
        attributes |= {
            "spellcheck": "false",
            "autocapitalize": "off",
            "autocomplete": "off",
            "class": "code",
            "dir": "ltr",
        }
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=10_000, widget=forms.Textarea(attrs=attributes)
    )


def _target(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Target in per cent"), min_value=Decimal("0.01"), max_value=Decimal(100), decimal_places=2, **options
    )


def _weight(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Weight"), min_value=Decimal("0.01"), max_value=Decimal(1000), decimal_places=2,
        help_text=_("How much it counts in the composite: 2 counts twice as much as 1."), **options,
    )  # fmt: skip


class OwnCheckForm(forms.Form):
    """A check that an operation writes itself."""

    label = forms.CharField(label=_("Name"), max_length=120)
    about = _text(_("What it says and how to mend it"), _("Whoever finds a record on this list reads it."))
    subject = forms.ChoiceField(label=_("Kind of record"))
    dimension = forms.ChoiceField(label=_("Dimension"), choices=list(DIMENSIONS.items()))
    eligible = _text(
        _("Whom it is about (CEL)"), _("Left empty: every active record. Example: age >= 18"), rows=2, code=True
    )
    failed = _text(
        _("What is wrong (CEL)"),
        _("True for the records that fail. What cannot be known does not fail. Example: !has(phone)"),
        required=True, code=True,
    )  # fmt: skip
    target = _target(initial=Decimal(95))
    weight = _weight(initial=Decimal(1))
    gate = forms.BooleanField(
        label=_("Asked before a document is issued"), required=False,
        help_text=_("A record that fails gets no card until it is mended, waived or opened by two people. Aid is never stopped by it."),
    )  # fmt: skip
    protects = forms.BooleanField(
        label=_("Who is found is itself sensitive"), required=False,
        help_text=_("Only people who may see sensitive findings see its list and its score."),
    )  # fmt: skip
    note = forms.CharField(label=_("What changed"), max_length=300, required=False)

    def __init__(self, *args: Any, subjects: Iterable[tuple[str, Text]], fixed: bool = False, **options: Any) -> None:
        """fixed: a new version of a check, whose subject and dimension stay."""
        super().__init__(*args, **options)
        self.fields["subject"].choices = list(subjects)  # type: ignore[attr-defined]  # a choice field
        if fixed:
            del self.fields["subject"], self.fields["dimension"]
        else:
            del self.fields["note"]


class SettingForm(forms.Form):
    """What an operation sets about one check: whether it is asked, target and weight from a day on, parameters."""

    enabled = forms.BooleanField(
        label=_("Asked in this operation"), required=False, help_text=_("What is not asked has no score and no list.")
    )
    target = _target()
    weight = _weight()
    valid_from = day_field(
        _("Target and weight hold from"), required=True, initial=timezone.localdate,
        hint=_("Scores of earlier days keep the target they were judged by."),
    )  # fmt: skip

    def __init__(self, *args: Any, params: Iterable[Param], stored: dict[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self._params = list(params)
        for param in self._params:
            self.fields[f"param_{param.name}"] = _param_field(param, value_of(param, stored.get(param.name)))

    def params(self) -> dict[str, Any]:
        """The parameters as given."""
        return {param.name: self.cleaned_data[f"param_{param.name}"] for param in self._params}


def _param_field(param: Param, value: Any) -> forms.Field:
    label: Any = param.label
    hint = _("Unit: %(unit)s") % {"unit": param.unit} if param.unit else ""
    if param.kind == "boolean":
        return forms.BooleanField(label=label, required=False, initial=value, help_text=hint)
    if param.kind == "integer":
        return forms.IntegerField(label=label, initial=value, min_value=-1_000_000, max_value=1_000_000, help_text=hint)
    if param.kind == "decimal":
        return forms.DecimalField(label=label, initial=value, max_digits=18, decimal_places=6, help_text=hint)
    return forms.CharField(label=label, initial=value, max_length=200, help_text=hint)


class MandatoryForm(forms.Form):
    """The fields that an operation demands of every record."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("Mandatory fields"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("A record fails when one of them is empty."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fields_wanted"].choices = list(choices)  # type: ignore[attr-defined]  # a choice field
