"""Forms about payment plans: what is paid and when, who pays it out, steps with their reasons, outcomes, holds."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.actions import Budget
from banyan.aid.payments.inputs.fields import amount_field, day_field, rate_field, reason_field
from banyan.aid.payments.models import Basis, Result

Text = Any
# How a plan in kind is paid: what else is nobody's choice.
HANDED_OUT = "hand"


class HoldForm(forms.Form):
    """Whom not to pay for the time being, and why. Only people hold payments, never the machine."""

    reference = forms.CharField(
        label=_("Reference of the household or person"), max_length=40,
        help_text=_("As on the card: HHD-… or PSN-…"), widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = reason_field(_("What has to be settled first. Others will read it; the household may ask for it."))
    from_on = day_field(_("From"), required=True)
    until = day_field(_("Until"), hint=_("Without a day the hold lasts until somebody lifts it."))


class StepForm(forms.Form):
    """A word given on the lines as they were when the page was opened, or a step back with its reason."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    note = reason_field(label=_("Note"), required=False)

    def __init__(self, *args: Any, needs_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if needs_reason:
            self.fields["note"].required = True
            self.fields["note"].label = _("Reason")


class AssignForm(forms.Form):
    """Who pays the plan out, and by what. Goods are handed out by whoever is named."""

    provider = forms.TypedChoiceField(label=_("Provider"), coerce=UUID, empty_value=None, required=False)
    provider_label = forms.CharField(
        label=_("Who hands it out"), max_length=200, required=False,
        help_text=_("Only where there is no provider: the organisation that hands goods out."),
    )  # fmt: skip
    mechanism = forms.ChoiceField(label=_("How it is paid"))

    def __init__(
        self, *args: Any, providers: Iterable[tuple[UUID, str]], mechanisms: Iterable[tuple[str, Text]], is_money: bool,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.fields["provider"].choices = [("", _("Choose")), *((str(key), name) for key, name in providers)]  # type: ignore[attr-defined]
        self.fields["mechanism"].choices = [("", _("Choose")), *mechanisms]  # type: ignore[attr-defined]
        if is_money:
            self.fields["provider"].required = True
            del self.fields["provider_label"]
        else:
            del self.fields["mechanism"]

    def clean(self) -> dict[str, Any]:
        """What the form does not ask in this case is empty, or hand over where goods are."""
        return {"provider_label": "", "mechanism": HANDED_OUT, **(super().clean() or {})}


class FollowUpForm(forms.Form):
    """When what did not arrive is paid again."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    pay_from = day_field(_("Paid from"), required=True)
    pay_until = day_field(_("Paid until"), required=True)


class PlanForm(FollowUpForm):
    """A plan of one run of approved entitlements: when it is paid, and from which budget lines, in their order."""

    basis = forms.ChoiceField(
        label=_("Pays"),
        choices=[(each.value, each.label) for each in (Basis.REGULAR, Basis.TOP_UP)],
        widget=forms.RadioSelect,
    )
    rest = forms.TypedChoiceField(label=_("Budget line that pays"), coerce=UUID)
    rate = rate_field(_("Rate"), required=False)
    rate_on = day_field(_("Day of the rate"))

    def __init__(
        self, *args: Any, lines: Sequence[Any], currency: str, base: str, **options: Any
    ) -> None:  # fmt: skip
        """lines: the budget lines of the programme. currency: of the entitlements, "" in kind. base: that of the bands."""
        super().__init__(*args, **options)
        self.lines = lines
        if not currency:
            for name in ("rest", "rate", "rate_on"):
                del self.fields[name]
            self.lines = ()
            return
        named = [(str(each.pk), f"{each.code} {each.name}") for each in lines]
        self.fields["rest"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]  # a choice field
        if len(lines) > 1:
            self.fields["rest"].label = _("Budget line that pays the rest")
        if not base or base == currency:
            del self.fields["rate"], self.fields["rate_on"]
        else:
            self.fields["rate"].required = True
            self.fields["rate"].help_text = _("How many %(base)s one %(currency)s is worth.") % {
                "base": base,
                "currency": currency,
            }
        for each in lines:
            if len(lines) > 1:
                self.fields[f"upto-{each.pk}"] = amount_field(
                    _("Before it, %(line)s pays at most") % {"line": f"{each.code} {each.name}"}, required=False
                )
            if each.currency != currency:
                self.fields[f"rate-{each.pk}"] = rate_field(
                    _("How many %(base)s of %(line)s one %(currency)s is worth")
                    % {"base": each.currency, "line": each.code, "currency": currency},
                    required=False,
                )

    def clean(self) -> dict[str, Any]:
        """A budget line in another currency needs its rate."""
        said = super().clean() or {}
        for each in self.lines:
            asked = said.get("rest") == each.pk or said.get(f"upto-{each.pk}")
            if asked and f"rate-{each.pk}" in self.fields and not said.get(f"rate-{each.pk}"):
                self.add_error(f"rate-{each.pk}", _("Write the rate."))
        return said

    def budgets(self) -> list[Budget]:
        """Budget lines in their order, each up to a running total, the last with the rest."""
        said = self.cleaned_data
        found, whole = [], Decimal(0)
        for each in self.lines:
            if each.pk != said["rest"] and (amount := said.get(f"upto-{each.pk}")):
                whole += amount
                found.append(Budget(each.pk, whole, said.get(f"rate-{each.pk}")))
        if self.lines:
            found.append(Budget(said["rest"], None, said.get(f"rate-{said['rest']}")))
        return found


class OutcomeForm(forms.Form):
    """What became of a line, as somebody saw it: paid by hand, a list on paper, a call."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Choose")), *Result.choices])
    amount = amount_field(_("Amount"), required=False, hint=_("Not needed for what failed or was not claimed."))
    on_day = day_field(_("Day"), required=True)
    provider_reference = forms.CharField(label=_("Reference of the provider"), max_length=140, required=False)


class ReasonForm(forms.Form):
    """A reason, and nothing else."""

    reason = reason_field()
