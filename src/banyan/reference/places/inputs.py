"""Forms of the pages of places."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.dates import PartialDate, read_date
from banyan.platform.kernel.problems import Problem
from banyan.reference.places.models import Relation
from banyan.reference.places.rules.countries import iso3
from banyan.reference.places.sources import LARGEST_FILE

LANGUAGES = [("en", "English"), ("my", "မြန်မာ"), ("ar", "العربية"), ("fr", "Français"), ("es", "Español"),
             ("ksw", "ကညီ"), ("shn", "ၵႂၢမ်းတႆး"), ("kac", "Jinghpaw"), ("ku", "Kurdî")]  # fmt: skip


class PartialDateInput(forms.CharField):
    """A year, a month or a day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=30,
            required=False,
            help_text=_("A year, a month or a day: 1989, 1989-06, 1989-06-18."),
            **options,
        )

    def clean(self, value: Any) -> PartialDate | None:
        """The date; None when nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_date(text)
        except Problem as problem:
            raise forms.ValidationError(problem.as_text()) from problem


class ManyFiles(forms.ClearableFileInput):
    """Several files at once: a release often comes as one file for each level."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploaded files."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """All files; each is looked at."""
        files = data if isinstance(data, list | tuple) else [data]
        single = super().clean
        cleaned = [single(file, initial) for file in files]
        total = sum(file.size for file in cleaned if file)
        if total > 2 * LARGEST_FILE:
            raise forms.ValidationError(
                _("The files are too large together. Import them one after the other into the same release.")
            )
        return cleaned


class UploadForm(forms.Form):
    """Files of a release, and what is known about it already."""

    files = FilesField(  # type: ignore[assignment]  # a field of that name, not the files sent
        label=_("Files"), help_text=_("XLSX, XLS, ODS, CSV or GeoJSON; several at once for one release.")
    )
    authority = forms.CharField(
        label=_("Authority"),
        max_length=80,
        required=False,
        help_text=_("Who publishes the list, such as MIMU. Left empty it is guessed."),
    )
    label = forms.CharField(
        label=_("Release"), max_length=80, required=False, help_text=_("Version or date, such as 9.6.")
    )


class ConfirmForm(forms.Form):
    """The release and country that a person confirms."""

    country = forms.CharField(
        label=_("Country"),
        max_length=3,
        required=False,
        help_text=_("Three-letter code of ISO 3166. Leave it empty when every row tells its country."),
    )
    authority = forms.CharField(label=_("Authority"), max_length=80)
    label = forms.CharField(label=_("Release"), max_length=80)
    published_on = PartialDateInput(label=_("Published"))
    terms = forms.CharField(label=_("Terms of use"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_country(self) -> str:
        """The three-letter code."""
        text = str(self.cleaned_data["country"]).strip()
        code = iso3(text) if text else ""
        if code is None:
            raise forms.ValidationError(
                _("There is no such country. Use the three-letter code of ISO 3166, such as MMR.")
            )
        return code


class NameForm(forms.Form):
    """A preferred name in a language, or another name."""

    relation = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            ("preferred", _("preferred name")),
            *[(code, label) for code, label in Relation.choices if code != "raw"],
        ],
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    text = forms.CharField(label=_("Name"), max_length=200)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    since = PartialDateInput(label=_("Used from"))
    until = PartialDateInput(label=_("Used until"))


class EndForm(forms.Form):
    """Since when a name is no longer used."""

    until = PartialDateInput(label=_("Used until"))
