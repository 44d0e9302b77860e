"""Forms of the pages of forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer

CHANGE = "forms.change_form"


class FileField(forms.FileField):
    """The workbook of a form."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Workbook"),
            help_text=_("An XLSForm as Excel workbook (.xlsx or .xls), up to 20 MB."),
            allow_empty_file=True,
            widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.xlsm,.ods,.csv"}),
        )


class UploadForm(forms.Form):
    """A workbook as a form of an operation."""

    operation = forms.TypedChoiceField(label=_("Operation"))
    file = FileField()
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("Left empty it is the title in the settings sheet."),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=100,
        required=False,
        help_text=_("Left empty it is the form_id of the settings sheet. A form of that code gets a new version."),
    )
    purpose = forms.CharField(
        label=_("What it is for"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        operations = operations_within(CHANGE, seen_by=viewer)
        field = self.fields["operation"]
        field.choices = [(str(operation.pk), operation.name) for operation in operations]  # type: ignore[attr-defined]
        if len(operations) == 1:
            field.initial = str(operations[0].pk)


class VersionForm(forms.Form):
    """A workbook as the next version of a form."""

    file = FileField()


class DetailsForm(forms.Form):
    """What a form is called and is for."""

    title = forms.CharField(label=_("Title"), max_length=200)
    purpose = forms.CharField(
        label=_("What it is for"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)
