"""What can be wrong when registrations are compared and cases are decided."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1200–1229; the code of a problem keeps its number for ever, so new ones go to the end.
_CASES = {
    "case_state": (_("This case is {state}; that step does not fit."), _("Load it again and see what can be done.")),
    "case_moved": (
        _("The case has changed since you opened it."),
        _("Load it again and look at all the records before you decide."),
    ),
    "reason_missing": (_("No reason was given."), _("Say in a few words why; others will read it.")),
    "own_proposal": (
        _("You proposed this merge, so you cannot confirm it."),
        _("Ask somebody else who may confirm merges."),
    ),
    "partition_strangers": (
        _("{count} of the records named do not belong to this case."),
        _("Load the case again and sort the records that it shows."),
    ),
    "partition_twice": (
        _("{count} records stand in two groups at once."),
        _("Put each record into one group."),
    ),
    "partition_apart": (_("Nobody would be merged."), _("Say that they are different people, or put the case aside.")),
    "survivor_elsewhere": (
        _("The record to stay is not in its group."),
        _("Choose one of the records that are merged."),
    ),
    "field_unknown": (_("There is nothing called “{field}” to choose."), _("Choose among the fields that the page shows.")),
    "across_operations": (
        _("A person is registered once in each operation: nothing is merged across operations."),
        _("Note them as the same person; each operation keeps its record."),
    ),
    "until_past": (_("{day} does not lie ahead."), _("Choose a day from tomorrow on, at most {most} days ahead.")),
    "assignee_unfit": (_("This person may not see the case."), _("Choose somebody whose area includes all its records.")),
    "nothing_waiting": (_("No open case is waiting for you."), _("Look at the filters, or at what waits for a second person.")),
    "model_state": (_("This model is {state}; that step does not fit."), _("Load it again and see what can be done.")),
    "run_busy": (
        _("A comparison of this operation is running already."),
        _("Wait until it has finished; what changed meanwhile is compared next."),
    ),
    "merge_undone": (_("The merges of this case have been undone."), _("Load the case again.")),
    "days_odd": (_("A target of {days} days is not possible."), _("Write a number of days from 1 to {most}.")),
    "person_gone": (
        _("{count} of the records are not in the register any more as they were."),
        _("Load the case again; what is left of it is compared anew."),
    ),
}  # fmt: skip
_STATUS = {"case_state": 409, "case_moved": 409, "own_proposal": 403, "model_state": 409, "run_busy": 409}
_STATUS |= {"merge_undone": 409, "person_gone": 409, "nothing_waiting": 404}

PROBLEMS = declare_problems(
    {
        f"linkage.{name}": ProblemKind(1200 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_CASES.items())
    }
)
