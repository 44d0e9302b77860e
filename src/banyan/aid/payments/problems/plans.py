"""What can be wrong with payment plans, their lines and their approvals. Numbers 1400–1424."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_AGAIN = _("Load it again and see what can be done.")
_OUTSIDE = _("Assign another provider, or leave these lines out and pay them by another plan.")
# The code of a problem keeps its number for ever, so new ones go to the end.
_PLANS = {
    "plan_state": (_("This plan is {state}; that step does not fit."), _AGAIN),
    "plan_moved": (_("The plan has changed since you opened it."), _("Load it again and look at it before you go on.")),
    "plan_stale": (
        _("The lines are not those that were approved."),
        _("Send the plan back; whoever approves it looks at the lines as they are now."),
    ),
    "plan_empty": (
        _("Nobody would be paid by this plan."),
        _("Choose approved entitlements that are not paid yet, or lift holds."),
    ),
    "plan_unready": (_("The lines of this plan are not made yet."), _("Wait until they are; the work goes on by itself.")),
    "own_plan": (
        _("You have another part in this plan already, so this step is not yours."),
        _("Ask somebody who did not prepare, approve or authorise it."),
    ),
    "approved_twice": (_("You have given your word on these lines already."), _("Somebody else has to give the next one.")),
    "reason_missing": (_("No reason was given."), _("Say in a few words why; others will read it.")),
    "run_unapproved": (_("These entitlements are not approved."), _("Have them approved first.")),
    "pay_days": (_("The plan would be paid until {until}, before it begins on {first}."), _("Correct one of the days.")),
    "provider_missing": (_("No provider is assigned."), _("Assign a provider and a mechanism.")),
    "budget_missing": (_("No budget line is named."), _("Name the budget lines of the programme that pay for it.")),
    "budget_foreign": (
        _("The budget line {code} belongs to another programme."),
        _("Choose among the budget lines of the plan's programme."),
    ),
    "rate_missing": (
        _("A rate from {first} to {second} is needed."),
        _("Write how many {second} one {first} is worth, and on which day."),
    ),
    "lines_unsettled": (
        _("Of {count} lines nobody knows yet whether they arrived."),
        _("Load what the provider reports, or record them as failed or unclaimed."),
    ),
    "nothing_failed": (
        _("No line of this plan can be paid again."),
        _("Only what failed, came back, was not claimed or arrived in part can follow."),
    ),
    "line_unknown": (_("{count} lines do not belong to this plan, or lie outside your area."), _AGAIN),
    "line_paid_elsewhere": (
        _("{count} lines have been paid by another plan meanwhile."),
        _("Send the plan back: they are left out of it then, and it is approved anew."),
    ),
    "hold_days": (_("The hold would end on {until}, before it begins on {first}."), _("Correct one of the days.")),
    "hold_over": (_("This hold is over."), _AGAIN),
    "band_unfit": (
        _("From {least} to {most} people approve, and as many authorise."),
        _("Write numbers in these bounds, and one band that begins at nothing."),
    ),
    "lines_below": (_("{count} lines are below {limit} {currency}, the smallest transfer of {provider}."), _OUTSIDE),
    "lines_above": (_("{count} lines are above {limit} {currency}, the largest transfer of {provider}."), _OUTSIDE),
    "plan_unsent": (
        _("This answers to a file of {plan}, of which nobody has said yet that it was sent."),
        _("Mark the plan as sent, then load the file again."),
    ),
}  # fmt: skip
_STATUS = {"own_plan": 403, "approved_twice": 403}
_STATUS |= dict.fromkeys(
    ("plan_state", "plan_moved", "plan_stale", "plan_unready", "run_unapproved", "lines_unsettled", "line_paid_elsewhere", "hold_over",
     "plan_unsent"), 409
)  # fmt: skip

PROBLEMS = declare_problems(
    {
        f"payments.{name}": ProblemKind(1400 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_PLANS.items())
    }
)
