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
# Photos, exports, cards, consent: 1060–1089.
_PAGES = {
    "photo_too_large": (
        _("The photo is larger than {limit} MB."),
        _("Take it with a lower resolution, or send it through the camera of this page."),
    ),
    "photo_not_readable": (
        _("The file is not a photo that can be read."),
        _("Send a JPEG, PNG or WebP, as telephones make them."),
    ),
    "photo_too_many_points": (
        _("The photo has more than {limit} million points."),
        _("Take it with a lower resolution."),
    ),
    "photo_too_small": (
        _("The photo is smaller than {smallest} points."),
        _("Take it from nearer, so that the face can be recognised."),
    ),
    "purpose_missing": (
        _("No purpose was given."),
        _("Say what you need it for; it is written into the log of reads."),
    ),
    "export_too_many": (
        _("The export has {count} rows; at most {limit} may leave in one file."),
        _("Narrow the filters, for example to one place, or ask your data protection officer."),
    ),
    "export_over": (_("This file is no longer there."), _("Files of exports are kept for seven days. Export again.")),
    "fonts_missing": (
        _("Cards cannot be printed: the fonts are not installed."),
        _("Ask an administrator to build the front end."),
    ),
    "purpose_unknown": (_("“{purpose}” is not a purpose that notices name."), _("Choose from the list.")),
    "notice_over": (_("This agreement has been withdrawn already."), _("Load the page again.")),
    "notice_date_ahead": (_("The date {date} lies ahead."), _("Write the day on which the notice was given.")),
    "card_household_empty": (
        _("This household has no members to print."),
        _("Look for the household in which they are now."),
    ),
    "legal_basis_unknown": (_("“{basis}” is not a legal basis."), _("Choose from the list.")),
    "filter_unreadable": (_("A filter is not understood: {message}"), _("Load the list again and choose anew.")),
}
_STATUS = {"export_over": 410, "export_too_many": 422, "fonts_missing": 503, "notice_over": 409}
_STATUS |= {"search_first": 409, "already_member": 409, "two_operations": 409, "batch_not_accepted": 409}
_STATUS |= {"record_withdrawn": 409, "place_out_of_reach": 403, "operation_unknown": 404}

# Numbers 1000–1029 and 1060–1089; the code of a problem keeps its number for ever, so new ones go to the end of a group's range.
PROBLEMS = declare_problems(
    {
        f"registry.{name}": ProblemKind(first + place, _STATUS.get(name, 422), message, mend)
        for first, group in ((1000, _REGISTERING), (1018, _SEARCHING), (1024, _BATCHES), (1060, _PAGES))
        for place, (name, (message, mend)) in enumerate(group.items())
    }
)
