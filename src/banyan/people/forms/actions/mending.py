"""Accepting mends: the mended workbook takes the original's place in the version; the original stays in the vault."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from banyan.people.forms import states
from banyan.people.forms.actions.uploading import CHANGE, FOLDER, examined, locked, start_conversion
from banyan.people.forms.models import FormVersion
from banyan.people.forms.rules.checking import check
from banyan.people.forms.rules.mending import Change, mended
from banyan.people.forms.workbooks.examining import is_long
from banyan.people.forms.workbooks.reading import read_workbook
from banyan.people.forms.workbooks.writing import workbook_file
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem, Problems


@action(CHANGE)
def accept_mends(version_id: UUID, keys: Collection[str], *, by: Viewer) -> FormVersion:
    """Apply the offered mends of these keys (`FormVersion.offers`), record every change, and examine the form again.

    Raises Problem forms.version_state unless the version is a draft, forms.nothing_chosen, and forms.mend_unknown for
    keys that are not offered (any more): then nothing is applied.
    """
    version = locked(version_id, by)
    states.after(version.state, "mend")
    if not keys:
        raise Problem("forms.nothing_chosen")
    book = read_workbook(version.file_name, vault.fetch(version.mended_file or version.file))
    offered = {finding.key: finding for finding in check(book) if finding.mend}
    unknown = [key for key in keys if key not in offered]
    if unknown:
        raise Problems(Problem("forms.mend_unknown", mend=key[:100]) for key in unknown)
    book, changes = mended(book, [finding for key, finding in offered.items() if key in keys])
    earlier = [
        Change(**{name: made[name] for name in ("sheet", "row", "letter", "old", "new")}) for made in version.mends
    ]
    before = version.mended_file
    version.mended_file = vault.keep(workbook_file(book, [*earlier, *changes], headings()), folder=FOLDER)
    version.mends = [*version.mends, *({**change.to_json(), "by": str(by.label)} for change in changes)]
    if is_long(book):
        start_conversion(version, by)
    else:
        examined(version, book)
    version.save()
    if before:
        vault.destroy(before)  # every change of it is in the new one
    return version


def headings() -> dict[str, str]:
    """Titles of the sheet of changes, in the language of whoever reads it."""
    return {
        "sheet": _("Sheet"),
        "row": _("Row"),
        "column": _("Column"),
        "before": _("Before"),
        "after": _("After"),
        "note": _("Before:"),
    }
