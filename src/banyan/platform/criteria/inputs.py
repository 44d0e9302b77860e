"""Inputs of the pages of criteria."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.rules.parsing import LONGEST

CHANGE = "criteria.change_criterion"


class TextField(forms.CharField):
    """The text of a criterion."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Text of the criterion"),
            error_messages={"required": _("The criterion is empty: it would select nobody.")},
            strip=False,
            max_length=LONGEST,
            help_text=_(
                "For example: age < 5 && household.members.exists(m, m.age >= 18). Ctrl and space suggests what can stand here."
            ),
            widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false", "autocapitalize": "off"}),
        )


class NoteField(forms.CharField):
    """Why a version was made."""

    def __init__(self) -> None:
        super().__init__(label=_("Why"), max_length=300, required=False, help_text=_("What this version is for."))


class CriterionForm(forms.Form):
    """A criterion that does not exist yet."""

    name = forms.CharField(label=_("Name"), max_length=200)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), help_text=_("It decides which fields may be asked."))
    text = TextField()
    note = NoteField()

    def __init__(self, *args: Any, viewer: Viewer, purposes: Iterable[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        operations = [(str(each.pk), each.name) for each in operations_within(CHANGE, seen_by=viewer)]
        if viewer.reach(CHANGE).everything:
            operations.insert(0, ("", str(_("All operations"))))
        else:
            self.fields["operation"].required = True
        self.fields["operation"].choices = operations  # type: ignore[attr-defined]
        self.fields["purpose"].choices = list(purposes)  # type: ignore[attr-defined]

    def clean_operation(self) -> UUID | None:
        """The id of the operation; None stands for all of them."""
        chosen = self.cleaned_data["operation"]
        return UUID(chosen) if chosen else None


class VersionForm(forms.Form):
    """The next version of a criterion."""

    read_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(label=_("Name"), max_length=200)
    text = TextField()
    note = NoteField()
