"""Forms of the screening: a list to load, a reason for a decision, somebody to compare now."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_REASON = 1_000


class LoadListForm(forms.Form):
    """A sanctions list as its publisher offers it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "UN consolidated list (XML), EU consolidated list (XML 1.1), SDN.XML of OFAC, or a workbook of your own (XLSX) with"
            " columns such as name, alias, date of birth, nationality, document. Which list it is, is read from the file."
        ),
        widget=forms.FileInput(attrs={"accept": ".xml,.xlsx"}),
    )
    even_if_shrunk = forms.BooleanField(
        label=_("The file is whole, although many entries are gone"),
        required=False,
        help_text=_("Asked only when far fewer people stand on it than before."),
    )


class HitReasonForm(forms.Form):
    """Why somebody decides so."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("What was compared, and where you looked. Only those who work on the screening read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)


class ScreenPersonForm(forms.Form):
    """One person to compare with the lists now."""

    reference = forms.CharField(
        label=_("Reference of a person"), max_length=30, help_text=_("For example PSN-7K3M-9QXT-2A4B-6.")
    )
