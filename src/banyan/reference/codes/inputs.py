"""What people send: an uploaded list, a mapping."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from banyan.platform.kernel import uploads
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes.rules import MAPPING_KINDS, ListFile, read_file, read_table

MOST_MEGABYTES = 10
# A workbook is a zip: what it unpacks to is bounded by rows and columns taken, whatever the archive claims.
MOST_ROWS = 60_000
MOST_COLUMNS = 200


class ListInput(forms.Form):
    """A version of a code list, as a file. List code and version are needed when the file is a table."""

    file = forms.FileField(
        label=_("File"), help_text=_("XLSX, CSV or JSON, up to 10 MB. The first row names the columns.")
    )
    code = forms.SlugField(
        label=_("Code of the list"),
        max_length=64,
        required=False,
        help_text=_("For tables only: small letters, digits and hyphens, for example organisation-type."),
    )
    name = forms.CharField(label=_("Name of the list"), max_length=200, required=False, help_text=_("For tables only."))
    version = forms.CharField(
        label=_("Version"), max_length=64, required=False, help_text=_("For tables only, for example 2026.")
    )
    published_on = forms.DateField(
        label=_("Published on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    authority = forms.CharField(label=_("Authority"), max_length=200, required=False)
    licence = forms.CharField(label=_("Licence"), max_length=200, required=False)


class MappingInput(forms.Form):
    """A term of another list, and how it corresponds."""

    to_list = forms.SlugField(label=_("Code of the other list"), max_length=64)
    to_code = forms.CharField(label=_("Code of the term"), max_length=64)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=list(
            zip(
                MAPPING_KINDS,
                [_("means exactly the same"), _("the other is broader"), _("the other is narrower"), _("is related")],
                strict=True,
            )
        ),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


def read_upload(name: str, content: bytes, described: dict[str, Any]) -> ListFile:
    """The list in an uploaded file; its contents decide what it is, not its name.

    described: code, name, version, published_on, authority and licence as given beside a table. Raises Problem(s), all at once.
    """
    if len(content) > MOST_MEGABYTES * 1024 * 1024:
        raise Problem("codes.file_too_large", most=MOST_MEGABYTES)
    if not content.strip():
        raise Problem("codes.file_unreadable", name=name, reason=_("the file is empty"))
    if content.startswith((uploads.ARCHIVE, uploads.COMPOUND)):
        return _described(read_table(_workbook_rows(name, content)), described)
    text = _text(name, content)
    if text.lstrip()[:1] in ("{", "["):
        try:
            return read_file(json.loads(text))
        except json.JSONDecodeError as error:
            reason = _("line {line}: not JSON").format(line=error.lineno)
            raise Problem("codes.file_unreadable", name=name, reason=reason) from None
        except RecursionError:
            raise Problem("codes.file_unreadable", name=name, reason=_("nested too deeply")) from None
    return _described(read_table(_text_rows(text)), described)


def _workbook_rows(name: str, content: bytes) -> list[Sequence[Any]]:
    try:
        uploads.check_archive(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise Problem(
                "codes.file_unreadable", name=name, reason=_("more rows or columns than a code list can have")
            )
        return [*sheet.to_python(skip_empty_area=False)]
    except uploads.Unreadable as error:
        raise Problem("codes.file_unreadable", name=name, reason=error.reason) from None
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise Problem("codes.file_unreadable", name=name, reason=str(error)[:200]) from None


def _text(name: str, content: bytes) -> str:
    try:
        return uploads.decoded(content)[0]
    except uploads.Unreadable as error:
        raise Problem("codes.file_unreadable", name=name, reason=error.reason) from None


def _text_rows(text: str) -> list[Sequence[Any]]:
    start = text[:4096]
    delimiter = max(",;\t|", key=start.split("\n", 1)[0].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _described(terms: Sequence[Any], described: dict[str, Any]) -> ListFile:
    """A table knows only terms; what describes the list comes from beside it and is checked the same way."""
    data = {
        "list": described.get("code"),
        "names": {"en": described.get("name") or described.get("code") or ""},
        "version": {"label": described.get("version"), "published_on": described.get("published_on")},
        "authority": described.get("authority"),
        "licence": described.get("licence"),
        "terms": [
            {
                "code": term.code,
                "labels": term.labels,
                "parent": term.parent,
                "description": term.description,
                "uri": term.uri,
                "attributes": term.attributes,
            }
            for term in terms
        ],
    }
    return read_file(data)
