"""What can be wrong when quality is checked, judged and mended, with how to mend it."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_CHECKS = {
    "check_unknown": (_("There is no check called {key} here."), _("Choose one of the list of checks.")),
    "no_bit_left": (
        _("No more than {most} checks of one kind of record can be live at once."),
        _("Retire a check that is no longer needed."),
    ),
    "breakdown_unknown": (
        _("Scores are not broken down by {by}."),
        _("Choose place, site, interviewer or source."),
    ),
    "target_impossible": (
        _("A target lies above 0 and at most at 100; a weight lies above 0."),
        _("Write the target in per cent, for example 95."),
    ),
    "param_unreadable": (
        _("“{value}” is no value for “{name}”."),
        _("Write a value of the kind that the check asks for."),
    ),
    "field_unknown": (
        _("“{name}” is no field that can be made mandatory."),
        _("Choose fields of the list."),
    ),
}
_DECISIONS = {
    "reason_missing": (_("The reason is missing."), _("Say in a few words why; whoever looks next will need it.")),
    "expiry_impossible": (
        _("A waiver ends between tomorrow and in {most} days."),
        _("Choose a day within that time; a waiver can be given again."),
    ),
    "not_failing": (
        _("None of these records fails this check."),
        _("Load the list again; they may have been mended meanwhile."),
    ),
    "waiver_over": (_("This waiver has ended already."), _("Load the list again.")),
    "assignee_unknown": (
        _("This person does not work on findings here."),
        _("Choose somebody of the list, or ask for a role for this person."),
    ),
    "nothing_stops": (
        _("No check stops this record."),
        _("Go on; no override is needed."),
    ),
    "override_days": (
        _("An override holds from 1 to {most} days."),
        _("Choose as few days as the work takes."),
    ),
    "override_own": (
        _("You asked for this override, so you cannot decide on it."),
        _("Ask somebody else who may open gates."),
    ),
    "override_state": (_("This override is {state}; that step does not fit."), _("Load it again.")),
    "gate_closed": (
        _("{count} records are stopped by checks: {checks}."),
        _("Mend what the checks name, or ask for an override."),
    ),
    "nothing_chosen": (
        _("No record was chosen."),
        _("Tick at least one record, or choose all that the filters leave."),
    ),
    "too_many_chosen": (_("More than {most} records were chosen."), _("Narrow the list by filters, and choose again.")),
    "mend_unknown": (
        _("This cannot be mended here."),
        _("Open the record and propose a change."),
    ),
}
_OWN = {
    "own_key_taken": (_("A check is called {key} already."), _("Choose another key.")),
    "own_key_malformed": (
        _("“{key}” cannot be a key."),
        _("Write small letters, digits and _, beginning with a letter, at most 40."),
    ),
    "own_incomplete": (
        _("A check needs a name, a subject, a dimension and a predicate."),
        _("Fill in what is missing."),
    ),
    "own_state": (_("This version is {state}; that step does not fit."), _("Load it again and see what can be done.")),
    "own_maker": (
        _("You wrote this version, so you cannot set it live."),
        _("Ask somebody else who may publish checks."),
    ),
}
_EXERCISES = {
    "exercise_empty": (
        _("These checks find no record to verify."),
        _("Choose other checks, or be glad."),
    ),
    "exercise_size": (
        _("An exercise has from 1 to {most} records."),
        _("Choose a size that people can visit."),
    ),
    "exercise_closed": (_("This exercise is closed."), _("Make a new one.")),
    "outcome_unknown": (_("“{outcome}” is no outcome."), _("Choose one of the list.")),
}
_STATUS = {"check_unknown": 404, "waiver_over": 409, "override_own": 403, "override_state": 409, "gate_closed": 409}
_STATUS |= {"own_state": 409, "own_maker": 403, "own_key_taken": 409, "exercise_closed": 409, "nothing_stops": 409}
_STATUS |= {"not_failing": 409}

# Numbers 1150–1199; the code of a problem keeps its number for ever, so new ones go to the end of a group's range.
PROBLEMS = declare_problems(
    {
        f"quality.{name}": ProblemKind(first + place, _STATUS.get(name, 422), message, mend)
        for first, group in ((1150, _CHECKS), (1160, _DECISIONS), (1175, _OWN), (1185, _EXERCISES))
        for place, (name, (message, mend)) in enumerate(group.items())
    }
)
