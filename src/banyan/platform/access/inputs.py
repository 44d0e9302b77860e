"""Forms of the access room."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import SIGNED_IN, declared
from banyan.platform.access.models import Area, Operation
from banyan.platform.access.models.grants import Clearance
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem


def tell(form: forms.Form, problem: Problem) -> None:
    """Show a problem's parts at the fields they name, the rest above the form."""
    for error in problem.errors or (problem,):
        field = error.at.field if error.at else None
        form.add_error(field if field in form.fields else None, f"{error.detail} {error.mend}".strip())


def _languages() -> Iterable[tuple[str, Any]]:
    return [("", _("as the browser asks")), *settings.LANGUAGES]


class DayInput(forms.DateInput):
    """The browser's own choice of a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class InviteInput(forms.Form):
    """A new account."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The person signs in with it."))
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=_languages)


class AccountInput(forms.Form):
    """What can be changed about an account."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=_languages)


class PasswordInput(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=200,
        help_text=_("At least 12 characters. Four unrelated words are easy to keep and hard to guess."),
    )
    again = forms.CharField(
        label=_("The same password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords differ. Type both again."))
        return cleaned


class AreaMixin(forms.Form):
    """An area by picker (id in a hidden field), or without script by its code or exact name."""

    area = forms.IntegerField(required=False, widget=forms.HiddenInput)
    area_text = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput, label=_("Area"))

    def clean(self) -> dict[str, Any]:
        """Puts the area's id, or None, under "area_id"."""
        cleaned = super().clean() or {}
        text, area = (cleaned.get("area_text") or "").strip(), cleaned.get("area")
        cleaned["area_id"] = None
        if area is not None:
            found = Area.objects.filter(pk=area).first()
        elif text:
            matches = list(Area.objects.filter(key__iexact=text)[:1]) or list(
                Area.objects.filter(label__iexact=text)[:2]
            )
            found = matches[0] if len(matches) == 1 else None
        else:
            return cleaned
        if found is None:
            self.add_error("area_text", _("No single area is called so. Choose one from the list, or type its code."))
        else:
            cleaned["area_id"] = found.pk
        return cleaned


class GrantInput(AreaMixin):
    """A role for an account."""

    role = forms.ChoiceField(label=_("Role"), choices=lambda: [(r.code, r.label) for r in declared().roles.values()])
    operation = forms.ModelChoiceField(
        label=_("Operation"), queryset=Operation.objects.filter(is_active=True), required=False,
        empty_label=_("all operations"),
    )  # fmt: skip
    clearance = forms.TypedChoiceField(
        label=_("Clearance"), choices=Clearance.choices, coerce=int, initial=Clearance.INTERNAL,
        help_text=_("Up to which sensitivity fields are shown."),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("First day"), widget=DayInput)
    valid_until = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput, help_text=_("Empty: until it is ended.")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.now().date()


class WhoInput(AreaMixin):
    """A question: who may do this, there?"""

    permission = forms.ChoiceField(
        label=_("Who may"),
        choices=lambda: [(p.codename, p.label) for p in declared().permissions.values() if p.codename != SIGNED_IN],
    )
    operation = forms.ModelChoiceField(
        label=_("In the operation"), queryset=Operation.objects.all(), required=False, empty_label=_("any operation")
    )


class OperationInput(forms.Form):
    """A country operation."""

    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(label=_("Country (three letters, ISO 3166-1)"), min_length=3, max_length=3)
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)


class TokenInput(forms.Form):
    """A new access token."""

    label = forms.CharField(label=_("What is it for?"), max_length=120)
    days = forms.IntegerField(label=_("Valid for how many days?"), initial=90, min_value=1, max_value=366)
    permissions = forms.MultipleChoiceField(
        label=_("What may the program do?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what you may do yourself. It counts wherever your own roles count."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [p for p in declared().permissions.values() if viewer.may(p.codename)]
        self.fields["permissions"].choices = [(p.codename, p.label) for p in mine]  # type: ignore[attr-defined]


class GlassInput(AreaMixin):
    """A request for emergency access."""

    reason = forms.CharField(
        label=_("Why can it not wait?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who needs what. At least 20 characters; supervisors read it now."),
    )
    hours = forms.TypedChoiceField(
        label=_("For how long?"), coerce=int, choices=[(n, n) for n in range(1, 5)], initial=1
    )


class ReviewInput(forms.Form):
    """A supervisor's judgement."""

    justified = forms.TypedChoiceField(
        label=_("Was it justified?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    review = forms.CharField(
        label=_("What did you find?"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("At least 20 characters.")
    )
