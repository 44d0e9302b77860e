"""What may be done with code lists, by whom, and what can go wrong."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission
from banyan.platform.kernel.problems import ProblemKind, declare_problems

PERMISSIONS = [
    Permission("codes.view_list", _("See code lists"), kind="view"),
    Permission("codes.export_list", _("Export code lists"), kind="export"),
    Permission("codes.change_list", _("Import, publish and map code lists"), kind="change"),
]

ROLE_PERMISSIONS = {
    "reader": ["codes.view_list", "codes.export_list"],
    "information-manager": ["codes.view_list", "codes.export_list", "codes.change_list"],
    "administrator": ["codes.view_list", "codes.export_list"],
    "auditor": ["codes.view_list"],
    "data-protection-officer": ["codes.view_list"],
}

MODULE = Module(
    room="codes",
    floor="reference",
    label=_("Code lists"),
    url_name="codes:list",
    permission="codes.view_list",
    holds=_("Lists of codes that everyone must spell the same way, in versions, with labels in several languages."),
    restriction="public",
    procedure=_(
        "Take lists from those who keep them, as whole versions: import, compare with the version before, then publish. "
        "Never give a code a new meaning; retire it and add another."
    ),
)

PROBLEMS = declare_problems(
    {
        "codes.not_a_list_file": ProblemKind(
            400,
            422,
            _("This is not a code list file."),
            _("Send a JSON object with list, names, version and terms, or a table."),
        ),
        "codes.not_a_date": ProblemKind(
            401, 422, _("“{text}” is not a date."), _("Write it as year-month-day: 2026-11-22.")
        ),
        "codes.version_missing": ProblemKind(
            402, 422, _("The version has no label."), _("Give the version a short label, such as 2026 or 3.1.")
        ),
        "codes.list_code_malformed": ProblemKind(
            403,
            422,
            _("“{term}” cannot be the code of a list."),
            _("Use small Latin letters, digits and single hyphens."),
        ),
        "codes.label_missing": ProblemKind(
            404, 422, _("“{term}” has no label."), _("Give it a label in at least one language.")
        ),
        "codes.texts_malformed": ProblemKind(
            405, 422, _("Texts must be given by language."), _('Write {{"en": "…", "fr": "…"}}.')
        ),
        "codes.language_unknown": ProblemKind(
            406, 422, _("“{language}” is not a language tag."), _("Use tags such as en, fr, ar or zh-Hant.")
        ),
        "codes.term_malformed": ProblemKind(
            407, 422, _("This term is not an object."), _("Write code and labels for each term.")
        ),
        "codes.no_terms": ProblemKind(
            408, 422, _("The list has no terms."), _("Add at least one row with a code and a label.")
        ),
        "codes.too_many_terms": ProblemKind(
            409,
            422,
            _("The list has {count} terms; at most {most} are taken."),
            _("Split it, or keep places in the places module."),
        ),
        "codes.code_malformed": ProblemKind(
            410,
            422,
            _("“{term}” cannot be a code."),
            _("A code has 1 to 64 letters, digits or marks such as . - _ / and no spaces, quotes or commas."),
        ),
        "codes.code_doubled": ProblemKind(
            411, 422, _("The code “{term}” stands more than once."), _("Give each term its own code.")
        ),
        "codes.parent_unknown": ProblemKind(
            412,
            422,
            _("The parent “{parent}” of “{term}” is not in the list."),
            _("Add the parent or correct its code."),
        ),
        "codes.parent_circular": ProblemKind(
            413,
            422,
            _("Following the parents of “{term}” leads back to itself."),
            _("Correct one of the parents in the circle."),
        ),
        "codes.column_missing": ProblemKind(
            414,
            422,
            _("There is no column “{column}”. Columns found: {found}."),
            _("Name the columns code, label_en, label_fr, parent; the first row holds the names."),
        ),
        "codes.cell_error": ProblemKind(
            415,
            422,
            _("The cell holds the spreadsheet error {value}."),
            _("Mend the formula, or paste values instead."),
        ),
        "codes.mapping_malformed": ProblemKind(
            416, 422, _("This mapping is not understood."), _("Give from, to_list, to and kind; kinds are {kinds}.")
        ),
        "codes.mapping_from_unknown": ProblemKind(
            417, 422, _("The mapping starts at “{term}”, which is not in the list."), _("Correct the code.")
        ),
        "codes.mapping_to_unknown": ProblemKind(
            418,
            422,
            _("There is no term “{term}” in the list “{to_list}”."),
            _("Load that list first, or correct the code."),
        ),
        "codes.version_differs": ProblemKind(
            419,
            409,
            _("Version {version} of “{term}” is already there with other terms."),
            _("A published version never changes: give the file a new version label."),
        ),
        "codes.wrong_state": ProblemKind(
            420,
            409,
            _("The version is {state}; this cannot be done any more."),
            _("Load the page again to see where it stands."),
        ),
        "codes.file_unreadable": ProblemKind(
            421,
            422,
            _("The file “{name}” cannot be read as a table or a code list."),
            _("Save it as XLSX, CSV (UTF-8) or JSON and send it again. What was found: {reason}"),
        ),
        "codes.file_too_large": ProblemKind(
            422,
            413,
            _("The file is larger than {most} megabytes."),
            _("Remove sheets and pictures that are not part of the list."),
        ),
        "codes.mapping_within": ProblemKind(
            423,
            422,
            _("Both terms are of the same list."),
            _("Map to a term of another list; inside a list use parents."),
        ),
        "codes.mapping_known": ProblemKind(
            424, 409, _("These two terms are already mapped."), _("End the present mapping first.")
        ),
        "codes.column_doubled": ProblemKind(
            425, 422, _("There is more than one column “{column}”."), _("Keep one, or give the others another name.")
        ),
        "codes.cell_without_column": ProblemKind(
            426, 422, _("“{value}” stands in a column without a name."), _("Name the column, or empty the cell.")
        ),
    }
)
