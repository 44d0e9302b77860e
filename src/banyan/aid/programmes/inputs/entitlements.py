"""Forms about entitlements: what is simulated, and why something approved is amended."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.inputs.fields import Text, choose, day_field, reason_field, rule_field


class SimulateForm(forms.Form):
    """Which package is reckoned for which cycle, as of which day."""

    cycle_id = forms.ChoiceField(label=_("Cycle"))
    package_id = forms.ChoiceField(label=_("Package"))
    day = day_field(
        _("As of"),
        required=False,
        help_text=_("Left empty: today. Ages and sizes of households are those of this day."),
    )

    def __init__(
        self, *args: Any, cycles: Iterable[tuple[Any, Text]], packages: Iterable[tuple[Any, Text]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choose(self, "cycle_id", cycles)
        choose(self, "package_id", packages)


class AmendForm(forms.Form):
    """Why what was approved is reckoned again or taken back, and for whom."""

    reason = reason_field(_("Whoever approves the amendment reads it."))
    references = forms.CharField(
        label=_("For these households or people"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
        help_text=_("One reference on each line, such as HHD-… or PSN-…"),
    )  # fmt: skip
    withdraw = forms.BooleanField(
        label=_("Take it back"), required=False, help_text=_("Otherwise it is reckoned again by the same formula.")
    )


class OtherForm(forms.Form):
    """Other formulas for a reckoning: one for each line of it."""

    def __init__(self, *args: Any, lines: Sequence[Mapping[str, Any]], currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._items = [line["item"] for line in lines]
        for number, line in enumerate(lines):
            field = rule_field(line["item"] or _("Amount, as a formula"), line["unit"] or currency)
            field.initial = line["formula"]
            self.fields[f"line{number}"] = field

    def formulas(self) -> dict[str, str]:
        """The formulas as given, by item."""
        return {item: self.cleaned_data[f"line{number}"] for number, item in enumerate(self._items)}
