"""What can be wrong with distributions, stock and verification."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1460–1499; the code of a problem keeps its number for ever, so new ones go to the end.
_CASES = {
    "distribution_state": (
        _("This distribution is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
    "distribution_plan": (
        _("Nothing of this plan can be handed out now."),
        _("Choose a released plan in kind or of vouchers."),
    ),
    "distribution_empty": (
        _("No line of the plan is free for this site and these places."),
        _("Look at the places chosen, and at the distributions planned already."),
    ),
    "distribution_full": (_("More than {most} lines do not fit into one day."), _("Write a number from 1 to {most}.")),
    "distribution_stranger": (
        _("This card is not on the list of this distribution."),
        _("Look whether the household is listed at another site or day."),
    ),
    "site_taken": (_("There is a site with the code {code} already."), _("Choose another code.")),
    "site_open": (_("Distributions at this site are not closed yet."), _("Close or cancel them first.")),
    "stock_short": (_("Only {left} {unit} of {item} lie at this site."), _("Take in stock first, or hand out less.")),
    "stock_quantity": (_("{quantity} is not a quantity."), _("Write a number above nothing, with at most four decimals.")),
    "stock_same": (_("The stock lies at this site already."), _("Choose another site.")),
    "handing_unknown": (_("A line is named that is not due here."), _("Load the page again.")),
    "handing_quantity": (_("{quantity} is not a quantity."), _("Write a number, with at most four decimals.")),
    "handing_more": (_("Only {left} {unit} of {item} are still due."), _("Hand out no more than is due.")),
    "handing_nothing": (_("Nothing was handed out."), _("Write a quantity at one of the items.")),
    "handing_who": (_("It is not said who came."), _("Choose collector, alternate or somebody they sent.")),
    "handing_proxy": (_("The name of who came is missing."), _("Write the name as it stands in their papers.")),
    "handing_proof": (
        _("Somebody who was sent signs or is photographed."),
        _("Let them sign, or take a photo."),
    ),
    "handing_over": (_("This was handed back already."), _("Load it again.")),
    "handing_held": (_("Payments to this household are held: {reason}"), _("Ask who put the hold.")),
    "verification_plan": (_("Nothing of this plan was delivered yet."), _("Verify it when something has arrived.")),
    "verification_closed": (_("This verification is closed."), _("Start another one.")),
    "verification_margin": (
        _("A margin of {margin} % or a confidence of {confidence} % is not possible."),
        _("Choose a margin between {least} and {most} % and one of the confidences offered."),
    ),
    "verification_own": (
        _("You handed this out yourself."),
        _("Somebody else asks whether it arrived."),
    ),
    "verification_outcome": (_("“{outcome}” is not an outcome."), _("Choose one of those the page shows.")),
    "verification_said": (
        _("The outcome and the quantity do not fit each other."),
        _("Write what they say they got: less than recorded, or leave it empty."),
    ),
    "verification_settled": (_("There is nothing to settle here."), _("Load it again.")),
    "verification_waiting": (_("{count} lines have no outcome yet."), _("Enter the outcome of each, also of those nobody reached.")),
    "gateway_missing": (
        _("No gateway for text messages is set up."),
        _("Ask by telephone or visit, or ask an administrator for a gateway."),
    ),
    "proof_size": (_("The signature cannot be read."), _("Let them sign again, or take a photo.")),
}  # fmt: skip
_STATUS = {
    "distribution_state": 409, "site_taken": 409, "site_open": 409, "stock_short": 409, "handing_over": 409, "handing_held": 409,
    "verification_closed": 409, "verification_own": 403, "verification_settled": 409, "verification_waiting": 409,
    "distribution_stranger": 404, "gateway_missing": 503,
}  # fmt: skip

PROBLEMS = declare_problems(
    {
        f"payments.{name}": ProblemKind(1460 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_CASES.items())
    }
)
