"""Forms about samples of pairs: how many are drawn, and what somebody says of one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.rules.estimating.agreement import DIFFERENT, SAME, UNSURE

LONGEST_NOTE = 300


class SampleForm(forms.Form):
    """What a sample is called, how many pairs it has, and the seed of its lot."""

    label = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For example: first quarter, before the new model.")
    )
    size = forms.IntegerField(
        label=_("Pairs"), initial=400, min_value=1, max_value=100_000,
        help_text=_("Two people judge each: 400 pairs take each of them about four hours. Fewer pairs make the figures less sure."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed"), required=False, min_value=0, max_value=2**31 - 1,
        help_text=_("Left empty, one is thrown. The same seed draws the same pairs from the same records."),
    )  # fmt: skip


class LabelForm(forms.Form):
    """What two records are, in the eyes of who looks at them."""

    decision = forms.ChoiceField(
        label=_("These records are"), widget=forms.RadioSelect,
        choices=[(SAME, _("the same person")), (DIFFERENT, _("different people")), (UNSURE, _("it cannot be said"))],
        error_messages={"required": _("Choose one of the three.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What decided it, if that is not plain to see."),
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """As the action takes it."""
        return {"verdict": self.cleaned_data["decision"], "note": self.cleaned_data["note"]}
