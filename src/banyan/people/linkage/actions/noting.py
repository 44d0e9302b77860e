"""What somebody noticed in the register becomes a case, however unlike the records are."""

from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.people.linkage.actions.gathering import gather
from banyan.people.linkage.actions.refreshing import refresh
from banyan.people.linkage.actions.writing import lock_operation
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

RUN = "linkage.run_matching"
# Without a weight until the next comparison finds them by a key; a decision of yore gives way to whoever noticed something new.
_NOTE: Final = """
INSERT INTO linkage_pair AS kept (
    id, first_id, second_id, operation_id, scope_id, second_scope_id, weight, probability, zone, levels, brought, found_on,
    digest_first, digest_second, exact_document, noted, decision, decided_by_label, reopened
)
SELECT banyan_new_id(), a.person_id, b.person_id, a.operation_id, a.scope_id, b.scope_id, 0, 0, 'unlikely', '{}', '{}', %(today)s,
       a.digest, b.digest, false, true, '', '', 0
FROM linkage_feature a, linkage_feature b
WHERE a.person_id = %(first)s AND b.person_id = %(second)s AND a.operation_id = b.operation_id
ON CONFLICT (first_id, second_id) DO UPDATE SET
    noted = true, decision = '', look_again_on = NULL, reopened = kept.reopened + (kept.decision <> '')::int,
    case_id = CASE WHEN kept.decision = '' THEN kept.case_id END
RETURNING operation_id
"""


@action(RUN)
def take_noted(pair_id: UUID, *, by: Viewer) -> bool:
    """Have a pair that somebody noted in the register decided on; whether there was anything to do."""
    with viewing(system_viewer("linkage")) as engine:
        pair = registry.pair(pair_id, seen_by=engine)
        if pair is None or pair.resolution:
            return False
        first, second = sorted((pair.first_id, pair.second_id))
        refresh(ids=[first, second], by=engine)
        operation_id = registry.person(first, seen_by=engine).operation_id
        lock_operation(operation_id)
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"first": first, "second": second, "today": timezone.localdate()})
            noted = cursor.fetchone()
        if noted:
            gather(operation_id, lost=())
        return noted is not None
