"""What can be wrong with sanctions lists and with decisions about hits. Numbers 1240–1259."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_LISTS = {
    "list_unreadable": (
        _("The list cannot be read: {reason}."),
        _("Download it again from who publishes it, as XML, and upload it unchanged."),
    ),
    "list_unknown": (
        _("This is none of the lists that can be read: it begins with “{found}”."),
        _("Upload the consolidated list of the UN or the EU as XML, SDN.XML of OFAC, or a workbook of your own."),
    ),
    "list_empty": (
        _("There is nobody on this list."),
        _("Make sure that the file is whole; a list with organisations only is of no use here."),
    ),
    "list_too_large": (
        _("The file has {megabytes} megabytes; {most} can be taken."),
        _("Upload the list itself, not an archive of several."),
    ),
    "list_older": (
        _("This list was made on {made}; the one in use was made on {live}."),
        _("Download the newest list."),
    ),
    "list_shrunk": (
        _("{gone} of {all} entries are not on this list any more. That is more than usual."),
        _("Make sure that the file is whole; if it is right, say so and load it again."),
    ),
    "list_column_missing": (
        _("No column holds names."),
        _("Name the columns in the first row: “name”, or “first name”, “second name” and so on."),
    ),
    # From here on what is doubtful in a list that is taken all the same.
    "entry_unnamed": (
        _("Entry {entry} has no name, so nobody can be compared with it."),
        _("Ask who publishes the list, or compare by its documents."),
    ),
    "entry_twice": (
        _("Entry {entry} stands on the list twice; the first one counts."),
        _("Compare the two by hand."),
    ),
    "entry_date": (
        _("Entry {entry}: “{text}” is no date that can be read."),
        _("It is left out; the other dates of the entry count."),
    ),
    "entry_country": (
        _("Entry {entry}: the country “{text}” is not known."),
        _("It is left out; nationality counts for little in a comparison."),
    ),
}
_HITS = {
    "hit_state": (_("This hit is {state}; that step does not fit."), _("Load it again and see what can be done.")),
    "hit_own": (
        _("You escalated this hit, so you cannot decide on it."),
        _("Ask a colleague who may confirm hits."),
    ),
    "hit_reason": (_("The reason is missing."), _("Say in a few words what you compared, and where you looked.")),
    "hit_moved": (
        _("Somebody decided on this hit meanwhile, or what it is about has changed."),
        _("Load it again before deciding."),
    ),
    "person_unknown": (
        _("Nobody within your reach is registered as {reference}."),
        _("Check the reference on the person's card or page."),
    ),
}
_STATUS = {"list_too_large": 413, "list_older": 409, "list_shrunk": 409}
_STATUS |= {"hit_state": 409, "hit_own": 403, "hit_moved": 409}

PROBLEMS = declare_problems(
    {
        f"linkage.{name}": ProblemKind(first + place, _STATUS.get(name, 422), message, mend)
        for first, group in ((1240, _LISTS), (1252, _HITS))
        for place, (name, (message, mend)) in enumerate(group.items())
    }
)
