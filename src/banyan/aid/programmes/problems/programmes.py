"""What can be wrong with programmes, cycles, packages and prices."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1300–1324; the code of a problem keeps its number for ever, so new ones go to the end.
_KINDS = {
    "programme_state": (
        _("This programme is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
    "cycle_state": (_("This cycle is {state}; that step does not fit."), _("Load it again and see what can be done.")),
    "package_state": (
        _("This package is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
}
_STATUS = {"programme_state": 409, "cycle_state": 409, "package_state": 409}

PROBLEMS = declare_problems(
    {
        f"programmes.{name}": ProblemKind(1300 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_KINDS.items())
    }
)
