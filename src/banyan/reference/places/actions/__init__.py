"""Everything that writes places: imports, releases, names, boundaries."""

from banyan.reference.places.actions.importing import check_import, confirm_import, refuse_import, upload_files
from banyan.reference.places.actions.naming import add_alias, end_alias, rename_place
from banyan.reference.places.actions.releasing import make_release_current
from banyan.reference.places.actions.starting import start_import
from banyan.reference.places.actions.taking import take_import, undo_import

__all__ = [
    "add_alias",
    "check_import",
    "confirm_import",
    "end_alias",
    "make_release_current",
    "refuse_import",
    "rename_place",
    "start_import",
    "take_import",
    "undo_import",
    "upload_files",
]
