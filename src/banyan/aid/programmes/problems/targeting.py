"""What can be wrong with targeting."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1350–1374; the code of a problem keeps its number for ever, so new ones go to the end.
_KINDS = {
    "targeting_state": (
        _("This targeting is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
    "targeting_too_long": (
        _("There are more than {rules} rules, or more than {lines} lines of the score."),
        _("Join rules, or make two targetings of it."),
    ),
    "rule_unnamed": (
        _("A rule or a line of the score has no name."),
        _("Name it in a few words: reasons and results are told by that name."),
    ),
    "number_odd": (
        _("“{number}” is not a number that can be used here."),
        _("Write a number with at most four decimals, for example 1.5."),
    ),
    "threshold_without_score": (
        _("There is a threshold, but no score to compare with it."),
        _("Write at least one line of the score, or take the threshold away."),
    ),
    "nothing_asked": (
        _("This targeting asks nothing: it has no rule, no threshold, and nobody on a list to be included."),
        _("Write a rule, a score with a threshold, or add those who are to be included."),
    ),
    "run_stale": (
        _("This run has not finished, or rules or lists have changed since."),
        _("Run the targeting again, look at the result, and then propose it."),
    ),
    "targeting_own": (
        _("You proposed this targeting or wrote it, so you cannot approve it."),
        _("Ask somebody else who may approve targeting."),
    ),
    "run_unapproved": (
        _("This run has not been approved."),
        _("Propose it, and ask somebody else to approve it."),
    ),
    "list_unreadable": (
        _("The list cannot be read: {reason}."),
        _("Save it as XLSX or CSV with the references in the first column."),
    ),
    "list_unknown": (
        _("No registration that is open is called {reference} within your reach."),
        _("Look for slips of the finger, and whether it belongs to this operation and to this kind of programme."),
    ),
    "list_twice": (_("{reference} stands in the list more than once."), _("Keep one of the rows.")),
    "runs_apart": (
        _(
            "These two runs cannot be compared: they are of different operations, or one is of households and one of people."
        ),
        _("Choose two runs over the same records."),
    ),
}
_STATUS = {"targeting_state": 409, "run_stale": 409, "targeting_own": 403, "run_unapproved": 409}

PROBLEMS = declare_problems(
    {
        f"programmes.{name}": ProblemKind(1350 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_KINDS.items())
    }
)
