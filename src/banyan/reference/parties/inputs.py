"""What people send: an organisation, a name, an identifier, a contact, a list."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import uploads
from banyan.platform.kernel.dates import PartialDate, read_date
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import queries
from banyan.reference.parties.models import Reach, Relation
from banyan.reference.parties.rules import Candidate, Finding, Severity, Vocabulary, read_map, read_rows
from banyan.reference.parties.rules.rows import MOST_ROWS

MOST_MEGABYTES = 10
# A workbook is a zip: what it unpacks to is bounded by rows and columns taken, whatever the archive claims.
MOST_COLUMNS = 300


class PartialDateInput(forms.CharField):
    """A year, a month or a day, as far as it is known."""

    def __init__(self, **options: Any) -> None:
        standing: dict[str, Any] = {"required": False, "max_length": 12, "help_text": _("2019, 2019-03 or 2019-03-31.")}
        super().__init__(**(standing | options))

    def clean(self, value: Any) -> PartialDate | None:
        """The date, None when empty; raises ValidationError with message and mend."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_date(text)
        except Problem as problem:
            raise forms.ValidationError(problem.as_text()) from None


class OrganisationInput(forms.Form):
    """An organisation, new or changed."""

    name = forms.CharField(label=_("Name"), max_length=200)
    acronym = forms.CharField(label=_("Acronym"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Type"), required=False)
    reach = forms.ChoiceField(label=_("Reach"), choices=[("", "–"), *Reach.choices], required=False)
    country = forms.ChoiceField(label=_("Country of its seat"), required=False)
    parent = forms.CharField(
        label=_("Part of"), max_length=20, required=False, help_text=_("Code of the organisation above it, ORG-….")
    )
    website = forms.CharField(label=_("Website"), max_length=300, required=False)
    since = PartialDateInput(label=_("Founded"))
    another = forms.BooleanField(
        label=_("I have compared it with those that have the same name or acronym: it is another one"), required=False
    )

    def __init__(self, *args: Any, viewer: Viewer, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.viewer = viewer
        self.fields["kind"].choices = [("", "–"), *queries.kinds(seen_by=viewer)]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", "–"), *queries.countries(seen_by=viewer)]  # type: ignore[attr-defined]
        if not is_new or not self.is_bound:
            # The question is asked only once there is something to compare with.
            del self.fields["another"]

    def clean_parent(self) -> UUID | None:
        """Id of the organisation with that code; None when empty."""
        code = self.cleaned_data["parent"].strip()
        if not code:
            return None
        try:
            found: UUID = queries.organisation(code, seen_by=self.viewer).id
        except Problem:
            raise forms.ValidationError(Problem("parties.parent_unknown", parent=code).as_text()) from None
        return found


class NameInput(forms.Form):
    """A further name of an organisation."""

    text = forms.CharField(label=_("Name"), max_length=200)
    relation = forms.ChoiceField(label=_("What it is"), choices=Relation.choices)
    language = forms.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        label=_("Language"),
        required=False,
        max_length=12,
        help_text=_("Two or three letters, such as my, ar, fr."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    since = PartialDateInput(label=_("Used from"))
    until = PartialDateInput(label=_("Used until"))


class IdInput(forms.Form):
    """What others call an organisation."""

    scheme = forms.SlugField(label=_("List"), max_length=40, help_text=_("For example iati, hpc, hdx, xm-ocha."))
    value = forms.CharField(label=_("Identifier"), max_length=100)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


class ContactInput(forms.Form):
    """A person to contact."""

    name = forms.CharField(label=_("Name"), max_length=200)
    post = forms.CharField(
        label=_("Post"), max_length=200, required=False, help_text=_("Shown in lists; no names here.")
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    area = forms.CharField(
        label=_("Area"),
        max_length=40,
        required=False,
        help_text=_("P-code of the area the person works in; empty for all."),
    )


class ListInput(forms.Form):
    """A list of organisations as a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX, CSV or JSON, up to 10 MB. The first row names the columns: name, acronym, type, country, aliases."
        ),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("Where the list comes from; kept with every name."),
    )


def read_upload(name: str, content: bytes, words: Vocabulary) -> tuple[list[Candidate], list[Finding]]:
    """Candidates and findings of an uploaded file; its contents decide what it is, not its name.

    Raises Problem for what concerns the file as a whole.
    """
    if len(content) > MOST_MEGABYTES * 1024 * 1024:
        raise Problem("parties.file_too_large", most=MOST_MEGABYTES)
    if not content.strip():
        raise Problem("parties.empty_file")
    if content.startswith((uploads.ARCHIVE, uploads.COMPOUND)):
        return read_rows(_workbook_rows(name, content), words)
    text, notes = _text(name, content)
    if text.lstrip()[:1] in ("{", "["):
        candidates, findings = _read_json(name, text, words)
    else:
        candidates, findings = read_rows(_text_rows(name, text), words)
    return candidates, [*notes, *findings]


def _read_json(name: str, text: str, words: Vocabulary) -> tuple[list[Candidate], list[Finding]]:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        place = getattr(error, "lineno", "?")
        raise _unreadable(name, _("line {line} is not JSON").format(line=place)) from None
    if isinstance(data, list) and all(isinstance(row, dict) for row in data) and data:
        headings = list(dict.fromkeys(key for row in data for key in row))
        return read_rows([headings, *([row.get(key) for key in headings] for row in data)], words)
    return read_map(data, words, scheme=_scheme_of(name))


def _scheme_of(name: str) -> str:
    """Identifiers of a map belong to the list: its file name without ending, in small letters."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0].casefold()
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in stem)
    return "-".join(filter(None, plain.split("-")))[:40] or "list"


def _unreadable(name: str, reason: object) -> Problem:
    return Problem("parties.file_unreadable", name=name, reason=str(reason)[:200])


def _workbook_rows(name: str, content: bytes) -> list[Sequence[Any]]:
    try:
        uploads.check_archive(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS + 100 or sheet.total_width > MOST_COLUMNS:
            raise Problem("parties.too_many_rows", count=sheet.total_height, most=MOST_ROWS)
        return list(sheet.to_python(skip_empty_area=False))
    except uploads.Unreadable as error:
        raise _unreadable(name, error.reason) from None
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise _unreadable(name, error) from None


def _text(name: str, content: bytes) -> tuple[str, list[Finding]]:
    """The text, with a warning when its encoding had to be guessed."""
    try:
        text, guessed = uploads.decoded(content)
    except uploads.Unreadable as error:
        raise _unreadable(name, error.reason) from None
    return text, [Finding(Problem("parties.encoding_guessed", encoding=guessed), Severity.WARNING)] if guessed else []


def _text_rows(name: str, text: str) -> list[Sequence[Any]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(
        1_000_000
    )  # of the whole program: said by every reader, so that none depends on who read before
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _unreadable(name, error) from None
