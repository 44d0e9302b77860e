"""What can be wrong with enrolments and appeals."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_AGAIN = _("Load it again and see what can be done.")
# Numbers 1325–1349; the code of a problem keeps its number for ever, so new ones go to the end.
_KINDS = {
    "enrolment_state": (_("This enrolment is {state}; that step does not fit."), _AGAIN),
    "appeal_state": (_("This appeal is {state}; that step does not fit."), _AGAIN),
    "enrolled_already": (
        _("They are enrolled in this programme already, or wait for it."),
        _("Look at the enrolment that stands."),
    ),
    "enrolled_elsewhere": (
        _("They are enrolled in another programme of the same purpose at the same time: {programme}."),
        _("End one of the two first; the programmes forbid both."),
    ),
    "quota_full": (
        _("The quota of the place leaves no room."),
        _("Raise the quota, or leave them on the waiting list."),
    ),
    "registration_ended": (
        _("The registration is not active, so nobody can be enrolled by it."),
        _("Open the registration again first, or look for the one into which it was merged."),
    ),
    "for_others": (
        _("This programme enrols {whom}."),
        _("Choose one of them."),
    ),
    "appealed_already": (_("An appeal of theirs is open already."), _("Add to that one, or decide on it first.")),
    "own_appeal": (_("You noted this appeal, so you cannot decide on it."), _("Ask somebody else who may decide on appeals.")),
}  # fmt: skip
_STATUS = {name: 409 for name in _KINDS if name not in ("for_others", "own_appeal")} | {"own_appeal": 403}

PROBLEMS = declare_problems(
    {
        f"programmes.{name}": ProblemKind(1325 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_KINDS.items())
    }
)
