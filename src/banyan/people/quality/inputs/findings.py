"""Forms about findings: who mends them, which are waived, which gate is opened, what an exercise found."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Words, or words that are translated when shown.
Text = Any
LONGEST_REASON = 300
# What a page proposes; how long a waiver may last is the room's rule.
_WAIVED_DAYS = 180


def reason_field(hint: Text = "", label: Text = "") -> forms.CharField:
    """A reason in the words of who gives it."""
    return forms.CharField(
        label=label or _("Reason"), max_length=LONGEST_REASON, help_text=hint, widget=forms.Textarea(attrs={"rows": 2})
    )


def day_field(label: Text, *, required: bool = False, initial: Any = None, hint: Text = "") -> forms.DateField:
    """A day, with the calendar of the browser."""
    return forms.DateField(
        label=label, required=required, initial=initial, help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class AssignForm(forms.Form):
    """On whose work list findings are put."""

    assignee = forms.TypedChoiceField(label=_("Assign to"), coerce=UUID)
    due_on = day_field(_("Until"))
    note = forms.CharField(label=_("Note"), max_length=LONGEST_REASON, required=False)

    def __init__(self, *args: Any, colleagues: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("Choose")),
            *((str(key), name) for key, name in colleagues),
        ]


class WaiveForm(forms.Form):
    """Why a finding is right as it stands, and until when that is believed."""

    reason = reason_field(
        _("What was looked at, and why the record is right or cannot be mended. It stays with the finding.")
    )
    expires_on = day_field(_("Until"), required=True, hint=_("After this day the finding is asked about again."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=_WAIVED_DAYS)


class MendForm(forms.Form):
    """A better value for the field that a check found wrong."""

    value = forms.CharField(label=_("Correct value"), max_length=LONGEST_REASON)
    reason = reason_field(_("How it is known: a document seen, the person asked."))

    def __init__(
        self, *args: Any, label: Text = "", kind: str = "", choices: Iterable[tuple[str, Text]] = (), **options: Any
    ) -> None:
        """kind: as criteria know the field; a "day" is asked for with the calendar, a "date" may be known in part."""
        super().__init__(*args, **options)
        if found := list(choices):
            self.fields["value"] = forms.ChoiceField(label=_("Correct value"), choices=[("", _("Choose")), *found])
            self.order_fields(["value", "reason"])
        elif kind == "day":
            self.fields["value"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields["value"].initial = timezone.localdate
        elif kind == "date":
            self.fields["value"].help_text = _(
                "Year, month and day as far as they are known: 1984-06-05, 1984-06 or 1984~."
            )
        if label:
            self.fields["value"].label = label


class OverrideForm(forms.Form):
    """Why a gate should be opened for one record, and for how long."""

    reason = reason_field(
        _("Why the document is needed before the record is mended. A second person reads this and decides.")
    )
    days = forms.IntegerField(label=_("Open for how many days"), min_value=1, max_value=30, initial=7)


class ExerciseForm(forms.Form):
    """Which findings to draw records from, how many, and who looks at them."""

    label = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example: photos, camp 12, November."))
    checks = forms.MultipleChoiceField(
        label=_("Checks"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Records that fail one of these are drawn by chance. All checks must be about the same kind of record."),
    )  # fmt: skip
    size = forms.IntegerField(label=_("How many records"), min_value=1, max_value=500, initial=30)
    due_on = day_field(_("Until"))
    assignees = forms.TypedMultipleChoiceField(
        label=_("Who looks at them"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("The records are shared out evenly among them."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, checks: Iterable[tuple[str, Text]], colleagues: Iterable[tuple[UUID, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["checks"].choices = list(checks)  # type: ignore[attr-defined]  # a choice field
        self.fields["assignees"].choices = [(str(key), name) for key, name in colleagues]  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """What was found about one record of an exercise."""

    record = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("Outcome"))
    note = forms.CharField(label=_("Note"), max_length=LONGEST_REASON, required=False)

    def __init__(self, *args: Any, outcomes: Iterable[tuple[str, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = [("", _("Choose")), *outcomes]  # type: ignore[attr-defined]  # a choice field
