"""Forms on the pages of records and lists: photo, notice, export."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.vocabulary import FORMATS, LEGAL_BASES, PURPOSES, USES

SHORTEST_REASON = 10


class PhotoForm(forms.Form):
    """One photo; telephones offer their camera."""

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_("JPEG, PNG or WebP."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "user"}),
    )


class NoticeForm(forms.Form):
    """What was explained, and what people agreed to, purpose by purpose."""

    version = forms.CharField(label=_("Version of the notice"), max_length=40, required=False)
    language = forms.CharField(
        label=_("Language"), max_length=12, required=False, help_text=_("Code of the language, such as my, ar or fr.")
    )
    given_on = forms.DateField(
        label=_("Given on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    legal_basis = forms.ChoiceField(label=_("Legal basis"), choices=list(LEGAL_BASES.items()))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, label in PURPOSES.items():
            self.fields[f"purpose_{code}"] = forms.ChoiceField(
                label=label,  # type: ignore[arg-type]  # translated when shown
                required=False,
                choices=[("", _("not asked")), ("yes", _("agreed")), ("no", _("refused"))],
            )

    def purposes(self) -> dict[str, bool]:
        """The answers; what was not asked is left out."""
        answers = {code: self.cleaned_data[f"purpose_{code}"] for code in PURPOSES}
        return {code: answer == "yes" for code, answer in answers.items() if answer}


class PairForm(forms.Form):
    """Who else may be this person, and why."""

    reference = forms.CharField(
        label=_("Reference of the other person"), max_length=24, help_text=_("As on the page of that person: PSN-…")
    )
    reason = forms.CharField(label=_("Why you think so"), max_length=300, required=False)


class UnmergeForm(forms.Form):
    """Why a merge is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What shows that these are two people? It is kept with the merge."),
    )


class ExportForm(forms.Form):
    """What for, in which format, with what."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=SHORTEST_REASON,
        max_length=300,
        help_text=_("For which activity, and who will hold the file. It is kept with the export."),
    )
    use = forms.ChoiceField(label=_("Use"), choices=list(USES.items()))
    file_format = forms.ChoiceField(label=_("Format"), choices=list(FORMATS.items()))
    with_sensitive = forms.BooleanField(
        label=_("With documents, telephones, needs, legal status and further answers"), required=False
    )

    def __init__(self, *args: Any, may_show: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_show:
            del self.fields["with_sensitive"]
