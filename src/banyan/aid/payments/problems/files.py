"""What can be wrong with files to providers and with what comes back. Numbers 1445–1459."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# The code of a problem keeps its number for ever, so new ones go to the end.
_FILES = {
    "file_state": (
        _("No file is made of a plan that is {state}."),
        _("Have the plan released first; files are made before anything is reported."),
    ),
    "file_kind": (_("In kind is not paid by a provider's file."), _("Plan distributions instead.")),
    "accounts_missing": (
        _("{count} of the collectors have no account for this way of paying."),
        _(
            "Write down their accounts and take them into the plan, or choose another way of paying. The first: {first}."
        ),
    ),
    "debtor_missing": (
        _("The provider has no account from which it is paid."),
        _("Write down whose account is debited, and its number."),
    ),
    "lines_unseen": (
        _("{count} lines of this plan lie outside your area or cannot be read."),
        _("Ask somebody who reaches all of them."),
    ),
    "statement_unreadable": (
        _("The file cannot be read: {reason}."),
        _("Save it as XLSX, CSV or the bank's XML, and load it again."),
    ),
    "statement_mapped": (_("This file is being read already."), _("Load the page again and look at its rows.")),
    "column_absent": (_("The file has no column “{column}”."), _("Choose among the columns of the file.")),
    "mapping_without_key": (
        _("No column says which transfer a row is about."),
        _("Choose the column with the number of the transfer, or with the account."),
    ),
    "mapping_without_outcome": (
        _("No column says what became of a transfer."),
        _("Choose the column with the amount paid, or with the outcome."),
    ),
    "word_unknown": (_("“{word}” is not an outcome."), _("Choose among: {known}.")),
    "mapping_odd": (_("The way in which days or amounts are written is unknown."), _("Days: {days}.")),
    "row_decided": (_("Somebody has decided on this row already."), _("Load it again and see what was decided.")),
    "row_unfit": (
        _("This row cannot be recorded of that line."),
        _("Look at its currency, at the state of the plan, and at what was paid of the line before."),
    ),
    "row_unread": (
        _("Nobody knows yet what this row says."),
        _("Say the outcome, the amount and the day, as the provider confirms them."),
    ),
}
_STATUS = {"file_state": 409, "statement_mapped": 409, "row_decided": 409}

PROBLEMS = declare_problems(
    {
        f"payments.{name}": ProblemKind(1445 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_FILES.items())
    }
)
