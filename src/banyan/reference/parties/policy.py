"""What may be done with organisations and contacts, by whom, and what can go wrong."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission
from banyan.platform.kernel.problems import ProblemKind, declare_problems

PERMISSIONS = [
    Permission("parties.view_organisation", _("See organisations")),
    Permission("parties.export_organisation", _("Export organisations"), kind="export"),
    Permission("parties.change_organisation", _("Register and change organisations"), kind="change"),
    Permission("parties.import_organisations", _("Import lists of organisations"), kind="import"),
    Permission("parties.view_contact", _("See contacts of organisations"), personal=True),
    Permission("parties.change_contact", _("Add, change and end contacts"), kind="change", personal=True),
]

ROLE_PERMISSIONS = {
    "reader": ["parties.view_organisation", "parties.export_organisation"],
    "information-manager": [permission.codename for permission in PERMISSIONS],
    "administrator": ["parties.view_organisation", "parties.export_organisation"],
    "auditor": ["parties.view_organisation"],
    "data-protection-officer": ["parties.view_organisation"],
}

MODULE = Module(
    room="parties",
    floor="reference",
    label=_("Organisations"),
    url_name="parties:list",
    permission="parties.view_organisation",
    holds=_(
        "Organisations with a code that never changes, their names in several languages, acronyms, identifiers "
        "elsewhere, and the people to contact."
    ),
    restriction="partners",
    procedure=_(
        "Search before you register. Two organisations may share an acronym: they are shown side by side and never "
        "merged by themselves. Contacts are shown only when asked for, and the asking is logged."
    ),
    icon="building-2",
)

PROBLEMS = declare_problems(
    {
        "parties.file_unreadable": ProblemKind(
            600,
            422,
            _("The file “{name}” cannot be read as a list of organisations: {reason}."),
            _("Save it as XLSX, CSV in UTF-8 or JSON and send it again."),
        ),
        "parties.file_too_large": ProblemKind(
            601, 413, _("The file is larger than {most} megabytes."), _("Split it, or remove what is not the list.")
        ),
        "parties.empty_file": ProblemKind(
            602, 422, _("The file holds no rows."), _("The first row names the columns; add organisations below it.")
        ),
        "parties.no_name_column": ProblemKind(
            603,
            422,
            _("No column holds names of organisations. Columns found: {found}."),
            _("Call one column Name, another Acronym, Type, Country, Aliases as you have them."),
        ),
        "parties.too_many_rows": ProblemKind(
            604, 422, _("The file has {count} rows; at most {most} are taken at once."), _("Split the file.")
        ),
        "parties.name_missing": ProblemKind(
            605, 422, _("The row has no name."), _("Write the name of the organisation, or remove the row.")
        ),
        "parties.name_is_sentence": ProblemKind(
            606,
            422,
            _("“{text}” is a description, not a name."),
            _("Write only the name here; descriptions have no place in this list."),
        ),
        "parties.kind_unknown": ProblemKind(
            607,
            422,
            _("“{kind}” is not a type of organisation."),
            _("Use a code or label of the code list “organisation-type”, or leave it empty."),
        ),
        "parties.country_unknown": ProblemKind(
            608, 422, _("“{text}” is not a country."), _("Use the ISO 3166-1 code, such as MMR, or the country's name.")
        ),
        "parties.code_unknown": ProblemKind(
            609,
            422,
            _("No organisation has the code {code}."),
            _("Leave the code empty for a new organisation: codes are given here and never chosen."),
        ),
        "parties.id_malformed": ProblemKind(
            610,
            422,
            _("“{value}” cannot be an identifier ({scheme})."),
            _("Copy it again from its source: letters, digits and the signs . / : - _ only."),
        ),
        "parties.id_taken": ProblemKind(
            611,
            409,
            _("The identifier {value} ({scheme}) already belongs to {other}."),
            _("If it is the same organisation, change that one; if not, find out which of the two is right."),
        ),
        "parties.row_doubled": ProblemKind(
            612, 422, _("“{name}” stands already in row {row}."), _("Keep one of the two rows.")
        ),
        "parties.parent_unknown": ProblemKind(
            613,
            422,
            _("The parent “{parent}” is not registered, or more than one organisation is called so."),
            _("Give the code of the parent, or register it first."),
        ),
        "parties.parent_circular": ProblemKind(
            614, 422, _("{name} would stand above itself."), _("Choose another parent.")
        ),
        "parties.acronym_shared": ProblemKind(
            615,
            422,
            _("The acronym {acronym} is also that of {others}."),
            _("Nothing needs doing if they are two organisations; look whether they are one."),
        ),
        "parties.name_shared": ProblemKind(
            616,
            422,
            _("The name is also that of {others}."),
            _("Nothing needs doing if they are two organisations; look whether they are one."),
        ),
        "parties.alias_is_sentence": ProblemKind(
            617, 422, _("“{text}” is a description, not a name; it was left out."), _("Nothing needs doing.")
        ),
        "parties.skipped_by_source": ProblemKind(
            618,
            422,
            _("The source itself says to skip “{name}”."),
            _("Nothing needs doing; register it by hand if it is an organisation."),
        ),
        "parties.column_ignored": ProblemKind(
            619, 422, _("This column is not known and was left out."), _("Nothing needs doing if it is not needed.")
        ),
        "parties.column_doubled": ProblemKind(
            620,
            422,
            _("Another column before this one means the same; this one was left out."),
            _("Keep one of the two."),
        ),
        "parties.import_state": ProblemKind(
            621, 409, _("This import is {state}."), _("Load the page again to see where it stands.")
        ),
        "parties.website_malformed": ProblemKind(
            622, 422, _("“{text}” is not a web address."), _("Write it as https://example.org.")
        ),
        "parties.acronym_malformed": ProblemKind(
            623, 422, _("“{text}” cannot be an acronym."), _("Write letters and digits, at most 60.")
        ),
        "parties.cell_error": ProblemKind(
            624,
            422,
            _("The cell holds the spreadsheet error {value}."),
            _("Mend the formula, or paste values instead."),
        ),
        "parties.maybe_known": ProblemKind(
            625,
            409,
            _("There may already be such an organisation: {others}."),
            _("Open it and compare. If yours is another one, say so and register it."),
        ),
        "parties.contact_unreachable": ProblemKind(
            626, 422, _("The contact has neither e-mail address nor telephone."), _("Give at least one of them.")
        ),
        "parties.name_known": ProblemKind(
            627, 409, _("The organisation already has this name."), _("Choose another, or end the one there is.")
        ),
        "parties.dates_reversed": ProblemKind(
            628, 422, _("The end lies before the beginning."), _("Correct one of the two dates.")
        ),
        "parties.status_already": ProblemKind(
            629, 409, _("The organisation is already {status}."), _("Load the page again.")
        ),
        "parties.encoding_guessed": ProblemKind(
            630,
            422,
            _("The file does not say how its letters are written; {encoding} was guessed."),
            _("Look whether letters with accents are right. If not, save the file as UTF-8 and send it again."),
        ),
    }
)
