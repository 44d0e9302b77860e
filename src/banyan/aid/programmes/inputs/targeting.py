"""Forms about targeting: rules, score, threshold, lists, runs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.inputs.fields import Text, amount_field, choose, day_field, reason_field, rule_field

LARGEST_LIST = 10 * 1024 * 1024


class TargetingForm(forms.Form):
    """What a targeting is called, for which cycle, and from which score on somebody is in."""

    name = forms.CharField(label=_("Name"), max_length=120)
    cycle_id = forms.ChoiceField(label=_("Cycle"), required=False)
    threshold = forms.DecimalField(
        label=_("Threshold"), required=False, max_digits=19, decimal_places=4,
        help_text=_("Whoever has this score or more is in. Left empty: the rules alone decide."),
    )  # fmt: skip

    def __init__(self, *args: Any, cycles: Iterable[tuple[Any, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "cycle_id", cycles, empty=_("all cycles"))


class RuleForm(forms.Form):
    """One of the alternative rules. A line without a text is left out."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    label = forms.CharField(label=_("What it says"), max_length=120, required=False)
    text = rule_field(_("Rule"), required=False)
    criterion = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A line is whole or empty."""
        given = super().clean() or {}
        if given.get("label") and not given.get("text"):
            self.add_error("text", _("Write the rule, or leave the line empty."))
        elif given.get("text") and not given.get("label"):
            self.add_error("label", _("Say in a few words what the rule says."))
        return given


class ScoreForm(forms.Form):
    """One line of the score. A line without a formula is left out."""

    label = forms.CharField(label=_("What it counts"), max_length=120, required=False)
    formula = rule_field(_("Formula"), required=False, rows=1)
    weight = forms.DecimalField(label=_("Weight"), required=False, max_digits=12, decimal_places=4)

    def clean(self) -> dict[str, Any]:
        """A line is whole or empty."""
        given = super().clean() or {}
        if given.get("label") or given.get("formula"):
            for name in ("label", "formula"):
                if not given.get(name):
                    self.add_error(name, _("Fill in the whole line, or leave all of it empty."))
            if given.get("weight") is None and "weight" not in self.errors:
                self.add_error("weight", _("Fill in the whole line, or leave all of it empty."))
        return given


class RunForm(forms.Form):
    """On which day a targeting is held against the register."""

    day = day_field(
        _("As of"),
        required=False,
        help_text=_("Left empty: today. Ages and sizes of households are those of this day."),
    )


class ListForm(forms.Form):
    """References of households or people, by file or typed, with the reason."""

    kind = forms.ChoiceField(label=_("List"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("CSV or XLSX with the columns reference and reason.")
    )
    references = forms.CharField(
        label=_("Or typed"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
        help_text=_("One reference on each line, such as HHD-… or PSN-…"),
    )  # fmt: skip
    reason = reason_field(_("For those that were typed. A file says its own."))
    source = forms.CharField(
        label=_("Source"), max_length=200, required=False, help_text=_("Who made the list, and when.")
    )

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "kind", kinds)
        self.fields["reason"].required = False

    def clean(self) -> dict[str, Any]:
        """A file or references, and a reason with those that are typed."""
        given = super().clean() or {}
        typed = bool(given.get("references", "").strip())
        if typed == bool(given.get("file")):
            self.add_error("references", _("Choose a file or type references, one of the two."))
        elif typed and not given.get("reason"):
            self.add_error("reason", _("Say in a few words why."))
        if (file := given.get("file")) and file.size > LARGEST_LIST:
            self.add_error("file", _("The file is larger than 10 MB. Split it."))
        return given


class CompareForm(forms.Form):
    """Which other run is compared with."""

    other = forms.ChoiceField(label=_("Compare with"))

    def __init__(self, *args: Any, runs: Iterable[tuple[Any, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "other", runs)


class MarginForm(forms.Form):
    """How near to the threshold is borderline."""

    margin = amount_field(_("Within so many points of the threshold"), required=False)
