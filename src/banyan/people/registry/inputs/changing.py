"""The form of each kind of change: made from its inputs, the record as it stands, and the members of its household."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.queries.changing.showing import label_of
from banyan.people.registry.queries.labels import Labels
from banyan.people.registry.rules.changing.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS, Field
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON, Row
from banyan.people.registry.rules.masking import masked_number
from banyan.people.registry.vocabulary import LEGAL_BASES, PURPOSES
from banyan.platform.kernel.problems import Problem

# Not on a form: photos and further answers have pages of their own, difficulties come with a survey.
LEFT_OUT = frozenset({"photo", "photo_taken_on", "extras", "difficulties"})
SENSITIVE = frozenset({"legal_status", "status_decided_on", "biometric_status", "email", "phone"})
_DAYS = frozenset({"on", "since", "given_on", "interviewed_on"})


@dataclass(frozen=True)
class Member:
    """A member of the household, to choose from."""

    id: str
    label: str
    relationship: str
    is_head: bool


@dataclass(frozen=True)
class Found:
    """A person or household that a search found, to choose from."""

    id: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Ground:
    """What a form stands on: the record, its household, what of it is changed, the words of code lists."""

    kind: str
    table: str
    record: str
    row: Row
    labels: Labels
    members: Sequence[Member] = ()
    coming: Sequence[Member] = ()  # of the household that is merged into this one
    household: str = ""
    part: tuple[str, Row] | None = None
    may_see_sensitive: bool = False
    is_head: bool = False
    is_last: bool = False
    found: Mapping[str, Sequence[Found]] = field(default_factory=dict)


class ChangeForm(forms.Form):
    """The form of one kind of change. Values are text; the rules of changes read them, and their problems come back here."""

    def __init__(self, ground: Ground, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ground = ground
        getattr(self, f"_make_{ground.kind}")()

    # What each kind asks

    def _make_correct_identity(self) -> None:
        self._fields(PERSON_FIELDS, PERSON, self.ground.row)

    def _make_correct_household(self) -> None:
        self._fields(HOUSEHOLD_FIELDS, HOUSEHOLD, self.ground.row)

    def _make_add_member(self) -> None:
        self._record("person", _("Somebody who is registered, and belongs to no household"))
        chosen = {name: PERSON_FIELDS[name] for name in ("full_name", "name_original", "sex", "birth_date")}
        self._fields(chosen, PERSON, {}, required=False)
        self._relationship()
        self._on()

    def _make_remove_member(self) -> None:
        self._on()
        self._text("ending", _("Why"), initial="left")
        self._successor()

    def _make_transfer_member(self) -> None:
        self._record("to", _("To which household"))
        self._relationship()
        self._on()
        self._successor()

    def _make_change_head(self) -> None:
        others = [member for member in self.ground.members if not member.is_head]
        self.fields["person"] = forms.ChoiceField(
            label=_("Who is the head from now on"),
            choices=[(member.id, member.label) for member in others],
            widget=forms.RadioSelect,
        )
        self._relationships(self.ground.members)
        self._on()

    def _make_split_household(self) -> None:
        choices = [(member.id, member.label) for member in self.ground.members]
        self.fields["members"] = forms.MultipleChoiceField(
            label=_("Who leaves"), choices=choices, widget=forms.CheckboxSelectMultiple, required=False
        )
        self.fields["head"] = forms.ChoiceField(
            label=_("Head of the new household"), choices=[("", "–"), *choices], required=False
        )
        self.fields["new_head"] = forms.ChoiceField(
            label=_("Head of those who stay, if the head leaves"), choices=[("", "–"), *choices], required=False
        )
        self._relationships(self.ground.members)
        self._fields({name: HOUSEHOLD_FIELDS[name] for name in ("place", "address")}, HOUSEHOLD, self.ground.row)
        self._on()

    def _make_merge_households(self) -> None:
        self._record("other", _("Which household comes into this one"))
        self._relationships(self.ground.coming)
        self._on()

    def _make_close(self) -> None:
        self.fields["status"] = forms.ChoiceField(
            label=_("From now on"),
            choices=[("closed", _("closed: it is over")), ("inactive", _("inactive: it may go on later"))],
            widget=forms.RadioSelect,
            initial="closed",
        )
        self._choice("ending", _("Reason"), "inactive-reasons")
        self._on()
        if self.ground.table == PERSON:
            self._successor()

    def _make_reactivate(self) -> None:
        self._on()

    def _make_change_document(self) -> None:
        self._choice("type", _("Type of document"), "document-types")
        self._number(_("Number"))
        self._text("issuer", _("Issued by"))
        self._text("issued_on", _("Issued on"), hint=_("A year, a month or a day: 1989, 1989-06, 1989-06-18."))
        self._text("expires_on", _("Expires on"))
        self._end(_("No longer in use"))

    def _make_change_phone(self) -> None:
        self._number(_("Telephone"), _("With the country, such as +95 9 123 456 789."))
        self._end(_("Take this number out"))

    def _number(self, label: Any, hint: Any = "") -> None:
        """A number that is masked for who may not see it: left empty it stays as it is."""
        number = str(self._initial("number") or "")
        if number and not self.ground.may_see_sensitive:
            hint = _("Now %(number)s. Leave it empty to keep it.") % {"number": masked_number(number)}
        self._text("number", label, hint=hint)
        if not self.ground.may_see_sensitive:
            self.fields["number"].initial = ""

    def _make_change_need(self) -> None:
        self._choice("code", _("Specific need"), "specific-needs")
        self._day("since", _("From"))
        self._text("note", _("Note"))
        self.fields["sensitive"] = forms.BooleanField(
            label=_("Show it only to who may see what is sensitive"), required=False, initial=self._initial("sensitive")
        )
        self._end(_("It is over"))
        self._on()

    def _make_change_notice(self) -> None:
        self._text("version", _("Version of the notice"))
        self._text("language", _("Language"))
        self._day("given_on", _("Given on"))
        said = self._initial("purposes") or {}
        for code, label in PURPOSES.items():
            self.fields[f"purposes.{code}"] = forms.ChoiceField(
                label=str(label), required=False, initial={"True": "yes", "False": "no"}.get(str(said.get(code)), ""),
                choices=[("", _("not asked")), ("yes", _("agreed")), ("no", _("refused"))],
            )  # fmt: skip
        bases = list(LEGAL_BASES.items())
        initial = self._initial("legal_basis") or "consent"
        self.fields["legal_basis"] = forms.ChoiceField(label=_("Legal basis"), choices=bases, initial=initial)
        self._end(_("They have withdrawn it"))
        self._on()

    # Parts of forms

    def _initial(self, name: str) -> Any:
        return self.ground.part[1].get(name) if self.ground.part else None

    def _text(self, name: str, label: Any, *, hint: Any = "", initial: Any = None, most: int = 300) -> None:
        value = self._initial(name)
        self.fields[name] = forms.CharField(
            label=label, required=False, help_text=hint, max_length=most, initial=initial if value is None else value
        )

    def _day(self, name: str, label: Any) -> None:
        self._text(name, label)
        self.fields[name].widget = forms.DateInput(attrs={"type": "date"})

    def _on(self) -> None:
        self._day("on", _("Since when"))
        self.fields["on"].help_text = _("Left empty it counts from today.")

    def _choice(self, name: str, label: Any, code_list: str, *, initial: Any = None) -> None:
        value = self._initial(name)
        options = self.ground.labels.options(code_list)
        if not options:
            self._text(name, label, initial=initial)
            return
        self.fields[name] = forms.ChoiceField(
            label=label, choices=[("", "–"), *options], required=False, initial=initial if value is None else value
        )

    def _relationship(self) -> None:
        self._choice("relationship", _("Relationship to the head"), "relationship")

    def _relationships(self, members: Sequence[Member]) -> None:
        for member in members:
            label = _("%(name)s is to the head") % {"name": member.label}
            self._choice(f"relationships.{member.id}", label, "relationship")

    def _successor(self) -> None:
        if self.ground.is_last:
            self.fields["close_emptied"] = forms.BooleanField(
                label=_("Nobody is left then: close the household"), required=False
            )
        elif self.ground.is_head:
            staying = [(each.id, each.label) for each in self.ground.members if each.id != self.ground.record]
            self.fields["new_head"] = forms.ChoiceField(
                label=_("Who is the head then"), choices=[("", "–"), *staying], required=False
            )

    def _end(self, label: Any) -> None:
        if self.ground.part is not None:
            self.fields["end"] = forms.BooleanField(label=label, required=False)

    def _record(self, name: str, label: Any) -> None:
        """A person or household: found by a search on the page, or written as a reference."""
        found = self.ground.found.get(name, ())
        self.fields[f"find.{name}"] = forms.CharField(
            label=label, required=False, max_length=120,
            help_text=_("Write a name or a reference and press “Search”; then choose below."),
        )  # fmt: skip
        self.fields[name] = forms.ChoiceField(
            label=_("Found"), required=False, widget=forms.RadioSelect,
            choices=[(each.id, f"{each.label} – {each.note}" if each.note else each.label) for each in found],
        )  # fmt: skip

    def _fields(self, fields: Mapping[str, Field], table: str, row: Row, *, required: bool = True) -> None:
        for name, each in fields.items():
            if name in LEFT_OUT or (name in SENSITIVE and not self.ground.may_see_sensitive):
                continue
            label, value = label_of(table, name), row.get(name)
            hint = _("A year, a month or a day: 1989, 1989-06, 1989-06-18.") if each.kind == "partial" else ""
            if each.kind in ("choice", "country") and (options := self.ground.labels.options(each.codes)):
                choices = options if each.required and required else [("", "–"), *options]
                made: forms.Field = forms.ChoiceField(label=label, choices=choices, required=False, initial=value)
            elif each.kind == "flag":
                answers = [("no", _("no")), ("yes", _("yes"))]
                made = forms.ChoiceField(label=label, choices=answers, required=False, initial="yes" if value else "no")
            else:
                made = forms.CharField(label=label, required=False, max_length=each.most, initial=value, help_text=hint)
                if each.kind == "day":
                    made.widget = forms.DateInput(attrs={"type": "date"})
            self.fields[f"fields.{name}"] = made

    # What was typed

    def given(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What the kind's inputs read, from values by form field; lists for choices of several."""
        found: dict[str, Any] = {self.ground.table: self.ground.record}
        for name in self.fields:
            value = typed.get(name)
            # A field that was not sent is left alone; one that was sent empty is emptied.
            if name not in typed or name.startswith("find.") or (value == "" and not name.startswith("fields.")):
                continue
            group, _dot, key = name.partition(".")
            if not key:
                found[name] = value
            elif value not in (None, "") or self.ground.kind.startswith("correct"):
                found.setdefault(group, {})[key] = value
        if self.ground.kind == "change_head" or self.ground.kind == "remove_member":
            found["household"] = self.ground.household
        if self.ground.part is not None:
            found["part"] = self.ground.part[0]
            if self.ground.kind == "change_need":
                found["sensitive"] = bool(typed.get("sensitive"))
        return found

    def seen(self) -> dict[str, Any]:
        """The values that the form shows, by column: what its writer saw."""
        if self.ground.kind.startswith("correct"):
            names = [name.removeprefix("fields.") for name in self.fields if name.startswith("fields.")]
            return {name: self.ground.row.get(name) for name in names}
        if self.ground.part is not None:
            shown = {name for name in self.fields if name != "number" or self.ground.may_see_sensitive} | {"purposes"}
            return {name: value for name, value in self.ground.part[1].items() if name in shown}
        return {}

    def seen_text(self) -> str:
        """The same for a hidden field."""
        return json.dumps(self.seen(), ensure_ascii=False, sort_keys=True)

    def tell(self, problems: Sequence[Problem]) -> list[Problem]:
        """Put problems at their fields; the ones that have none come back."""
        rest = []
        for problem in problems:
            name = str(problem.at.field) if problem.at and problem.at.field else ""
            if name in self.fields:
                self.add_error(name, f"{problem.detail} {problem.mend}")
            else:
                rest.append(problem)
        return rest
