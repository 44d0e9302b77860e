"""Forms about entitlements: what is simulated, and why something approved is amended."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.inputs.fields import Text, choose, day_field, reason_field


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
