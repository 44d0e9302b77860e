"""Forms about models of matching: on whom one is trained, its thresholds, which two are compared."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Words, or words that are translated when shown.
Text = Any
LONGEST_NOTE = 300
# The value of choices that stand for no operation, or for the model shipped.
NONE = "none"


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("What changed, and why"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever approves the version reads it."),
    )  # fmt: skip


class TrainForm(forms.Form):
    """On whose records a new version is trained."""

    operation = forms.ChoiceField(
        label=_("Train on the records of"),
        help_text=_("The version weighs the records of the same operation, once somebody else has set it live."),
    )
    note = _note()
    seed = forms.IntegerField(
        label=_("Seed"), initial=1, min_value=0, max_value=2**31 - 1,
        help_text=_("The same records and the same seed give the same model. Leave it unless you repeat a training."),
    )  # fmt: skip

    def __init__(self, *args: Any, operations: Iterable[tuple[Any, Text]], everywhere: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(key), name) for key, name in operations]
        if everywhere:
            choices.append((NONE, _("all operations, as the model for those that have none of their own")))
        self.fields["operation"].choices = choices  # type: ignore[attr-defined]  # a choice field


class ThresholdForm(forms.Form):
    """The weights from which somebody looks, and from which it is urgent."""

    review = forms.FloatField(
        label=_("Look from this weight on"), help_text=_("Lower finds more duplicates and costs more hours of looking.")
    )
    probable = forms.FloatField(
        label=_("Probable from this weight on"), help_text=_("Decides how soon a case is due, nothing else.")
    )
    note = _note()  # fmt: skip


class CompareForm(forms.Form):
    """Two versions, and on whose records they are compared."""

    operation = forms.ChoiceField(label=_("On the records of"))
    former = forms.ChoiceField(label=_("This version"))
    latter = forms.ChoiceField(label=_("With this one"))

    def __init__(
        self, *args: Any, operations: Iterable[tuple[Any, Text]], versions: Iterable[tuple[str, Text]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        known = list(versions)
        self.fields["operation"].choices = [(str(key), name) for key, name in operations]  # type: ignore[attr-defined]  # a choice field
        for name in ("former", "latter"):
            self.fields[name].choices = known  # type: ignore[attr-defined]
