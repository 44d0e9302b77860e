"""What the history room allows and how it presents itself."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission
from banyan.platform.kernel.problems import ProblemKind, declare_problems

VIEW_HISTORY = "history.view_history"
EXPORT_HISTORY = "history.export_history"

PERMISSIONS = [
    Permission(VIEW_HISTORY, _("See all changes and announced facts"), personal=True),
    Permission(EXPORT_HISTORY, _("Export lists of changes and facts"), kind="export"),
]

ROLE_PERMISSIONS = {
    "auditor": [VIEW_HISTORY, EXPORT_HISTORY],
    "data-protection-officer": [VIEW_HISTORY, EXPORT_HISTORY],
}

MODULE = Module(
    room="history",
    floor="platform",
    label=_("History"),
    url_name="history:changes",
    permission=VIEW_HISTORY,
    holds=_(
        "Every change of every kept record: who, what, when, by which action and for what cause; and what was announced."
    ),
    restriction="restricted",
    procedure=_("History is written by the database and can be neither changed nor deleted. Auditors read it."),
    icon="history",
)

PROBLEMS = declare_problems(
    {
        "history.not_kept": ProblemKind(
            number=200,
            status=404,
            message=_("No history is kept of “{table}”."),
            mend=_("Choose one of the kinds of record listed on the page of changes."),
        ),
        "history.instant_malformed": ProblemKind(
            number=201,
            status=422,
            message=_("“{text}” is not a date or time."),
            mend=_("Write a date as 2026-03-31, or a time as 2026-03-31T14:30."),
        ),
    }
)
