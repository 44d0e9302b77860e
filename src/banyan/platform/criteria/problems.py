"""What can be wrong with a criterion. Every problem of a text carries start, line, column and length of its place.

1100–1119 and 1142–1144 are about the text, 1120–1139 about SQL and saved criteria, 1140–1141 and 1145–1146 about the builder,
1147–1148 about formulas.
"""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_TEXT = {
    "criteria.empty": ProblemKind(
        number=1100,
        status=422,
        message=_("The criterion is empty: it would select nobody."),
        mend=_("Write what the records must meet, for example: age < 5."),
    ),
    "criteria.unexpected": ProblemKind(
        number=1101,
        status=422,
        message=_("“{found}” cannot stand here."),
        mend=_(
            "Look at what stands before it: perhaps an operator, a comma, a bracket or quotes around a text are missing."
        ),
    ),
    "criteria.ends_early": ProblemKind(
        number=1102,
        status=422,
        message=_("The criterion ends in the middle."),
        mend=_("Write the part that is missing, or close the brackets that are open."),
    ),
    "criteria.text_open": ProblemKind(
        number=1103,
        status=422,
        message=_("The text that begins here does not end on its line."),
        mend=_("Close it with the same sign that opened it; inside of it write \\n for a new line."),
    ),
    "criteria.not_supported": ProblemKind(
        number=1104,
        status=422,
        message=_("CEL has this, but criteria do not: {what}."),
        mend=_("Say it in another way; the documentation lists what the language has."),
    ),
    "criteria.too_long": ProblemKind(
        number=1105,
        status=422,
        message=_("The criterion has more than {limit} characters."),
        mend=_("Make it shorter, or split it into several criteria."),
    ),
    "criteria.too_many_parts": ProblemKind(
        number=1106,
        status=422,
        message=_("The criterion has more than {limit} parts."),
        mend=_('Write long alternatives as a list: code in ["a", "b"]; or split it into several criteria.'),
    ),
    "criteria.too_deep": ProblemKind(
        number=1107,
        status=422,
        message=_("More than {limit} parts stand inside each other here."),
        mend=_("Take out brackets that are not needed, or split the criterion."),
    ),
    "criteria.too_many_relations": ProblemKind(
        number=1108,
        status=422,
        message=_("More than {limit} questions about related records stand inside each other here."),
        mend=_("Ask from the records nearest to what you look for, or split the criterion."),
    ),
    "criteria.name_unknown": ProblemKind(
        number=1109,
        status=422,
        message=_("There is no “{name}” here."),
        mend=_("Names that can stand here: {near}."),
    ),
    "criteria.function_unknown": ProblemKind(
        number=1110,
        status=422,
        message=_("There is no function “{name}”."),
        mend=_("Functions that can stand here: {near}."),
    ),
    "criteria.type_mismatch": ProblemKind(
        number=1111,
        status=422,
        message=_("“{text}” is {found}; here stands {wanted}."),
        mend=_('Compare like with like: numbers with numbers, texts in quotes, dates as date("2020-05-31").'),
    ),
    "criteria.arguments": ProblemKind(
        number=1112,
        status=422,
        message=_("“{name}” is not used in this way."),
        mend=_("Write it like this: {usage}."),
    ),
    "criteria.field_too_private": ProblemKind(
        number=1113,
        status=422,
        message=_("“{name}” is too private for this purpose: its class is {privacy}."),
        mend=_("Leave it out, or ask your data protection officer for another way."),
    ),
    "criteria.field_forbidden": ProblemKind(
        number=1114,
        status=422,
        message=_("The operation does not allow the use of “{name}”: data of this kind is forbidden."),
        mend=_("Leave it out."),
    ),
    "criteria.value_unusable": ProblemKind(
        number=1115,
        status=422,
        message=_("“{text}” is no value that can be used."),
        mend=_(
            'Numbers have 15 digits at most, dates read date("2020-05-31"), date("2020-05") or date("2020"), and of '
            "backslashes in texts there are \\\\ \\\" \\' \\n \\t \\r and \\u with four digits."
        ),
    ),
    "criteria.code_unknown": ProblemKind(
        number=1116,
        status=422,
        message=_("The list {code_list} has no code “{value}”."),
        mend=_("Codes that can stand here: {near}."),
    ),
    "criteria.pattern_unusable": ProblemKind(
        number=1117,
        status=422,
        message=_("“{text}” is not a pattern that can be used."),
        mend=_(
            "Patterns have letters, . [a-z] [^a-z] \\d \\w \\s ^ $ | and brackets, and * + ? or {{2,5}} after one sign; nothing "
            "repeated inside of something repeated, 400 characters at most."
        ),
    ),
    "criteria.variable_taken": ProblemKind(
        number=1118,
        status=422,
        message=_("“{name}” cannot be the name of a variable here: it means something else already."),
        mend=_("Choose another, for example the first letter of what it stands for."),
    ),
    "criteria.not_a_condition": ProblemKind(
        number=1119,
        status=422,
        message=_("“{text}” says neither yes nor no: it is {found}."),
        mend=_("Compare it with something, for example: age >= 18."),
    ),
    "criteria.parameter_unknown": ProblemKind(
        number=1142,
        status=422,
        message=_("No setting is called “{name}”."),
        mend=_("Settings that can stand here: {near}."),
    ),
    "criteria.relation_alone": ProblemKind(
        number=1143,
        status=422,
        message=_("“{name}” stands for other records, not for a value."),
        mend=_("Ask something of them: {usage}."),
    ),
    "criteria.null_alone": ProblemKind(
        number=1144,
        status=422,
        message=_("null can only be compared with a field, by == or !=."),
        mend=_("Write has(field) where a field must be filled in, and !has(field) where it must be empty."),
    ),
}

_FORMULAS = {
    "criteria.formula_empty": ProblemKind(
        number=1147,
        status=422,
        message=_("The formula is empty: it would give nobody anything."),
        mend=_("Write a number, for example: 30 * members.size()."),
    ),
    "criteria.not_a_number": ProblemKind(
        number=1148,
        status=422,
        message=_("“{text}” is no number: it is {found}."),
        mend=_("Write how much it is, for example: 30 * members.size(), or: head.age >= 60 ? 20 : 0."),
    ),
}

_BUILDER = {
    "criteria.building_unreadable": ProblemKind(
        number=1140,
        status=422,
        message=_("The builder sent something that cannot be read at {part}."),
        mend=_("Load the page again; write the criterion as text if it happens again."),
    ),
    "criteria.building_incomplete": ProblemKind(
        number=1141,
        status=422,
        message=_("This line is not complete."),
        mend=_("Choose a field, an operator and a value, or remove the line."),
    ),
    "criteria.building_number": ProblemKind(
        number=1145,
        status=422,
        message=_("“{value}” is not a number."),
        mend=_("Write digits, with a point before decimals: 12 or 2.5."),
    ),
    "criteria.building_date": ProblemKind(
        number=1146,
        status=422,
        message=_("“{value}” is not a date."),
        mend=_("Write a year, a month or a day, such as 2020, 2020-05 or 2020-05-31, or the word today."),
    ),
}

_SAVED = {
    "criteria.too_involved": ProblemKind(
        number=1120,
        status=422,
        message=_("The criterion is too involved to be asked of a database."),
        mend=_("Split it into several criteria; choices inside of choices make it grow most."),
    ),
    "criteria.too_slow": ProblemKind(
        number=1121,
        status=422,
        message=_("Counting took longer than {seconds} seconds and was stopped."),
        mend=_("Narrow the criterion, or save it without counting: work in the background has more time."),
    ),
    "criteria.not_answerable": ProblemKind(
        number=1122,
        status=422,
        message=_("The database could not work this criterion out: {reason}."),
        mend=_("Look for numbers or dates that no record can have, and take them out."),
    ),
    "criteria.subject_unknown": ProblemKind(
        number=1123,
        status=422,
        message=_("Nothing called “{subject}” can be selected."),
        mend=_("Choose what the criterion is about from the list."),
    ),
    "criteria.purpose_unknown": ProblemKind(
        number=1124,
        status=422,
        message=_("There is no purpose “{purpose}”."),
        mend=_("Choose a purpose from the list."),
    ),
    "criteria.key_malformed": ProblemKind(
        number=1125,
        status=422,
        message=_("“{key}” cannot be a key."),
        mend=_("Use small letters, digits and hyphens, beginning with a letter, 60 at most: young-mothers."),
    ),
    "criteria.key_taken": ProblemKind(
        number=1126,
        status=409,
        message=_("The key “{key}” belongs to another criterion."),
        mend=_("Choose another key, or change the criterion that has it."),
    ),
    "criteria.name_missing": ProblemKind(
        number=1127,
        status=422,
        message=_("The criterion has no name, or one of more than 200 characters."),
        mend=_("Write in a few words whom it selects."),
    ),
    "criteria.criterion_state": ProblemKind(
        number=1128,
        status=409,
        message=_("The criterion is {state}; this cannot be done with it."),
        mend=_("Load it again to see what can be done."),
    ),
    "criteria.criterion_used": ProblemKind(
        number=1129,
        status=409,
        message=_("The criterion is used: {uses}."),
        mend=_("Take it out there first."),
    ),
    "criteria.version_changed": ProblemKind(
        number=1130,
        status=409,
        message=_("Somebody else changed this criterion in the meantime: its version is now {number}."),
        mend=_("Load it again, compare, and repeat your change if it is still needed."),
    ),
    "criteria.operation_unknown": ProblemKind(
        number=1131,
        status=422,
        message=_("You may not write criteria for this operation, or it does not exist."),
        mend=_("Choose an operation in which you work."),
    ),
}

PROBLEMS = declare_problems(_TEXT | _FORMULAS | _BUILDER | _SAVED)
