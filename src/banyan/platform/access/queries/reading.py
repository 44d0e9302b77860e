"""The log of reads, its proof, and what in it asks for a look."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from banyan.platform.access.models import Account, ReadEntry
from banyan.platform.access.viewers import Viewer

# More records than this by one person in one day ask for a look; listings show fifty at a time.
MANY_RECORDS = 2000
_ALERT_DAYS = 30


@dataclass(frozen=True)
class Alert:
    """Something in the log of reads that somebody should look at. kind: "volume", "self" or "exports"."""

    kind: str
    actor: str
    name: str
    day: date
    count: int


def reads(*, seen_by: Viewer) -> QuerySet[ReadEntry]:
    """The log of reads, each entry with the `actor_name`. Raises Problem not_allowed."""
    seen_by.require("access.view_read_log")
    # Compared as text: an actor may also be the system, which has no account.
    names = Account.objects.annotate(actor=Cast("pk", TextField())).filter(actor=OuterRef("actor"))
    return ReadEntry.objects.annotate(actor_name=Subquery(names.values("name")[:1]))


def reads_of(entries: QuerySet[ReadEntry], record: str, *, seen_by: Viewer | None = None) -> QuerySet[ReadEntry]:
    """Entries that name a record by its id; none for what is not an id. seen_by: checked when given."""
    if seen_by is not None:
        seen_by.require("access.view_read_log")
    try:
        return entries.filter(ids__contains=[UUID(record)])
    except ValueError:
        return entries.none()


def chain_faults(*, seen_by: Viewer) -> list[tuple[int, int, str]]:
    """(lane, number, fault) for every break in the chains; empty when the log is intact. Raises Problem not_allowed."""
    seen_by.require("access.view_read_log")
    with connection.cursor() as cursor:
        cursor.execute("SELECT lane, sequence, fault FROM access_verify_reads()")
        return list(cursor.fetchall())


def chain_heads(*, seen_by: Viewer) -> list[tuple[int, int, str]]:
    """(lane, number, hash) of the ends of the chains, to be kept outside of the database. Raises Problem not_allowed."""
    seen_by.require("access.view_read_log")
    with connection.cursor() as cursor:
        cursor.execute("SELECT lane, sequence, hash FROM access_read_heads()")
        return list(cursor.fetchall())


def alerts(*, seen_by: Viewer) -> list[Alert]:
    """Days of the last month on which one person read very many records, exported, or looked up themselves.

    Raises Problem not_allowed.
    """
    since = timezone.now() - timedelta(days=_ALERT_DAYS)
    by_day = reads(seen_by=seen_by).filter(at__gte=since).annotate(day=TruncDate("at")).values("actor", "day")
    found: list[tuple[str, Any]] = [
        ("volume", row) for row in by_day.annotate(total=Sum("count")).filter(total__gt=MANY_RECORDS)
    ]
    found += [("exports", row) for row in by_day.filter(kind="export").annotate(total=Sum("count"))]
    # Looking up one's own account or, once people are registered, one's own record (same id as the actor).
    own = (
        reads(seen_by=seen_by)
        .filter(at__gte=since)
        .extra(where=["ids && ARRAY[(CASE WHEN actor ~ '^[0-9a-f-]{36}$' THEN actor END)::uuid]"])
    )
    found += [
        ("self", row) for row in own.annotate(day=TruncDate("at")).values("actor", "day").annotate(total=Count("id"))
    ]
    names = {
        str(pk): name
        for pk, name in Account.objects.filter(pk__in={row["actor"] for _kind, row in found if len(row["actor"]) == 36})
        .annotate(shown=F("name"))
        .values_list("pk", "shown")
    }
    made = [
        Alert(kind, row["actor"], names.get(row["actor"], row["actor"]), row["day"], row["total"])
        for kind, row in found
    ]
    return sorted(made, key=lambda alert: (alert.day, alert.count), reverse=True)
