"""Forms about providers: who they are, what they take and charge, which columns their files have, accounts of people."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.inputs.fields import amount_field, currency_codes, words_field

Text = Any
# One column of a template a line: what stands in the head of the file, and what the column holds.
BETWEEN = "="


class ProviderForm(forms.Form):
    """A provider as the operation has agreed with it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Short, for files and lists. For example: kbz."))
    organisation = forms.CharField(
        label=_("Code of the organisation"), max_length=60, required=False,
        help_text=_("As in the list of organisations."),
    )  # fmt: skip
    mechanisms = forms.MultipleChoiceField(label=_("How it pays"), widget=forms.CheckboxSelectMultiple)
    currencies = forms.CharField(
        label=_("Currencies"), max_length=120, help_text=_("Codes of three letters with spaces between: MMK USD.")
    )
    fee_fixed = amount_field(_("Fee for a transfer"), initial=0)
    fee_percent = amount_field(_("Fee in per cent of the amount"), initial=0, most=100)
    least = amount_field(_("Smallest transfer"), required=False)
    most = amount_field(_("Largest transfer"), required=False)
    debtor_name = forms.CharField(label=_("Account is in the name of"), max_length=140, required=False)
    debtor_account = forms.CharField(
        label=_("Account that is debited"), max_length=64, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept locked and never shown again. Leave it empty to keep what is there."),
    )  # fmt: skip
    debtor_agent = forms.CharField(label=_("BIC of its bank"), max_length=11, required=False)
    template_id = forms.TypedChoiceField(
        label=_("Template of its files"), coerce=UUID, empty_value=None, required=False
    )
    recipient = forms.CharField(
        label=_("Public key for files"), max_length=120, required=False,
        help_text=_("Begins with age1. With a key every file for the provider is encrypted, and only the provider opens it."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, mechanisms: Iterable[tuple[str, Text]], templates: Iterable[tuple[UUID, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["mechanisms"].choices = list(mechanisms)  # type: ignore[attr-defined]  # a choice field
        self.fields["template_id"].choices = [  # type: ignore[attr-defined]
            ("", _("Columns as Banyan writes them")),
            *((str(key), name) for key, name in templates),
        ]

    def clean_currencies(self) -> list[str]:
        """Codes of currencies that exist."""
        return currency_codes(self.cleaned_data["currencies"])


class TemplateForm(forms.Form):
    """The columns of a provider's files, in their order."""

    name = forms.CharField(label=_("Name"), max_length=120)
    columns = words_field(
        _("Columns"), rows=10,
        hint=_("One a line: the head of the column, an equals sign, what it holds. For example: Beneficiary name = collector_name"),
    )  # fmt: skip

    def clean_columns(self) -> list[dict[str, str]]:
        """Pairs of header and source; every line that is not such a pair is named."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["columns"].splitlines(), start=1):
            header, between, source = (part.strip() for part in line.rpartition(BETWEEN))
            if between and header and source:
                found.append({"header": header, "source": source})
            elif line.strip():
                wrong.append(str(number))
        if wrong:
            raise forms.ValidationError(
                _("Write a head, an equals sign and a source in line %(lines)s."), params={"lines": ", ".join(wrong)}
            )
        return found


class AccountForm(forms.Form):
    """An account to which a person is paid."""

    mechanism = forms.ChoiceField(label=_("How it is paid"))
    number = forms.CharField(label=_("Number"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    holder = forms.CharField(
        label=_("In the name of"), max_length=140, required=False, help_text=_("If it is not the person's own.")
    )

    def __init__(self, *args: Any, mechanisms: Iterable[tuple[str, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mechanism"].choices = list(mechanisms)  # type: ignore[attr-defined]  # a choice field


def columns_text(columns: Iterable[dict[str, str]]) -> str:
    """Columns of a template as the form writes them."""
    return "\n".join(f"{each['header']} {BETWEEN} {each['source']}" for each in columns)
