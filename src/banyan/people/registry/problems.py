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
_CHANGING = {
    "change_value_missing": (_("“{field}” is empty."), _("Fill it in.")),
    "change_value_malformed": (
        _("“{field}” is not written as it is read here."),
        _("Compare it with the API reference."),
    ),
    "change_field_unknown": (_("There is nothing called “{field}” to change."), _("Leave it out, or check its name.")),
    "change_day_partial": (_("“{text}” is not a whole day."), _("Write year, month and day: 1990-05-03.")),
    "change_day_ahead": (_("{day} lies ahead."), _("Write a day up to today.")),
    "change_day_early": (_("{day} lies before {since}, since when this holds."), _("Write a day from then on.")),
    "change_dates_swapped": (_("{earlier} comes after {later}, and should come before it."), _("Check both dates.")),
    "change_email_malformed": (_("“{text}” is not an e-mail address."), _("Write it as name@example.org.")),
    "change_phone_malformed": (
        _("“{text}” is not a telephone number."),
        _("Write it with the country: +95 9 123 456 789."),
    ),
    "change_phone_known": (_("The person already has the number {number}."), _("Nothing needs to be added.")),
    "change_number_malformed": (_("“{text}” is not a number from {lowest} to {highest}."), _("Check it.")),
    "change_need_known": (_("This need is noted already."), _("Correct the one that is noted.")),
    "change_record_missing": (
        _("The record is not there, or lies outside what you may see."),
        _("Search for it and choose it from the list."),
    ),
    "change_part_missing": (_("The record has no such entry."), _("Load the record again and choose the entry there.")),
    "change_record_closed": (_("{reference} is closed."), _("Reactivate it first.")),
    "change_active_already": (_("{reference} is active."), _("Nothing needs to be done.")),
    "change_nothing": (_("This changes nothing: the register says so already."), _("Change at least one value.")),
    "change_not_a_member": (
        _("{reference} does not belong to this household."),
        _("Look at the household as it is now and choose one of its members."),
    ),
    "change_same_household": (_("This is the same household."), _("Choose another household.")),
    "change_head_already": (_("This person is the head already."), _("Choose another member.")),
    "change_head_needed": (
        _("The household would have no head."),
        _("Choose who is the head from then on, among those who stay."),
    ),
    "change_head_twice": (
        _("Only the head has the relationship “head”, and only one member is it."),
        _("Choose another relationship, or ask for another head."),
    ),
    "change_head_elsewhere": (_("The head of the new household is not among its members."), _("Choose one of them.")),
    "change_household_emptied": (
        _("Nobody would be left in household {reference}."),
        _("Say that the household closes with this, or choose another change."),
    ),
    "change_split_whole": (
        _("Everybody would leave."),
        _("Leave at least one member, or correct the household instead."),
    ),
    "change_state": (
        _("This request is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
    "change_own": (
        _("You took part in writing this request, so you cannot decide on it."),
        _("Ask somebody else who may approve."),
    ),
    "change_role": (
        _("In this operation that takes one of the roles: {roles}."),
        _("Ask somebody who has it, or ask for the rule to be changed."),
    ),
    "change_moved": (
        _("While you were writing, somebody else changed: {fields}."),
        _("Look at both values and choose."),
    ),
    "change_evidence": (_("{message}"), _("Attach a photograph, a PDF or a text of up to 10 MB.")),
}
_QUALITY = {
    "pair_of_one": (_("That is one and the same registration."), _("Choose two registrations.")),
    "pair_apart": (
        _("The two people are registered in different operations."),
        _("Suspected duplicates are noted within one operation."),
    ),
    "pair_decided": (_("Somebody decided on this pair already."), _("Note the pair again if that was wrong.")),
    "card_stopped": (
        _("No card is given out while something basic is wrong: {checks}."),
        _(
            "Mend the record, or ask for the gate to be opened; somebody else confirms it. Aid does not depend on the card."
        ),
    ),
    "pair_unknown": (
        _("Nobody with the reference {reference} is registered, or in your reach."),
        _("Copy the reference from the other person's page."),
    ),
}
_MERGING = {
    "merge_by_one": (
        _("Two people decide on a merge: whoever asks for it does not confirm it."),
        _("Ask somebody else who may merge registrations to look at both and confirm."),
    ),
    "merge_of_one": (
        _("A merge takes two or more registrations, each named once."),
        _("Choose the one that stands and the others that lead to it."),
    ),
    "merge_apart": (
        _("The registrations belong to different operations."),
        _("People are registered once in each operation; only registrations of one operation are merged."),
    ),
    "record_merged": (
        _("{reference} has been merged into {survivor}."),
        _("Open the registration that stands, or undo that merge first."),
    ),
    "merge_undone": (_("This merge has been undone already."), _("Load the page again.")),
    "merge_later": (
        _("{reference} has itself been merged since, into {survivor}."),
        _("Undo the later merge first."),
    ),
    "merge_field_unknown": (
        _("“{field}” is not a value that is chosen in a merge, or not of one of these registrations."),
        _("Choose for each value one of the registrations to be merged."),
    ),
    "merge_out_of_reach": (
        _("Some of what belongs to {reference} lies where you may not change anything."),
        _("Ask somebody whose area includes the households of all these registrations."),
    ),
}
_STATUS = {"export_over": 410, "export_too_many": 422, "fonts_missing": 503, "notice_over": 409}
_STATUS |= {"search_first": 409, "already_member": 409, "two_operations": 409, "batch_not_accepted": 409}
_STATUS |= {"pair_decided": 409, "card_stopped": 409}
_STATUS |= {"record_withdrawn": 409, "place_out_of_reach": 403, "operation_unknown": 404}
_STATUS |= {"change_state": 409, "change_moved": 409, "change_own": 403, "change_role": 403}

_STATUS |= {
    "merge_by_one": 403,
    "merge_out_of_reach": 403,
    "record_merged": 409,
    "merge_undone": 409,
    "merge_later": 409,
}

# Numbers 1000–1099; the code of a problem keeps its number for ever, so new ones go to the end of a group's range.
PROBLEMS = declare_problems(
    {
        f"registry.{name}": ProblemKind(first + place, _STATUS.get(name, 422), message, mend)
        for first, group in (
            (1000, _REGISTERING),
            (1018, _SEARCHING),
            (1024, _BATCHES),
            (1030, _CHANGING),
            (1060, _PAGES),
            (1080, _QUALITY),
            (1090, _MERGING),
        )
        for place, (name, (message, mend)) in enumerate(group.items())
    }
)
