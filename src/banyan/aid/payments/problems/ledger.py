"""What can be wrong with money and with what is recorded of lines. Numbers 1425–1429."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# The code of a problem keeps its number for ever, so new ones go to the end.
_LEDGER = {
    "funds_short": (
        _("The budget line {code} has {left} {currency} left; {needed} {currency} are needed."),
        _("Name a further budget line, or have the budget raised."),
    ),
    "outcome_unknown": (
        _("“{outcome}” is no outcome of a payment."),
        _("Say delivered, partial, returned, failed or unclaimed."),
    ),
    "outcome_amount": (_("An outcome of {amount} is not possible."), _("Write an amount above nothing.")),
}
_STATUS = {"funds_short": 409}

PROBLEMS = declare_problems(
    {
        f"payments.{name}": ProblemKind(1425 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_LEDGER.items())
    }
)
