"""What can be wrong with programmes, cycles, packages and prices."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_AGAIN = _("Load it again and see what can be done.")
# Numbers 1300–1324; the code of a problem keeps its number for ever, so new ones go to the end.
_KINDS = {
    "programme_state": (_("This programme is {state}; that step does not fit."), _AGAIN),
    "cycle_state": (_("This cycle is {state}; that step does not fit."), _AGAIN),
    "package_state": (_("This package is {state}; that step does not fit."), _AGAIN),
    "missing": (_("Something has to stand here."), _("Fill it in.")),
    "code_odd": (
        _("“{code}” cannot be a code."),
        _("Begin with a letter and use only {allowed}, at most {most} characters."),
    ),
    "code_taken": (_("There is already one with the code “{code}”."), _("Use another code, or change that one.")),
    "choice_unknown": (_("“{value}” is not among the choices."), _("Choose one of: {choices}.")),
    "days_reversed": (_("The last day lies before the first day."), _("Choose a last day on or after the first day.")),
    "cycle_outside": (_("The cycle does not lie within the days of the programme."), _("Choose days from {first} to {last}.")),
    "cycles_overlap": (
        _("These days belong to the cycle “{name}” already."),
        _("Choose days that no other cycle has: nobody is entitled twice for one day."),
    ),
    "moved": (_("The programme has changed since you opened it."), _("Load it again before you change it.")),
    "fixed": (
        _("This cannot change once the programme was approved."),
        _("Close the programme and design another one."),
    ),
    "own_design": (_("You designed this, so you cannot approve it."), _("Ask somebody else who may approve programmes.")),
    "formula_missing": (
        _("A package of this kind needs a formula."),
        _("Write what each one gets, such as 50000 or 12000 * members.size()."),
    ),
    "items_missing": (_("A package of this kind needs items."), _("Name at least one item, with its unit and formula.")),
    "number_low": (_("{number} is not possible here."), _("Write a larger number, with at most four decimals.")),
    "twice": (_("“{code}” stands here twice."), _("Keep one of them.")),
    "beyond_reach": (
        _("The programme works in places that your role does not reach."),
        _("Design one for an area of yours, or ask somebody whose role covers all of them."),
    ),
}  # fmt: skip
_STATUS = {
    "programme_state": 409,
    "cycle_state": 409,
    "package_state": 409,
    "code_taken": 409,
    "moved": 409,
    "fixed": 409,
}
_STATUS |= {"own_design": 403, "beyond_reach": 403}

PROBLEMS = declare_problems(
    {
        f"programmes.{name}": ProblemKind(1300 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_KINDS.items())
    }
)
