"""The form about how soon an operation wants its cases decided."""

from django import forms

from banyan.people.linkage.models import CaseTargets

LEAST, MOST = 1, 365


class TargetsForm(forms.ModelForm):
    """Days until a case is due, by zone, until the second person confirms, and until unsure cases come back."""

    class Meta:
        model = CaseTargets
        fields = ("probable_days", "possible_days", "confirm_days", "shelf_days")
        widgets = {name: forms.NumberInput(attrs={"min": LEAST, "max": MOST}) for name in fields}
