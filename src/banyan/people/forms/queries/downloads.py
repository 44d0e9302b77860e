"""Files of a version: as it came, as it was mended, and what it was converted to."""

import re
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

import orjson
from anyascii import anyascii

from banyan.people.forms.queries.forms import version
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("original", "mended", "xform", "itemsets", "schema")


@dataclass(frozen=True)
class Download:
    """A file to be sent."""

    name: str
    content: bytes
    content_type: str

    @property
    def plain_name(self) -> str:
        """The name in letters every browser takes."""
        return re.sub(r"[^0-9A-Za-z._ -]", "_", anyascii(self.name)) or "form"

    @property
    def quoted_name(self) -> str:
        """The name as RFC 5987 writes it."""
        return quote(self.name, safe="")


def download(version_id: UUID, what: str, *, seen_by: Viewer) -> Download:
    """A file of a version (one of KINDS). Raises Problem not_found, forms.not_converted."""
    found = version(version_id, seen_by=seen_by)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    if what == "original":
        # Never as what its name says: the name came from outside, and a browser should store it, not open it.
        return Download(found.file_name, vault.fetch(found.file), "application/octet-stream")
    if what == "mended" and found.mended_file:
        return Download(f"{stem} mended.xlsx", vault.fetch(found.mended_file), XLSX)
    if what == "xform":
        if not found.xform:
            raise Problem("forms.not_converted")
        return Download(f"{stem}.xml", found.xform.encode(), "application/xml")
    if what == "itemsets" and found.itemsets:
        return Download("itemsets.csv", found.itemsets.encode(), "text/csv; charset=utf-8")
    if what == "schema" and found.schema:
        return Download(f"{stem}.json", orjson.dumps(found.schema, option=orjson.OPT_INDENT_2), "application/json")
    raise Problem("not_found")
