"""What can be wrong with enrolments and appeals."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1325–1349; the code of a problem keeps its number for ever, so new ones go to the end.
_KINDS = {
    "enrolment_state": (
        _("This enrolment is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
    "appeal_state": (
        _("This appeal is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
}
_STATUS = {"enrolment_state": 409, "appeal_state": 409}

PROBLEMS = declare_problems(
    {
        f"programmes.{name}": ProblemKind(1325 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_KINDS.items())
    }
)
