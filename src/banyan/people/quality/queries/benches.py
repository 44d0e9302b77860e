"""The test bench of a check that is not live: whom it would find, with a sample of who fails and who passes."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from banyan.people.quality.queries.plans import Plan
from banyan.people.quality.queries.reaching import SENSITIVE, VIEW
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.criteria.declarations import subjects
from banyan.platform.kernel.problems import Problem

MOST_SAMPLED = 50


@dataclass(frozen=True)
class Bench:
    """What a check would find among the records that the viewer sees."""

    eligible: int
    failed: int
    unknown: int
    failing: list[UUID]
    passing: list[UUID]


def bench(
    operation_id: UUID,
    subject: str,
    *,
    failed: str,
    seen_by: Viewer,
    eligible: str = "",
    protects: bool = False,
    sample: int = 10,
) -> Bench:
    """Try a predicate on the records that the viewer sees; the samples are the same each time. Raises the Problems of criteria.

    A check that protects its findings may ask for sensitive fields; trying it needs quality.view_sensitive.
    """
    seen_by.require(VIEW)
    if protects:
        seen_by.require(SENSITIVE)
    if subject not in subjects():
        raise Problem("quality.own_incomplete")
    plan = Plan.reads(operation_id, subject, eligible=eligible, failed=failed, protects=protects)
    most = min(sample, MOST_SAMPLED)
    sql = f"""
        SELECT count(*) FILTER (WHERE eligible <> 0), count(*) FILTER (WHERE failed <> 0),
               count(*) FILTER (WHERE unknown <> 0),
               (array_agg(id ORDER BY md5(id::text)) FILTER (WHERE failed <> 0))[:{int(most)}],
               (array_agg(id ORDER BY md5(id::text)) FILTER (WHERE eligible <> 0 AND failed = 0 AND unknown = 0))[:{int(most)}]
        FROM ({plan.sql()}) looked"""  # noqa: S608 — a plan's own
    with viewing(seen_by), connection.cursor() as cursor:
        cursor.execute(sql, plan.values)
        about, wrong, unsure, failing, passing = cursor.fetchone()
    return Bench(about, wrong, unsure, list(failing or []), list(passing or []))
