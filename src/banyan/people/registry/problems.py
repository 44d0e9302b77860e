"""What can be wrong when people and households are registered, found or moved, with how to mend it."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_REGISTERING = {
    "name_missing": (_("A person has no name."), _("Write the name as the person says it; one word is enough.")),
    "head_missing": (_("The household has no head."), _("Say which member is the head.")),
    "head_twice": (
        _("The household has {count} heads."),
        _("Choose one; the others may be the one who collects or the alternate."),
    ),
    "household_empty": (_("The household has no member."), _("Add at least one person.")),
    "place_unknown": (
        _("No place of this country has the code {code}."),
        _("Choose the place from the list, or leave it out."),
    ),
    "place_out_of_reach": (
        _("{count} of the people live where you may not register anybody: {places}."),
        _("Ask somebody whose area includes these places, or ask for a wider role."),
    ),
    "operation_unknown": (_("There is no such operation."), _("Choose an operation in which you work.")),
    "already_member": (
        _("{reference} belongs to a household already."),
        _("Transfer the person from there; nobody is in two households at once."),
    ),
    "two_operations": (
        _("{reference} is registered in another operation."),
        _("People are registered once in each operation; register the person here instead."),
    ),
    "born_in_future": (_("The date of birth {date} lies ahead."), _("Check the date of birth.")),
    "age_impossible": (
        _("An age of {age} years is not possible."),
        _("Write the age in completed years, from 0 to {most}."),
    ),
    "value_unknown": (_("“{value}” is not in the list “{list}”."), _("Choose one of the list.")),
    "value_too_long": (
        _("The text for “{field}” is longer than {limit} characters."),
        _("Shorten it; notes belong elsewhere."),
    ),
    "status_reason_missing": (
        _("A record that is not active says why."),
        _("Choose the reason, or write it in a few words."),
    ),
    "document_number_missing": (_("A document has no number."), _("Write its number, or leave the document out.")),
}
_SEARCHING = {
    "question_empty": (
        _("The search asks for nothing."),
        _("Write a name, a document number, a telephone number or a reference."),
    ),
    "years_malformed": (
        _("“{text}” is neither an age nor a year of birth."),
        _("Write an age such as 34, or a year such as 1990."),
    ),
    "search_first": (
        _("{count} people registered already look like this one."),
        _("Look at them first; register only somebody who is none of them."),
    ),
}
_BATCHES = {
    "batch_not_accepted": (_("This batch has not been accepted."), _("Review and accept it first.")),
    "record_withdrawn": (_("{reference} has been withdrawn."), _("Look for the registration that is still active.")),
}
_STATUS = {"search_first": 409, "already_member": 409, "two_operations": 409, "batch_not_accepted": 409}
_STATUS |= {"record_withdrawn": 409, "place_out_of_reach": 403, "operation_unknown": 404}

# Numbers 1000–1029; the code of a problem keeps its number for ever, so new ones go to the end of a group's range.
PROBLEMS = declare_problems(
    {
        f"registry.{name}": ProblemKind(first + place, _STATUS.get(name, 422), message, mend)
        for first, group in ((1000, _REGISTERING), (1018, _SEARCHING), (1024, _BATCHES))
        for place, (name, (message, mend)) in enumerate(group.items())
    }
)
