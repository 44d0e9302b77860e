"""Everything that can be wrong with a place table or a request about places, with how to mend it."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_FILE = {
    "file_empty": (_("The file “{file}” is empty."), _("Choose a file with at least one row of places.")),
    "file_too_large": (
        _("The file “{file}” is larger than {limit}."),
        _("Split it by level or by state, and import the parts into the same release."),
    ),
    "file_unknown": (
        _("“{file}” is not a table or map that can be read here."),
        _("Save it as XLSX, CSV (UTF-8) or GeoJSON and upload that."),
    ),
    "file_protected": (
        _("“{file}” is protected by a password."),
        _("Remove the password in Excel and upload it again."),
    ),
    "file_broken": (_("“{file}” is damaged: {reason}"), _("Open it in its own program, save it anew and upload that.")),
    "file_unpacks_too_large": (
        _("“{file}” unpacks to more than {limit}: it may be a trap."),
        _("Open it in Excel, save it as CSV and upload that."),
    ),
    "file_encoding": (
        _("“{file}” is not written in UTF-8 and its encoding cannot be told."),
        _("Save it as “CSV UTF-8” and upload it again."),
    ),
    "file_no_places": (
        _("No table in “{file}” has a column of P-codes."),
        _("Give the column of codes a header such as “P-code”, or choose its meaning below."),
    ),
    "country_missing": (_("The country of the rows cannot be told."), _("Choose the country above the table.")),
    "column_missing": (
        _("The table has no column for: {what}."),
        _("Say which column holds it, or leave the table out."),
    ),
    "mapping_unknown": (_("“{meaning}” is not a meaning a column can have."), _("Choose one from the list.")),
    "too_many_rows": (
        _("The table has more than {limit} rows."),
        _("Split it and import the parts into the same release."),
    ),
    "nothing_to_take": (_("No row of this import can be taken."), _("Mend what the report lists and upload again.")),
}
_ROW = {
    "code_missing": (_("The row has no P-code."), _("Give every place its code, or delete the row.")),
    "code_malformed": (
        _("“{value}” is not a P-code."),
        _("A code has letters, digits, dashes or dots, no spaces, and at most 32 characters."),
    ),
    "code_repeated": (
        _("The code {value} stands for different places: rows {rows}."),
        _("Keep the right one; every place needs a code of its own."),
    ),
    "name_missing": (_("The place {code} has no name in any language."), _("Write at least one name.")),
    "name_too_long": (
        _("The name of {code} is longer than {limit} characters."),
        _("Shorten it; notes belong in another column."),
    ),
    "level_malformed": (
        _("“{value}” is not a level."),
        _("Levels are whole numbers: 0 for the country, 1 for the first level below."),
    ),
    "level_differs": (
        _("The code {code} is known at level {known}, here it stands at level {value}."),
        _("Check the column headers; if the place really changed its level it needs a new code."),
    ),
    "parent_missing": (_("The place {code} has no parent."), _("Fill in the code of the place it lies in.")),
    "parent_unknown": (
        _("The parent {value} of {code} is neither in these files nor known."),
        _("Add the parent to the import, or correct its code."),
    ),
    "parent_not_taken": (_("The parent {value} of {code} is itself not taken."), _("Mend the parent’s row first.")),
    "parent_level": (
        _("The parent {value} of {code} is not on a higher level than the place itself."),
        _("Check both codes; a place lies in one of a higher level."),
    ),
    "parent_cycle": (
        _("The place {code} lies in itself through its parents."),
        _("Correct the parent codes of these rows."),
    ),
    "country_unknown": (_("“{value}” is not a country."), _("Use the three-letter code of ISO 3166.")),
    "cell_error": (
        _("The cell shows {value} instead of a value."),
        _("Mend the formula in the workbook and save it again."),
    ),
    "geometry_unusable": (
        _("The boundary of {code} cannot be used: {reason}"),
        _("Export it again from the mapping program."),
    ),
    "boundary_unknown_code": (
        _("There is no place with the code {code}."),
        _("Import the place first, then its boundary."),
    ),
}
_WARNING = {
    "row_repeated": (
        _("The row of {code} occurs again, the same in every column."),
        _("Nothing is lost; delete one of them."),
    ),
    "name_repeated": (
        _("{count} places under {parent} are called “{value}”."),
        _("Compare their codes; the same place may have been entered twice."),
    ),
    "name_contradicted": (
        _("{code} is called “{value}” here and “{other}” elsewhere in the files."),
        _("Use one spelling; the first is taken."),
    ),
    "code_outside_parent": (
        _("The code {code} does not begin with the code of any place it lies in ({value})."),
        _("Check the parent; the parent named in the row is taken, not the one the code suggests."),
    ),
    "coordinate_malformed": (
        _("“{value}” is not a coordinate."),
        _("Write degrees with decimals, such as 95.3968. The place is taken without it."),
    ),
    "coordinate_swapped": (
        _("Longitude and latitude of {code} look exchanged ({value})."),
        _("Exchange the two values. The place is taken without its point."),
    ),
    "coordinate_outside": (
        _("The point of {code} ({value}) lies outside the boundary of {parent}."),
        _("Check the point, or the parent."),
    ),
    "date_malformed": (
        _("“{value}” is not a date that can be read."),
        _("Write it as 2020-03-31. The place is taken without it."),
    ),
    "formula_cells": (
        _("{count} cells hold formulas (first: {value}); the last calculated values are read."),
        _("Paste the values over the formulas if they may be out of date."),
    ),
    "hidden_sheet": (
        _("The sheet “{value}” is hidden and was read nevertheless."),
        _("Leave it out below if it should not be taken."),
    ),
    "encoding_guessed": (
        _("The file is not UTF-8; it was read as {value}."),
        _("Look at the names below; save the file as UTF-8 if they are wrong."),
    ),
    "zawgyi_converted": (
        _("The column is written in Zawgyi; {count} names were converted to Unicode."),
        _("Look at a few names; the original spelling is kept as another name."),
    ),
    "geometry_repaired": (
        _("The boundary of {code} was not valid ({reason}) and has been repaired."),
        _("Look at it on the map."),
    ),
    "columns_unread": (_("Not read: {value}."), _("Give a column a meaning if it should be read.")),
}
_REQUEST = {
    "release_exists": (
        _("The release {label} of {authority} is already there for {country}."),
        _("Open it, or choose another label."),
        409,
    ),
    "release_current": (
        _("This release is the current one."),
        _("Make another release current first."),
        409,
    ),
    "release_empty": (_("The release has no places."), _("Import its files first."), 409),
    "batch_state": (
        _("This import is {state}; that step does not fit."),
        _("Open the import and see what can be done next."),
        409,
    ),
    "needs_everything": (
        _("A release covers a whole country; your role reaches only a part."),
        _("Ask an information manager whose role covers everything."),
        403,
    ),
    "name_ended": (_("This name has already been ended."), _("Load the page again."), 409),
    "name_empty": (_("The name is empty."), _("Write the name."), 422),
    "language_unknown": (_("“{value}” is not a language code."), _("Use a code such as en, my or ar."), 422),
    "date_unreadable": (
        _("“{value}” is not a date."),
        _("Write a year, a month or a day: 1989, 1989-06 or 1989-06-18."),
        422,
    ),
    "releases_differ": (
        _("The two releases belong to different countries."),
        _("Choose two releases of the same country."),
        422,
    ),
}


def _declared() -> dict[str, ProblemKind]:
    kinds: dict[str, ProblemKind] = {}
    for first, group in ((4200, _FILE), (4220, _ROW), (4250, _WARNING)):
        for number, (name, (message, mend)) in enumerate(group.items(), first):
            kinds[f"places.{name}"] = ProblemKind(number=number, status=422, message=message, mend=mend)
    for number, (name, (message, mend, status)) in enumerate(_REQUEST.items(), 4280):
        kinds[f"places.{name}"] = ProblemKind(number=number, status=status, message=message, mend=mend)
    return kinds


PROBLEMS = declare_problems(_declared())
