"""What may be doubtful in files that could be read, and what can go wrong on the way from a KoBo server (920–949)."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_NOTES = {
    "encoding_guessed": (
        _("The file is not UTF-8; it was read as {value}."),
        _("Look at the names below; save the file as UTF-8 if they are wrong."),
    ),
    "sheet_without_data": (
        _("The sheet “{value}” holds no rows of data and is left out."),
        _("Nothing to do, unless you expected rows there."),
    ),
    "hidden_sheet": (
        _("The sheet “{value}” is hidden in the workbook and was read nevertheless."),
        _("Leave the table out below if it should not be taken."),
    ),
    "formula_cells": (
        _("{count} cells hold formulas (first: {value}); the values last calculated are read."),
        _("Open the workbook, let it calculate and save it again if they may be out of date."),
    ),
    "error_cells": (
        _("{count} cells show an error instead of a value (first: {value})."),
        _("Mend the formula in the workbook and upload it again, or correct the values in the review."),
    ),
    "encrypted_submission": (
        _("The submission {value} is encrypted. It is kept as it came, but cannot be read here."),
        _("Decrypt it with the private key of the form (ODK Central or ODK Briefcase) and upload the result."),
    ),
    "file_unread": (
        _("The file “{file}” could not be read: {reason}"),
        _("Mend it and upload it again; the other files were read."),
    ),
    "repeated_answer": (
        _("The question {value} is answered {count} times in one submission; all answers are kept, parted by “;”."),
        _("Look at the form: a question that may have several answers belongs in a repeat."),
    ),
    "attachment_left": (
        _("The attachment “{value}” was not taken: {reason}"),
        _("Upload it apart, in a smaller size."),
    ),
    "characters_removed": (
        _("“{file}” held control characters that no text may hold; they were left out."),
        _("Nothing to do, unless a value looks wrong."),
    ),
}


def _declared() -> dict[str, ProblemKind]:
    return {
        f"collection.{name}": ProblemKind(number=number, status=422, message=message, mend=mend)
        for number, (name, (message, mend)) in enumerate(_NOTES.items(), 920)
    }


PROBLEMS = declare_problems(
    {
        **_declared(),
        "collection.kobo_unreachable": ProblemKind(
            number=930,
            status=503,
            message=_("The server {server} cannot be reached: {reason}"),
            mend=_("Check the address and try again; what was fetched so far is kept."),
        ),
        "collection.kobo_refused": ProblemKind(
            number=931,
            status=422,
            message=_("The server {server} does not accept the token, or the token may not read this form."),
            mend=_("Take a new token from your account on that server and write it into the source."),
        ),
        "collection.kobo_unexpected": ProblemKind(
            number=932,
            status=422,
            message=_("The server {server} answered something that is not KoBo’s API: {reason}"),
            mend=_("Check the address and the asset of the source."),
        ),
        "collection.server_forbidden": ProblemKind(
            number=933,
            status=422,
            message=_("The address {server} may not be asked: {reason}"),
            mend=_("Give the public https address of the KoBo server, or ask your administrator to allow this one."),
        ),
        "collection.source_incomplete": ProblemKind(
            number=934,
            status=422,
            message=_("The source lacks: {what}."),
            mend=_("Open the source and fill it in."),
        ),
        "collection.hook_refused": ProblemKind(
            number=935,
            status=404,
            message=_("There is no such address."),
            mend=_("Copy the address of the hook from the page of the source again."),
        ),
        "collection.hook_unreadable": ProblemKind(
            number=936,
            status=422,
            message=_("What was sent is no submission: {reason}"),
            mend=_("Send one submission as JSON or XML, as KoBo’s REST services do."),
        ),
        "collection.submissions_gone": ProblemKind(
            number=937,
            status=422,
            message=_("{count} submissions fetched earlier are no longer on the server."),
            mend=_("Ask who deleted them; what was registered from them stays until somebody changes it."),
        ),
        "collection.mapping_unknown": ProblemKind(
            number=938,
            status=422,
            message=_("“{value}” is not a field a column can feed."),
            mend=_("Choose one from the list."),
        ),
        "collection.mapping_twice": ProblemKind(
            number=939,
            status=422,
            message=_("Two columns of “{table}” feed {value}: {columns}."),
            mend=_("Keep one of them and let the other be kept as it is, or be left out."),
        ),
        "collection.mapping_nothing": ProblemKind(
            number=940,
            status=422,
            message=_("No table is said to hold households or people."),
            mend=_("Say for at least one table what its rows are."),
        ),
    }
)  # fmt: skip
