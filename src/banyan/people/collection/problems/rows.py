"""Everything the check of rows may find, with how to mend it. {value} is what stands in the cell."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_FAULTS = {
    # What a person needs before they can be registered
    "name_missing": (_("The person has no name."), _("Write the full name, or the given and family names.")),
    "sex_missing": (_("The sex is missing."), _("Write female, male, other or unknown.")),
    "birth_missing": (
        _("There is neither a date of birth nor an age."),
        _("Write the date of birth, only its year when no more is known, or the age."),
    ),
    "relationship_missing": (
        _("The relationship to the head of the household is missing."),
        _("Say who the person is to the head: spouse, child, parent …"),
    ),
    # Values of one cell
    "no_number": (_("“{value}” is not a number."), _("Write digits only.")),
    "out_of_range": (_("{value} lies outside of what is possible: {low} to {high}."), _("Check the number.")),
    "no_yes_or_no": (_("“{value}” is neither yes nor no."), _("Write yes or no.")),
    "choice_unknown": (
        _("“{value}” is not one of the answers that can be chosen."),
        _("Use one of: {choices}"),
    ),
    "date_unreadable": (
        _("“{value}” is not a date that can be read."),
        _("Write 1990-05-03, or 1990-05 or 1990 when the day or month is not known."),
    ),
    "date_impossible": (
        _("“{value}” is in no calendar."),
        _("Check year, month and day; leave the day off when it is not known."),
    ),
    "date_in_future": (_("{value} lies in the future."), _("Check the date against the original form.")),
    "date_too_early": (_("{value} is too long ago to be right."), _("Check the year against the original form.")),
    "date_ambiguous": (
        _("“{value}” can mean {first} or {second}; only the year is taken."),
        _("Write the year first, or accept the reading proposed."),
    ),
    "date_year_short": (
        _("“{value}” has a year of two digits and is not taken."),
        _("Write the year with four digits, or accept the reading proposed."),
    ),
    "date_is_number": (
        _("“{value}” is a spreadsheet’s number of a day; it is read as {meant}."),
        _("Look at it; format the column as date in the spreadsheet."),
    ),
    "no_place": (
        _("“{value}” is neither a P-code nor the name of one place."),
        _("Use the P-code from the list of places of the operation."),
    ),
    "place_mistyped": (
        _("There is no place with the code {value}; with {proposed} the name beside it agrees."),
        _("Accept the code proposed, or correct it."),
    ),
    "place_by_name": (
        _("“{value}” is the name of the place {proposed}; its code is taken."),
        _("Look at it; P-codes are surer than names."),
    ),
    "place_outside": (
        _("The place {value} lies outside of the area of this batch."),
        _("Correct the code, or hand the row in with the batch of its own area."),
    ),
    "place_ended": (_("The place {value} is no longer in use."), _("Use the code that stands there now.")),
    "no_position": (
        _("“{value}” is not a position."),
        _("Write latitude and longitude in degrees with decimals: 16.8661 96.1951."),
    ),
    "no_phone": (
        _("“{value}” is not a telephone number that can be called."),
        _("Write it with the country’s code: +95 9 …"),
    ),
    "no_email": (_("“{value}” is not an e-mail address."), _("Check it; leave it empty if there is none.")),
    "no_value": (
        _("“{value}” says that there is nothing; the field stays empty."),
        _("Leave cells without a value empty."),
    ),
    "document_odd": (
        _("“{value}” does not look like the number of such a document."),
        _("Compare it with the document character by character."),
    ),
    "document_mistyped": (
        _("The check digit of “{value}” does not fit: a character is wrong, or two are swapped."),
        _("Compare it with the document character by character."),
    ),
    "name_placeholder": (_("“{value}” is hardly a name."), _("Write the person’s name; ask again if need be.")),
    "name_with_digits": (_("The name “{value}” has digits in it."), _("Check the name.")),
    "zawgyi": (
        _("The column is written in Zawgyi; the value was converted to Unicode."),
        _("Look at a few values; what came is kept beside them."),
    ),
    "text_controls": (
        _("The value holds invisible characters that can turn a text round or hide a part; they were taken out."),
        _("Look at the value; ask who entered it if it seems strange."),
    ),
    "text_formula": (
        _("“{value}” begins like a formula of a spreadsheet. It is kept as text and never run."),
        _("Check that it is what was meant."),
    ),
    "text_too_long": (
        _("The value has {length} characters; at most {limit} can be kept here."),
        _("Shorten it, or put it into a field for notes."),
    ),
    "photo_missing": (_("The file “{value}” did not come with the submission."), _("Send the file along.")),
    # Values that contradict each other
    "age_differs": (
        _("The age {age} does not fit the date of birth {birth}."),
        _("Check both; the date of birth is taken."),
    ),
    "dates_in_wrong_order": (
        _("{value} lies before the date of birth {birth}."),
        _("Check both dates."),
    ),
    "sex_contradicted": (
        _("“{value}” does not fit the sex."),
        _("Check the sex and the relationship."),
    ),
    # Households
    "head_missing": (_("Nobody in the household is its head."), _("Mark exactly one member as head. Rows: {rows}")),
    "heads_several": (
        _("The household has {count} heads: rows {rows}."),
        _("Keep one head; give the others their relationship to that person."),
    ),
    "head_contradicted": (
        _("The row says both that the person is the head and that they are not."),
        _("Make the column of the head and the relationship agree."),
    ),
    "household_unknown": (
        _("There is no row of a household “{value}” for this person."),
        _("Correct the household’s id, or add the household."),
    ),
    "household_empty": (_("The household has no members."), _("Add its members, or delete the row.")),
    "household_repeated": (
        _("The household’s id “{value}” stands in several rows: {rows}."),
        _("Give every household an id of its own."),
    ),
    "person_repeated": (
        _("The person’s id “{value}” stands in several rows: {rows}."),
        _("Give every person an id of their own."),
    ),
    "size_differs": (
        _("The household is said to have {reported} members; {members} came."),
        _("Add the missing members, or correct the size."),
    ),
    "head_is_child": (
        _("The head of the household is {age} years old."),
        _("Check the date of birth; if it is right, tell protection colleagues."),
    ),
    "gap_unlikely": (
        _("{years} years lie between the person and the head of the household; that hardly fits {relation}."),
        _("Check both dates of birth and the relationship."),
    ),
    "spouses_several": (_("The head has {count} spouses: rows {rows}."), _("Check the relationships.")),
    # The batch as a whole
    "document_repeated": (
        _("The same document stands in several rows: {rows}."),
        _("Check whether it is one person entered twice, or a number typed wrongly."),
    ),
    "submission_repeated": (
        _("The same submission came more than once: rows {rows}."),
        _("Nothing is lost; reject all but one."),
    ),
    "people_alike": (
        _("Name, date of birth and sex are the same in rows {rows}."),
        _("Check whether it is one person entered twice; reject the extra one."),
    ),
    # The form's own conditions
    "answer_missing": (_("The form requires an answer here. {message}"), _("Ask again and fill it in.")),
    "answer_refused": (_("The form does not accept “{value}”. {message}"), _("Correct the answer.")),
    "answer_unasked": (
        _("The form would not have asked this after the other answers."),
        _("Check the answers before it; the value is kept."),
    ),
    "answer_uncheckable": (
        _("A condition of the form cannot be checked here: {message}"),
        _("Check the answer yourself."),
    ),
    # Policy
    "forbidden": (
        _("The operation does not collect this kind of data: {kind}. The value was not stored."),
        _("Take the question out of the form. The file as it came stays locked until it is purged."),
    ),
}  # fmt: skip


def _declared() -> dict[str, ProblemKind]:
    return {
        f"collection.{name}": ProblemKind(number=number, status=422, message=message, mend=mend)
        for number, (name, (message, mend)) in enumerate(_FAULTS.items(), 9500)
    }


PROBLEMS = declare_problems(_declared())
REQUESTS = declare_problems(
    {
        "collection.verb_unknown": ProblemKind(
            950,
            422,
            _("“{verb}” is nothing that can be decided."),
            _("Use accept, reject or reopen."),
        ),
    }
)
