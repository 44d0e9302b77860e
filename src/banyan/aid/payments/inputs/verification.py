"""Forms about verifications: how many lines are drawn, and what a mismatch turned out to be."""

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.inputs.fields import amount_field, day_field, reason_field
from banyan.aid.payments.models.verification import Answer, Method, Settled
from banyan.aid.payments.rules.verifying import CONFIDENCES, LARGEST_MARGIN, SMALLEST_MARGIN


class VerificationForm(forms.Form):
    """What a verification is called, how people are asked, and how sure its figures are to be."""

    label = forms.CharField(label=_("Name"), max_length=120)
    method = forms.ChoiceField(label=_("Asked by"), choices=Method.choices)
    whole = forms.ChoiceField(
        label=_("Who is asked"), widget=forms.RadioSelect, required=False, initial="",
        choices=[("", _("A sample drawn by lot")), ("yes", _("Everybody whom something reached"))],
    )  # fmt: skip
    confidence = forms.TypedChoiceField(
        label=_("Confidence (%)"), coerce=int, initial=95, choices=[(each, f"{each} %") for each in CONFIDENCES]
    )
    margin = forms.DecimalField(
        label=_("Margin (%)"), initial=5, min_value=SMALLEST_MARGIN, max_value=LARGEST_MARGIN, decimal_places=1,
        max_digits=4, help_text=_("How far a share may lie from the truth, to either side. A smaller margin takes more people."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed"), required=False, min_value=0, max_value=2**31 - 1,
        help_text=_("Left empty, one is thrown. The same seed draws the same lines."),
    )  # fmt: skip
    due_on = day_field(_("Until"))

    def clean_whole(self) -> bool:
        """Whether everybody is asked."""
        return self.cleaned_data["whole"] == "yes"


class AnswerForm(forms.Form):
    """What came of asking one household."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect, choices=Answer.choices)
    said = amount_field(_("How much they say they got"), required=False, hint=_("Only where it is less than recorded."))
    note = reason_field(required=False, label=_("Note"))


class SettleForm(forms.Form):
    """What a mismatch turned out to be, and how one knows."""

    settled = forms.ChoiceField(label=_("It turned out"), widget=forms.RadioSelect, choices=Settled.choices)
    note = reason_field(label=_("What was found"))
