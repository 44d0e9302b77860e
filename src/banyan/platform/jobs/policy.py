"""Who may see and steer background work, and what can go wrong with it."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import SIGNED_IN, Module, Permission
from banyan.platform.kernel.problems import ProblemKind, declare_problems

PERMISSIONS = [
    # One's own jobs need no permission beyond being signed in.
    Permission("jobs.view_all_jobs", _("See everybody's jobs and what failed")),
    Permission("jobs.change_all_jobs", _("Cancel and retry everybody's jobs"), kind="change"),
]

ROLE_PERMISSIONS = {
    "administrator": ["jobs.view_all_jobs", "jobs.change_all_jobs"],
    "auditor": ["jobs.view_all_jobs"],
}

MODULE = Module(
    room="jobs",
    floor="platform",
    label=_("Jobs"),
    url_name="jobs:list",
    permission=SIGNED_IN,
    holds=_("Background work: imports, exports, nightly runs; how far each is, how it ended, what went wrong."),
    restriction="internal",
    procedure=_(
        "A job that failed stays in the list until somebody retries it. Read the reason, mend it, press Retry: "
        "what was done before is not done twice."
    ),
)

PROBLEMS = declare_problems(
    {
        "jobs.already_over": ProblemKind(
            number=301,
            status=409,
            message=_("This job has already ended."),
            mend=_("Look at how it ended; a job that failed can be retried."),
        ),
        "jobs.not_over": ProblemKind(
            number=302,
            status=409,
            message=_("This job can not be retried now: it is waiting, running, or it went well."),
            mend=_("Cancel it first, or start a new one."),
        ),
    }
)
