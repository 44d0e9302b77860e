"""Forms of search and of registering by hand."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.queries.labels import DOCUMENTS, RELATIONSHIP, RESIDENCE, SEX, Labels
from banyan.people.registry.rules.ages import OLDEST
from banyan.people.registry.rules.asking import Question
from banyan.people.registry.rules.changing.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS, Field, Known, read_value
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.problems import Problem

SEXES = [("female", _("female")), ("male", _("male")), ("other", _("other")), ("unknown", _("unknown"))]


def sexes(labels: Labels) -> list[tuple[str, Any]]:
    """The list of sexes, also before code lists are loaded."""
    return labels.options(SEX) or SEXES


class SearchForm(forms.Form):
    """Whatever is known about somebody."""

    text = forms.CharField(
        label=_("Name, in any script and order"),
        max_length=200,
        required=False,
        help_text=_("Also a reference, a document or a telephone number."),
    )
    document = forms.CharField(label=_("Document number"), max_length=80, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    reference = forms.CharField(label=_("Reference of the person"), max_length=40, required=False)
    household = forms.CharField(label=_("Reference or number of the household"), max_length=80, required=False)
    born = forms.CharField(
        label=_("Age or year of birth"), max_length=12, required=False, help_text=_("34, 1990 or 1990-05")
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False)

    def __init__(self, *args: Any, labels: Labels, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sex"].choices = [("", _("any")), *sexes(labels)]  # type: ignore[attr-defined]

    def question(self, place: UUID | None) -> Question:
        """What is asked for."""
        data = {name: value.replace("\x00", "") for name, value in self.cleaned_data.items()}
        return Question(place=place, **data)


class HouseholdForm(forms.Form):
    """A household that is registered by hand."""

    where = forms.ChoiceField(label=_("Operation and area"))
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    phone = forms.CharField(label=_("Telephone of the household"), max_length=40, required=False)
    residence_status = forms.ChoiceField(label=_("Residence status"), required=False)
    registered_on = forms.DateField(
        label=_("Registered on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    registration_group = forms.CharField(label=_("Registration group"), max_length=80, required=False)
    number = forms.CharField(label=_("Number on paper"), max_length=80, required=False)
    consent = forms.ChoiceField(
        label=_("Agrees to being registered"),
        required=False,
        choices=[("", _("not asked")), ("true", _("yes")), ("false", _("no"))],
    )

    def __init__(self, *args: Any, labels: Labels, areas: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["where"].choices = areas  # type: ignore[attr-defined]
        self.fields["residence_status"].choices = [("", _("not known")), *labels.options(RESIDENCE)]  # type: ignore[attr-defined]

    def clean_registered_on(self) -> Any:
        """Nobody is registered tomorrow."""
        day = self.cleaned_data["registered_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies ahead. Write the day of the registration."))
        return day

    def values(self, known: Known) -> dict[str, str]:
        """By field of the register; what cannot be read becomes an error of the form."""
        read = _read(
            self, HOUSEHOLD_FIELDS, ("address", "phone", "residence_status", "registration_group", "number"), known
        )
        read["registered_on"] = self.cleaned_data["registered_on"].isoformat()
        read["consent"] = self.cleaned_data["consent"]
        return {f"household.{name}": value for name, value in read.items() if value}


class MemberForm(forms.Form):
    """One member of the household."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)
    name_original = forms.CharField(label=_("Name in the original script"), max_length=200, required=False)
    sex = forms.ChoiceField(label=_("Sex"))
    birth_date = forms.CharField(
        label=_("Date of birth"),
        max_length=30,
        required=False,
        help_text=_("1990-05-03, 1990-05 or 1990; add ~ when estimated."),
    )
    age = forms.IntegerField(label=_("Age, when the date is not known"), min_value=0, max_value=OLDEST, required=False)
    relationship = forms.ChoiceField(label=_("Relationship to the head"), required=False)
    is_head = forms.BooleanField(label=_("Head of the household"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    document_type = forms.ChoiceField(label=_("Document"), required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=80, required=False)
    nationality = forms.CharField(
        label=_("Nationality"), max_length=3, required=False, help_text=_("Three letters, such as MMR.")
    )

    def __init__(self, *args: Any, labels: Labels, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (
            ("sex", [("", _("Choose")), *sexes(labels)]),
            ("relationship", [("", _("not known")), *labels.options(RELATIONSHIP)]),
            ("document_type", [("", _("none")), *labels.options(DOCUMENTS)]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A document has both a type and a number, or neither."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("document_number") and not data.get("document_type"):
            self.add_error("document_type", _("Say which document the number is of."))
        if data.get("document_type") and not data.get("document_number"):
            self.add_error("document_number", _("Write its number, or choose no document."))
        return data

    def values(self, known: Known) -> dict[str, str]:
        """By field of the register; what cannot be read becomes an error of the form."""
        data = self.cleaned_data
        read = _read(
            self, PERSON_FIELDS, ("full_name", "name_original", "sex", "birth_date", "nationality"), known
        )  # fmt: skip
        if read.get("birth_date") and PartialDate.from_text(read["birth_date"]).earliest > known.today:
            problem = Problem("registry.born_in_future", date=read["birth_date"])
            self.add_error("birth_date", f"{problem.detail} {problem.mend}")
        read |= _read(self, {"phone": HOUSEHOLD_FIELDS["phone"]}, ("phone",), known)
        read["relationship"] = data.get("relationship", "")
        read["is_head"] = "true" if data.get("is_head") else ""
        if data.get("age") is not None and not read.get("birth_date"):
            read["age"] = str(data["age"])
        if data.get("document_number"):
            read[f"document.{data['document_type']}.number"] = data["document_number"].strip()
        return {f"person.{name}": value for name, value in read.items() if value}

    def question(self) -> Question:
        """Who might be the same person."""
        data = self.cleaned_data
        return Question(
            text=data.get("full_name", ""),
            document=data.get("document_number", ""),
            phone=data.get("phone", ""),
            born=str(data["age"]) if data.get("age") is not None else (data.get("birth_date") or "")[:4],
            sex=data.get("sex", ""),
        )


def _read(form: forms.Form, fields: Mapping[str, Field], names: Sequence[str], known: Known) -> dict[str, str]:
    read: dict[str, str] = {}
    for name in names:
        given = form.cleaned_data.get(name, "")
        if given in ("", None):
            continue
        try:
            read[name] = str(read_value(fields[name], str(given).replace("\x00", ""), known))
        except Problem as problem:
            form.add_error(name, f"{problem.detail} {problem.mend}".strip())
    return read
