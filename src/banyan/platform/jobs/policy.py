"""Who may see and steer background work, and what can go wrong with it."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission
from banyan.platform.kernel.problems import ProblemKind, declare_problems

PERMISSIONS = [
    Permission("jobs.view_job", label=_("See one's own jobs, cancel and retry them"), kind="view", personal=False),
    Permission("jobs.view_all_jobs", label=_("See everybody's jobs and what failed"), kind="view", personal=False),
    Permission("jobs.change_all_jobs", label=_("Cancel and retry everybody's jobs"), kind="change", personal=False),
]

ROLE_PERMISSIONS = {
    "administrator": ["jobs.view_job", "jobs.view_all_jobs", "jobs.change_all_jobs"],
    "information-manager": ["jobs.view_job"],
    "data-protection-officer": ["jobs.view_job"],
    "auditor": ["jobs.view_job", "jobs.view_all_jobs"],
    "reader": ["jobs.view_job"],
}

MODULE = Module(
    room="jobs",
    floor="platform",
    label=_("Jobs"),
    url_name="jobs:list",
    permission="jobs.view_job",
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
