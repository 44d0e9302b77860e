"""The form of a source."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.actions.sources import CHANGE, SourceDraft
from banyan.people.collection.models import Source, SourceKind
from banyan.people.forms import queries as all_forms
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer


class SourceForm(forms.Form):
    """Where submissions come from. The token is only ever written, never shown."""

    operation = forms.ChoiceField(label=_("Operation"))
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("Such as “Arrivals at the transit site”."))
    kind = forms.ChoiceField(
        label=_("How submissions come"),
        choices=[(value, label) for value, label in SourceKind.choices if value != SourceKind.BROWSER],
    )
    form = forms.ChoiceField(
        label=_("Form"),
        required=False,
        help_text=_("The form that was filled; its binding tells which question feeds what."),
    )
    working_scope = forms.ChoiceField(
        label=_("Area"), required=False, help_text=_("Where submissions belong that a server sends or gives.")
    )
    server_url = forms.CharField(
        label=_("Server"), max_length=300, required=False, help_text=_("For example https://kf.kobotoolbox.org")
    )
    asset_uid = forms.CharField(
        label=_("Project on the server"),
        max_length=100,
        required=False,
        help_text=_("The part of its address that follows /forms/, such as aSAvYreNzVEkrWg5Gdcvg."),
    )
    token = forms.CharField(
        label=_("Token"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "From your account on that server. It is kept locked and never shown again; empty leaves it as it is."
        ),
    )
    fetches_hourly = forms.BooleanField(label=_("Fetch every hour"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, viewer: Viewer, source: Source | None = None, **kwargs: Any) -> None:
        if source is not None:
            kwargs.setdefault("initial", _initial(source))
        super().__init__(*args, **kwargs)
        operations = access.operations_within(CHANGE, seen_by=viewer)
        self.fields["operation"].choices = [(str(each.pk), each.name) for each in operations]
        self.fields["form"].choices = [("", _("none")), *_form_choices(viewer)]
        areas = [
            (str(area.scope_id), f"{each.name}: {area.label or _('everywhere')}")
            for each in operations
            for area in access.working_areas(each.pk, CHANGE, seen_by=viewer)
        ]
        self.fields["working_scope"].choices = [("", _("everywhere in the operation")), *areas]

    def draft(self) -> SourceDraft:
        """What was written, for the action."""
        data = self.cleaned_data
        return SourceDraft(
            operation_id=UUID(data["operation"]),
            name=data["name"],
            kind=data["kind"],
            form_id=UUID(data["form"]) if data["form"] else None,
            server_url=data["server_url"],
            asset_uid=data["asset_uid"],
            token=data["token"] or None,
            working_scope=int(data["working_scope"]) if data["working_scope"] else None,
            fetches_hourly=data["fetches_hourly"],
            is_active=data["is_active"],
        )


def _form_choices(viewer: Viewer) -> list[tuple[str, str]]:
    if not viewer.may("forms.view_form"):
        return []
    rows = all_forms.forms(seen_by=viewer).select_related("operation").order_by("operation__name", "title")
    return [(str(each.pk), f"{each.operation.name}: {each.title}") for each in rows]


def _initial(source: Source) -> dict[str, Any]:
    return {
        "operation": str(source.operation_id),
        "name": source.name,
        "kind": source.kind,
        "form": str(source.form_id or ""),
        "working_scope": str(source.working_scope or ""),
        "server_url": source.server_url,
        "asset_uid": source.asset_uid,
        "fetches_hourly": source.fetches_hourly,
        "is_active": source.is_active,
    }
