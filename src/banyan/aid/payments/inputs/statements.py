"""Forms about what providers report: the file, what its columns hold, what a doubtful row is about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.inputs.fields import amount_field, day_field, words_field
from banyan.aid.payments.models.files import FIELDS
from banyan.aid.payments.rules.layouts import OUTCOMES

Text = Any
# The value of the choice that says a row is about none of our transfers.
NONE = "none"
BETWEEN = "="
OUTCOME_LABELS = (
    ("delivered", _("delivered")),
    ("returned", _("returned")),
    ("failed", _("failed")),
    ("unclaimed", _("unclaimed")),
    ("noted", _("nothing final yet")),
)
_DAYS = (("iso", _("2026-03-31")), ("dmy", _("31/03/2026")), ("mdy", _("03/31/2026")))
_AMOUNTS = (
    ("each", _("A row is one payment; rows about the same transfer add up")),
    ("total", _("A row says all that was paid of a transfer so far")),
)


class StatementForm(forms.Form):
    """Who reports, and the file."""

    provider = forms.TypedChoiceField(label=_("Provider"), coerce=UUID)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A workbook or a text table in the provider's own layout, or messages of a bank: pain.002, camt.053, camt.054, pacs.004."
        ),
    )

    def __init__(self, *args: Any, providers: Iterable[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(str(key), name) for key, name in providers]
        self.fields["provider"].choices = known if len(known) == 1 else [("", _("Choose")), *known]  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """What the columns of a provider's file hold. It is remembered for the next file with the same columns."""

    days = forms.ChoiceField(label=_("Days are written"), choices=_DAYS)
    amounts = forms.ChoiceField(label=_("Amounts"), choices=_AMOUNTS, widget=forms.RadioSelect)
    words = words_field(
        _("Words of the provider"), required=False, rows=4,
        hint=_(
            "One a line: a word, an equals sign, its meaning: delivered, returned, failed, unclaimed, noted. For example: PAID = delivered"
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, headers: Sequence[str], mapping: Mapping[str, Any], **options: Any) -> None:
        columns = mapping.get("columns") or {}
        said = mapping.get("words") or {}
        options["initial"] = {
            **{f"column-{field}": columns.get(field, "") for field in FIELDS},
            "days": mapping.get("days", "iso"),
            "amounts": mapping.get("amounts", "each"),
            "words": "\n".join(f"{word} {BETWEEN} {meaning}" for word, meaning in said.items()),
        }
        super().__init__(*args, **options)
        chosen = [("", _("not in this file")), *((header, header) for header in headers)]
        for field, label in FIELDS.items():
            self.fields[f"column-{field}"] = forms.ChoiceField(label=label, choices=chosen, required=False)
        self.order_fields([*(f"column-{field}" for field in FIELDS), "days", "amounts", "words"])

    def clean_words(self) -> dict[str, str]:
        """Words of the provider with what they mean; every line that cannot be read is named."""
        found, wrong = {}, []
        for number, line in enumerate(self.cleaned_data["words"].splitlines(), start=1):
            word, between, meaning = (part.strip() for part in line.rpartition(BETWEEN))
            if between and word and meaning in OUTCOMES:
                found[word] = meaning
            elif line.strip():
                wrong.append(str(number))
        if wrong:
            raise forms.ValidationError(
                _("Write a word, an equals sign and one of the meanings in line %(lines)s."),
                params={"lines": ", ".join(wrong)},
            )
        return found

    def mapping(self) -> dict[str, Any]:
        """The mapping as the rules read it."""
        given = self.cleaned_data
        columns = {field: given[f"column-{field}"] for field in FIELDS if given[f"column-{field}"]}
        return {"columns": columns, "words": given["words"], "days": given["days"], "amounts": given["amounts"]}


class DecideRowForm(forms.Form):
    """Which transfer a doubtful row is about; and what it says, where that could not be read."""

    line = forms.ChoiceField(label=_("This row is about"), widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Choose")), *OUTCOME_LABELS])
    amount = amount_field(_("Amount"), required=False)
    on_day = day_field(_("Day"))
    note = forms.CharField(label=_("How it is known"), max_length=300)

    def __init__(self, *args: Any, candidates: Iterable[tuple[UUID, Text]], unread: bool, **options: Any) -> None:
        """unread: outcome, amount or day could not be read, so that they are asked for."""
        super().__init__(*args, **options)
        self.fields["line"].choices = [  # type: ignore[attr-defined]  # a choice field
            *((str(key), label) for key, label in candidates),
            (NONE, _("none of our transfers")),
        ]
        if not unread:
            for name in ("outcome", "amount", "on_day"):
                del self.fields[name]

    def said(self) -> dict[str, Any]:
        """What was decided, as the action takes it. None of ours is no line."""
        told: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("outcome", "amount", "on_day") if name in self.cleaned_data
        }
        chosen = self.cleaned_data["line"]
        return {**told, "note": self.cleaned_data["note"], "line_id": None if chosen == NONE else UUID(chosen)}
