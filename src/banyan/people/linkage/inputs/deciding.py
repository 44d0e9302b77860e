"""Forms about cases: what somebody decided and why, who belongs to whom, which values are kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.rules.deciding import Cluster

# Words, or words that are translated when shown.
Text = Any
LONGEST_REASON = 1000
# What a page proposes when somebody is not sure yet.
PUT_ASIDE_DAYS = 14

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"


def reason_field(hint: Text = "", *, required: bool = True, label: Text = "") -> forms.CharField:
    """A reason in the words of who gives it."""
    return forms.CharField(
        label=label or _("Reason"), max_length=LONGEST_REASON, required=required, help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": _("Say in a few words why.")},
    )  # fmt: skip


class DecisionForm(forms.Form):
    """The same person, different people, or not sure until a day; always with a reason."""

    decision = forms.ChoiceField(
        label=_("These records are"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    until = forms.DateField(
        label=_("Look again on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only when you are not sure: the case comes back on this day, or when a record changes."),
    )  # fmt: skip
    reason = reason_field(_("What you saw or whom you asked. It stays with the case."))

    def __init__(self, *args: Any, size: int = 2, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]  # a choice field
            (SAME, _("the same person") if size == 2 else _("the same, all or some of them")),
            (DIFFERENT, _("different people") if size == 2 else _("all different people")),
            (UNSURE, _("not sure yet")),
        ]
        self.fields["until"].initial = timezone.localdate() + timedelta(days=PUT_ASIDE_DAYS)

    def clean(self) -> dict[str, Any]:
        """Who is not sure says until when."""
        values = super().clean() or {}
        if values.get("decision") == UNSURE and "until" in values:
            if values["until"] is None:
                self.add_error("until", _("Say on which day to look again."))
            elif values["until"] <= timezone.localdate():
                self.add_error("until", _("Choose a day after today."))
        return values


class ReasonForm(forms.Form):
    """Why something is taken back or undone."""

    reason = reason_field()


class SecondLookForm(forms.Form):
    """What the second person says; who refuses gives a reason."""

    reason = reason_field(
        _("Needed when you refuse: whoever asked reads it and decides anew."),
        required=False,
        label=_("What you say to it"),
    )

    def __init__(self, *args: Any, refuses: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = refuses


class AssignForm(forms.Form):
    """Whose list a case is put on."""

    assignee = forms.TypedChoiceField(label=_("Assign to"), coerce=UUID, required=False, empty_value=None)

    def __init__(self, *args: Any, colleagues: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("Nobody")),
            *((str(key), name) for key, name in colleagues),
        ]


# What a group's form says of a record that belongs to nobody else: it is somebody else, or nobody can say.
ALONE, UNKNOWN = "alone", "unknown"


def clusters_of(
    data: Mapping[str, str], ids: Sequence[UUID], *, fields: Sequence[str], stays: Sequence[UUID]
) -> list[Cluster]:
    """Who belongs together as a form says it: `group.<id>` (a number, "alone", else it cannot be said), `survivor.<n>`,
    `take.<n>.<field>`.

    The records of a case of two are together. `stays`: which record stays where the form does not say, the first of these.
    What is no number, no record of the case or no field is left out; the action refuses the rest.
    """
    groups: dict[str, list[UUID]] = {}
    for each in ids:
        number = "1" if len(ids) == 2 else data.get(f"group.{each}", UNKNOWN).strip()[:8]
        if number == ALONE:
            groups[f"{ALONE}.{each}"] = [each]
        elif number.isdecimal():
            groups.setdefault(str(int(number)), []).append(each)
    found = []
    for number, members in groups.items():
        take = {name: _among(data.get(f"take.{number}.{name}", ""), members) for name in fields}
        survivor = _among(data.get(f"survivor.{number}", ""), members) or next(one for one in stays if one in members)
        found.append(Cluster(tuple(members), survivor, {name: one for name, one in take.items() if one is not None}))
    return found


def _among(text: str, members: Sequence[UUID]) -> UUID | None:
    return next((each for each in members if str(each) == text), None)
