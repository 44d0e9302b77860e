"""What can be wrong with entitlements."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1375–1399; the code of a problem keeps its number for ever, so new ones go to the end.
_KINDS = {
    "entitlement_state": (
        _("This computation is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
}
_STATUS = {"entitlement_state": 409}

PROBLEMS = declare_problems(
    {
        f"programmes.{name}": ProblemKind(1375 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_KINDS.items())
    }
)
