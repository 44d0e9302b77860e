"""The log of reads: rooms call `log_read` wherever personal records are opened, listed or exported."""

import hashlib
from collections.abc import Collection
from typing import Literal
from uuid import UUID

from django.db import connection

from banyan.platform.access.viewers import Viewer, viewing

ReadKind = Literal["open", "list", "export", "search"]


def log_read(
    viewer: Viewer,
    *,
    kind: ReadKind,
    subject: str,
    ids: Collection[UUID],
    purpose: str = "",
    query: str = "",
    count: int | None = None,
) -> UUID:
    """Append one entry to the chained log, in the transaction of the reading itself; return its id.

    subject: "room.model". ids: the records shown. count: when more were touched than are named. query: the filter as
    the viewer gave it; only its hash is kept, because filters hold names of people.
    """
    digest = hashlib.sha256(query.encode()).hexdigest() if query else ""
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute(
            "SELECT access_log_read(%s, %s, %s, %s, %s, %s)",
            [kind, subject, list(ids), len(ids) if count is None else count, digest, purpose],
        )
        return UUID(str(cursor.fetchone()[0]))
