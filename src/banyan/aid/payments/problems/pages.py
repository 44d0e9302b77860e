"""What can be wrong with what is typed on pages of payments. Number 1499."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

PROBLEMS = declare_problems(
    {
        "payments.reference_unknown": ProblemKind(
            number=1499,
            status=422,
            message=_("“{reference}” is the reference of nobody in this operation whom you may see."),
            mend=_("Type it as it stands on the card, with its letters: HHD-… or PSN-…"),
        ),
    }
)
