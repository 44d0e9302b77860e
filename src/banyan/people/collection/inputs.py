"""Forms of the pages of collection."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.actions.receiving import LARGEST


class ManyFiles(forms.ClearableFileInput):
    """Several files at once: a workbook and its photos, or one XML for each submission."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploaded files."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """All files; each is looked at."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise forms.ValidationError(_("Choose at least one file."))
        single = super().clean
        cleaned = [single(file, initial) for file in files]
        if sum(file.size for file in cleaned if file) > 2 * LARGEST:
            raise forms.ValidationError(_("The files are too large together. Upload them one after the other."))
        return cleaned


class UploadForm(forms.Form):
    """Files, where they belong, and what is known about them."""

    where = forms.ChoiceField(
        label=_("Operation and area"),
        help_text=_("People are registered in this area. Rows of other areas will be refused."),
    )
    source = forms.ChoiceField(
        label=_("Form or source"),
        required=False,
        help_text=_(
            "What the files were filled with. Columns are then recognised, and the form’s own conditions checked."
        ),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("By which others find the batch. Names of people do not belong here."),
    )
    files = FilesField(  # type: ignore[assignment]  # a field of that name, not the files sent
        label=_("Files"),
        help_text=_("XLSX, XLS, CSV, KoBo’s JSON, submissions in XML, or a ZIP of them."),
    )
    attachments = FilesField(
        label=_("Photos and attachments"), required=False, help_text=_("Files that cells or answers mention by name.")
    )

    def __init__(
        self, *args: Any, places: list[tuple[str, Any]], sources: list[tuple[str, Any]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["where"].choices = places  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["source"].choices = [("", _("None: the columns tell")), *sources]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["where"].initial = places[0][0]


class RulesForm(forms.Form):
    """What an operation asks of reviews."""

    separate_duties = forms.BooleanField(label=_("Who submitted may not accept"), required=False)
    warnings_block = forms.BooleanField(label=_("Warnings must be settled before accepting"), required=False)
