"""Forms about enrolments and appeals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.inputs.fields import reason_field


class StepForm(forms.Form):
    """Why enrolments are moved."""

    reason = reason_field(_("It stays with each enrolment."))


class EnrolForm(forms.Form):
    """Who is enrolled by hand, and why."""

    reference = forms.CharField(label=_("Reference"), max_length=40, help_text=_("Such as HHD-… or PSN-…"))
    reason = reason_field(_("It stays with the enrolment."))


class AppealForm(forms.Form):
    """What somebody says who was left out, or put out, wrongly."""

    reason = reason_field(_("In their own words, as far as you can. Somebody else decides."), _("What they say"))


class DecisionForm(forms.Form):
    """What was decided about an appeal, and why."""

    verb = forms.ChoiceField(
        label=_("Decision"),
        choices=[("uphold", _("uphold: they are right")), ("refuse", _("refuse"))],
        widget=forms.RadioSelect,
    )
    decision = reason_field(_("Whoever appealed is told this."), _("Why"))
