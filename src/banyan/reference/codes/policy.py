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
    procedure="docs/how-to/code-lists.md",
)

PROBLEMS = declare_problems(
    {
        "codes.not_a_list_file": ProblemKind(
            500,
            422,
            _("This is not a code list file."),
            _("Send a JSON object with list, names, version and terms, or a table."),
        ),
        "codes.not_a_date": ProblemKind(
            501, 422, _("“{text}” is not a date."), _("Write it as year-month-day: 2026-11-22.")
        ),
        "codes.version_missing": ProblemKind(
            502, 422, _("The version has no label."), _("Give the version a short label, such as 2026 or 3.1.")
        ),
        "codes.list_code_malformed": ProblemKind(
            503,
            422,
            _("“{term}” cannot be the code of a list."),
            _("Use small Latin letters, digits and single hyphens."),
        ),
        "codes.label_missing": ProblemKind(
            504, 422, _("“{term}” has no label."), _("Give it a label in at least one language.")
        ),
        "codes.texts_malformed": ProblemKind(
            505, 422, _("Texts must be given by language."), _('Write {{"en": "…", "fr": "…"}}.')
        ),
        "codes.language_unknown": ProblemKind(
            506, 422, _("“{language}” is not a language tag."), _("Use tags such as en, fr, ar or zh-Hant.")
        ),
        "codes.term_malformed": ProblemKind(
            507, 422, _("This term is not an object."), _("Write code and labels for each term.")
        ),
        "codes.no_terms": ProblemKind(
            508, 422, _("The list has no terms."), _("Add at least one row with a code and a label.")
        ),
        "codes.too_many_terms": ProblemKind(
            509,
            422,
            _("The list has {count} terms; at most {most} are taken."),
            _("Split it, or keep places in the places module."),
        ),
        "codes.code_malformed": ProblemKind(
            510,
            422,
            _("“{term}” cannot be a code."),
            _("A code has 1 to 64 letters, digits or marks such as . - _ / and no spaces, quotes or commas."),
        ),
        "codes.code_doubled": ProblemKind(
            511, 422, _("The code “{term}” stands more than once."), _("Give each term its own code.")
        ),
        "codes.parent_unknown": ProblemKind(
            512,
            422,
            _("The parent “{parent}” of “{term}” is not in the list."),
            _("Add the parent or correct its code."),
        ),
        "codes.parent_circular": ProblemKind(
            513,
            422,
            _("Following the parents of “{term}” leads back to itself."),
            _("Correct one of the parents in the circle."),
        ),
        "codes.column_missing": ProblemKind(
            514,
            422,
            _("There is no column “{column}”. Columns found: {found}."),
            _("Name the columns code, label_en, label_fr, parent; the first row holds the names."),
        ),
        "codes.cell_error": ProblemKind(
            515,
            422,
            _("The cell holds the spreadsheet error {value}."),
            _("Mend the formula, or paste values instead."),
        ),
        "codes.mapping_malformed": ProblemKind(
            516, 422, _("This mapping is not understood."), _("Give from, to_list, to and kind; kinds are {kinds}.")
        ),
        "codes.mapping_from_unknown": ProblemKind(
            517, 422, _("The mapping starts at “{term}”, which is not in the list."), _("Correct the code.")
        ),
        "codes.mapping_to_unknown": ProblemKind(
            518,
            422,
            _("There is no term “{term}” in the list “{to_list}”."),
            _("Load that list first, or correct the code."),
        ),
        "codes.version_differs": ProblemKind(
            519,
            409,
            _("Version {version} of “{term}” is already there with other terms."),
            _("A published version never changes: give the file a new version label."),
        ),
        "codes.wrong_state": ProblemKind(
            520,
            409,
            _("The version is {state}; this cannot be done any more."),
            _("Load the page again to see where it stands."),
        ),
        "codes.file_unreadable": ProblemKind(
            521,
            422,
            _("The file “{name}” cannot be read as a table or a code list."),
            _("Save it as XLSX, CSV (UTF-8) or JSON and send it again. What was found: {reason}"),
        ),
        "codes.file_too_large": ProblemKind(
            522,
            413,
            _("The file is larger than {most} megabytes."),
            _("Remove sheets and pictures that are not part of the list."),
        ),
        "codes.mapping_within": ProblemKind(
            523,
            422,
            _("Both terms are of the same list."),
            _("Map to a term of another list; inside a list use parents."),
        ),
        "codes.mapping_known": ProblemKind(
            524, 409, _("These two terms are already mapped."), _("End the present mapping first.")
        ),
    }
)
