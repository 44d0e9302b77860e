"""Jobs as people see them. Where a job stands in the queue is the queue's own knowledge (procrastinate_jobs)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy


class Job(Model):
    """One piece of background work: what it is, who started it, how far it is, how it ended.

    There is no status here: `queued` leads to the one there is. Progress is written by the worker only.
    """

    privacy: ClassVar[dict[str, Privacy]] = {
        "queued": Privacy.INTERNAL,
        "name": Privacy.INTERNAL,
        "label": Privacy.INTERNAL,
        "account": Privacy.INTERNAL,
        "starter": Privacy.INTERNAL,
        "args": Privacy.INTERNAL,
        "key": Privacy.INTERNAL,
        "created_at": Privacy.INTERNAL,
        "started_at": Privacy.INTERNAL,
        "attempted_at": Privacy.INTERNAL,
        "finished_at": Privacy.INTERNAL,
        "done": Privacy.INTERNAL,
        "total": Privacy.INTERNAL,
        "rate": Privacy.INTERNAL,
        "note": Privacy.INTERNAL,
        "outcome": Privacy.INTERNAL,
        "failure": Privacy.INTERNAL,
        "failures": Privacy.INTERNAL,
    }

    # No database constraint and null, so that a join keeps jobs that the queue has forgotten.
    queued = models.OneToOneField(
        "procrastinate.ProcrastinateJob",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    name = models.TextField()
    label = models.TextField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Who started it when it was no account ("nightly").
    starter = models.TextField(default="", db_default="")
    args = models.JSONField(default=dict)
    # Starting a second job with the same key gives the first: a fact has one job for each reaction.
    key = models.TextField(null=True, unique=True)  # noqa: DJ001 - null, because only null may occur twice
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0, db_default=0)
    total = models.BigIntegerField(null=True)
    rate = models.FloatField(null=True)
    note = models.TextField(default="", db_default="")
    outcome = models.JSONField(null=True)
    failure = models.JSONField(null=True)
    # Failed attempts since somebody last started it; interruptions by a restart do not count.
    failures = models.IntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["account", "-created_at", "-id"], name="jobs_job_by_account")]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class JobStep(Model):
    """A part of a job that is done: written in the transaction of the work itself, so it is done exactly once."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "job": Privacy.INTERNAL,
        "key": Privacy.INTERNAL,
        "at": Privacy.INTERNAL,
    }

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    key = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="jobs_jobstep_once")]

    def __str__(self) -> str:
        return self.key
