"""Forms about sites, stock, distributions and what is handed out at them."""

import base64
import binascii
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.inputs.fields import amount_field, day_field, reason_field
from banyan.aid.payments.models.distributions import Collector
from banyan.aid.payments.rules.handing import COLLECTOR, MOST_HOUSEHOLDS, Due, shown
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Location, Problem

IN, MOVE, LOST = "in", "move", "lost"
# A photo of a telephone; photos.photo_from makes it small.
LARGEST_PHOTO = 15_000_000
# A reference is copied letter by letter: nothing corrects it.
_CODE = {
    "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr", "class": "code",
}  # fmt: skip
_DRAWN = "data:image/png;base64,"


class SiteForm(forms.Form):
    """What a site is called; its place is chosen beside."""

    code = forms.CharField(label=_("Code"), max_length=30, help_text=_("Short, as it stands on lists: GATE-2."))
    name = forms.CharField(label=_("Name"), max_length=120)


class StockForm(forms.Form):
    """A movement of goods. The hidden key makes the same form sent twice count once."""

    kind = forms.ChoiceField(
        label=_("What happens"), widget=forms.RadioSelect, initial=IN,
        choices=[(IN, _("Goods arrive")), (MOVE, _("Goods go to another site")), (LOST, _("Goods are lost or spoilt"))],
    )  # fmt: skip
    item = forms.CharField(label=_("Item"), max_length=64, help_text=_("Its code, as it stands in the package."))
    unit = forms.CharField(label=_("Unit"), max_length=40)
    quantity = amount_field(_("Quantity"))
    to = forms.ChoiceField(label=_("To"), required=False)
    note = reason_field(required=False, label=_("Note"), hint=_("The waybill, or why goods were lost."))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, *args: Any, sites: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", "–"), *sites]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Where to, when goods move."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("kind") == MOVE and not found.get("to"):
            self.add_error("to", _("Choose a site."))
        return found


class DistributionForm(forms.Form):
    """Where and when is handed out, and for how many; the places are chosen beside."""

    site = forms.ChoiceField(label=_("Site"))
    day = day_field(_("Day"), required=True)
    most = forms.IntegerField(
        label=_("Households at most"), min_value=1, max_value=MOST_HOUSEHOLDS, initial=500,
        help_text=_("Who does not fit into this day is free for another."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, sites: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].choices = list(sites)  # type: ignore[attr-defined]
        self.fields["day"].initial = timezone.localdate


class CardForm(forms.Form):
    """The reference of a card, read by the camera or typed."""

    reference = forms.CharField(
        label=_("Reference of the card"), max_length=60,
        widget=forms.TextInput(attrs=_CODE),
    )  # fmt: skip


class HandForm(forms.Form):
    """What is handed out, to whom, with which proof. Quantities begin with all that is due."""

    who = forms.ChoiceField(label=_("Who came"), widget=forms.RadioSelect, choices=Collector.choices, initial=COLLECTOR)
    name = forms.CharField(
        label=_("Name of who came"), max_length=200, required=False, help_text=_("Where they sent somebody else.")
    )
    signature = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1_000_000)
    photo = forms.FileField(
        label=_("Photo"), required=False, help_text=_("Of whoever came, or of a signed sheet."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, *args: Any, dues: Iterable[Due], names: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = []
        for due in dues:
            name = f"quantity.{due.key}"
            self.fields[name] = amount_field(
                f"{due.item or _('Amount')} ({due.unit})", required=False, initial=shown(due.left),
                hint=_("Due: %(left)s of %(granted)s") % {"left": shown(due.left), "granted": shown(due.granted)},
            )  # fmt: skip
            self.lines.append(name)
        # Who is named stands beside the choice; whoever is not named cannot be chosen.
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (code, f"{label}: {names[code]}" if names.get(code) else label)
            for code, label in Collector.choices
            if code in names
        ]

    def quantities(self) -> dict[UUID, Decimal]:
        """What is handed out of each line."""
        return {UUID(name.split(".", 1)[1]): self.cleaned_data[name] or Decimal(0) for name in self.lines}

    def clean_photo(self) -> Any:
        """A file of a size that a telephone sends."""
        sent = self.cleaned_data["photo"]
        if sent is not None and sent.size > LARGEST_PHOTO:
            raise forms.ValidationError(_("The photo is larger than 15 MB."))
        return sent

    def pictures(self) -> dict[str, bytes]:
        """Signature and photo as bytes, empty where there is none. Raises Problem payments.proof_size."""
        sent = self.cleaned_data["photo"]
        return {"signature": drawn(self.cleaned_data["signature"]), "photo": sent.read() if sent else b""}


def drawn(text: str) -> bytes:
    """What was drawn on the page, as the picture it is. Raises Problem payments.proof_size."""
    if not text:
        return b""
    try:
        if not text.startswith(_DRAWN):
            raise ValueError
        return base64.b64decode(text.removeprefix(_DRAWN), validate=True)
    except (binascii.Error, ValueError):
        raise Problem("payments.proof_size", at=Location(field="signature")) from None
