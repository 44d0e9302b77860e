"""Everything that can be wrong, doubtful or better inside a form, and how its author mends it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# What is wrong, how to mend it.
Wording = tuple[str | Promise, str | Promise]

_SHEETS: Mapping[str, Wording] = {
    "sheet_missing": (
        _("There is no sheet called “survey” (sheets: {sheets})."),
        _("An XLSForm has its questions in a sheet called “survey”: rename that sheet."),
    ),
    "sheet_misspelt": (
        _("The sheet “{value}” is probably meant to be “{meant}”; under this name it is not read."),
        _("Rename it to “{meant}”, or put an underscore before its name if it is not part of the form."),
    ),
    "header_missing": (
        _("The sheet has no column “{what}” (similar: {likely})."),
        _("Write “{what}” into the first row of the column that holds it."),
    ),
    "header_repeated": (
        _("The column “{value}” means the same as column {other_letter} “{other}”."),
        _("Keep one of the two: move its texts to the other column and empty this one."),
    ),
    "header_misspelt": (
        _("The column “{value}” is not read. Is “{meant}” meant?"),
        _("Write “{meant}” into the first row, if that is what the column holds."),
    ),
    "header_single_colon": (
        _("The column “{value}” is not read: other columns of the sheet use two colons, so one does not count."),
        _("Write “{meant}”."),
    ),
    "header_unusable": (
        _("The column “{value}” cannot be converted: the XForm uses that attribute itself."),
        _("Rename the column; it is then passed over."),
    ),
    "rows_beyond_gap": (
        _("Row {row} and those below follow more than 60 empty rows and are not read."),
        _("Delete the empty rows above if these rows belong to the form."),
    ),
    "settings_empty": (
        _("There is no settings sheet, or it is empty: the form has neither title nor id of its own."),
        _("Add a sheet “settings” with the columns form_title, form_id and version."),
    ),
    "settings_no_id": (
        _("The settings name no form_id."),
        _("Add a column form_id: a short name without spaces that stays the same over all versions."),
    ),
    "default_language_unknown": (
        _("The default language “{value}” is none the labels are written in ({languages})."),
        _("Write it exactly as it stands after “label::”."),
    ),
    "control_character": (
        _("The cell holds a control character that no XForm may carry."),
        _("Write the text anew, without copying it from another program."),
    ),
}
_QUESTIONS: Mapping[str, Wording] = {
    "survey_empty": (_("The survey sheet holds no questions."), _("Add at least one row with a type and a name.")),
    "type_missing": (
        _("The row “{name}” has no type."),
        _("Write its type, such as text, integer or select_one yes_no."),
    ),
    "row_skipped": (
        _("The row has no type, name or label and is not read."),
        _("Nothing to do if it is a remark; else complete it."),
    ),
    "type_unknown": (
        _("There is no type “{value}” (similar: {likely})."),
        _("Use a type of XLSForm, such as text, integer, decimal, date, select_one list or select_multiple list."),
    ),
    "select_without_list": (
        _("“{value}” names no list of choices."),
        _("Write the name of the list after the type: select_one yes_no."),
    ),
    "list_missing": (
        _("There is no list “{name}” in the sheet {sheet} (similar: {likely})."),
        _("Add its choices there, or correct the name of the list in the type."),
    ),
    "file_extension": (
        _("“{value}” is not the name of a file."),
        _("After select_one_from_file comes a file name that ends in .csv, .xml or .geojson."),
    ),
    "choices_missing": (
        _("Questions choose from lists, but there is no sheet “choices” (sheets: {sheets})."),
        _("Add a sheet “choices” with the columns list_name, name and label."),
    ),
    "other_with_filter": (
        _("“or_other” cannot be combined with a choice filter."),
        _("Add “other” to the list yourself and ask for it in a question of type text."),
    ),
    "name_missing": (_("The row ({type}) has no name."), _("Write a name without spaces that no other row has.")),
    "name_malformed": (
        _("“{value}” cannot be a name."),
        _(
            "Names begin with a letter or underscore and go on with letters, digits, dots, dashes and underscores; no spaces."
        ),
    ),
    "name_repeated": (
        _("The name “{value}” is taken by row {first} in the same section."),
        _("Give one of the two another name, also where it is referred to."),
    ),
    "name_reserved": (
        _("The name “{value}” is reserved for data about the form itself."),
        _("Choose another name, also where it is referred to."),
    ),
    "name_case": (
        _("The name “{value}” differs from another in the same section only by capital letters."),
        _("Rename one of them: many programs do not tell them apart."),
    ),
    "repeat_name": (
        _("The name “{name}” of this repeat is taken by another repeat or by the form itself."),
        _("Give the repeat a name of its own."),
    ),
    "path_too_long": (
        _("The names of the question and its groups are longer than {limit} letters together."),
        _("Shorten the names of the groups."),
    ),
    "audit_name": (_("The row of type audit is called “{value}”."), _("Leave its name empty.")),
    "begin_unmatched": (
        _("The {kind} “{name}” begins here and never ends."),
        _("Add a row end_{kind} after its last question."),
    ),
    "end_unmatched": (_("A {kind} ends here that never began."), _("Delete the row, or add the row that begins it.")),
    "end_differs": (
        _("A {kind} ends here, but what is open is the {opened} “{name}” of row {first}."),
        _("Write end_{opened}, or add the missing row before this one."),
    ),
    "calculation_missing": (
        _("“{name}” calculates nothing."),
        _("Write what it calculates into the column calculation."),
    ),
    "label_missing": (
        _("“{name}” is shown but has no label or hint."),
        _("Write what the person asked should read."),
    ),
}
_CHOICES: Mapping[str, Wording] = {
    "choice_name_missing": (
        _("A choice of the list “{list}” has no name."),
        _("Write the code that is stored when it is chosen."),
    ),
    "choice_name_space": (
        _("The choice “{value}” of the list “{list}” has spaces in its name, and several may be chosen."),
        _("Use underscores: answers are stored as names with spaces between them."),
    ),
    "choice_repeated": (
        _("The choice “{value}” stands twice in the list “{list}”, the same in every column (first in row {first})."),
        _("Delete one of the rows."),
    ),
    "choice_conflicting": (
        _("Two choices of the list “{list}” are called “{value}” (the first in row {first})."),
        _(
            "Give one of them another name; or set allow_choice_duplicates to yes in the settings if choices are filtered."
        ),
    ),
    "choice_without_list": (
        _("The choice “{name}” belongs to no list and is not read."),
        _("Write the name of its list."),
    ),
    "choice_label_missing": (
        _("The choice “{name}” of the list “{list}” has no label."),
        _("Write what people should read."),
    ),
    "list_unused": (_("No question uses the list “{name}”."), _("Nothing to do, or delete it.")),
}
_LOGIC: Mapping[str, Wording] = {
    "reference_malformed": (
        _("“{value}” is not a reference to a question."),
        _("A reference is written ${{name}}, without spaces, and closed by a brace."),
    ),
    "reference_unknown": (
        _("There is no question called “{name}” (similar: {likely})."),
        _("Correct the name, or add the question."),
    ),
    "reference_ambiguous": (
        _("“{name}” is the name of more than one question (rows {rows}), so the reference can mean either."),
        _("Give each of them a name of its own and refer to the one that is meant."),
    ),
    "trigger_malformed": (
        _("“{value}” names no question that could trigger."),
        _("Write the question as ${{name}}."),
    ),
    "trigger_commas": (
        _("The triggers “{value}” are not separated by commas."),
        _("Write ${{first}}, ${{second}}: any of them triggers."),
    ),
    "trigger_unseen": (
        _("“{name}” is never shown, so it cannot trigger anything."),
        _("Name a question that is answered, or leave the trigger empty: calculations follow by themselves."),
    ),
}
_TEXTS: Mapping[str, Wording] = {
    "translation_incomplete": (
        _("{count} texts have no translation under “{header}” (first in row {first})."),
        _("Translate them; people who choose that language read an empty line."),
    ),
    "language_absent": (
        _("The sheet has no column of labels in “{language}”, as the other sheet has."),
        _("Add the column “label::{language}”."),
    ),
    "language_spelling": (
        _("“{likely}” is probably the language that the other sheet calls “{language}”."),
        _("Spell a language the same everywhere: they are two languages otherwise."),
    ),
    "zawgyi": (
        _("{count} texts under “{header}” are written in Zawgyi."),
        _("Convert them to Unicode: phones and computers of today do not show Zawgyi."),
    ),
}
_CONVERTER: Mapping[str, Wording] = {
    "converter_refused": (
        _("The converter refuses the form: {message}"),
        _("Mend the cell it names, or ask for help with this message."),
    ),
    "converter_remark": ("{message}", ""),
    "converter_failed": (
        _("The converter broke off: {reason}"),
        _("Take out the rows you added last until it converts, and tell your administrator."),
    ),
    "lint": ("{message}", ""),
}


def _declared() -> dict[str, ProblemKind]:
    kinds: dict[str, ProblemKind] = {}
    groups: tuple[tuple[int, Mapping[str, Wording]], ...] = (
        (8000, _SHEETS),
        (8020, _QUESTIONS),
        (8050, _CHOICES),
        (8060, _LOGIC),
        (8070, _TEXTS),
        (8080, _CONVERTER),
    )
    for first, group in groups:
        for number, (name, (message, mend)) in enumerate(group.items(), first):
            kinds[f"forms.{name}"] = ProblemKind(number=number, status=422, message=message, mend=mend)
    return kinds


FAULTS = declare_problems(_declared())
