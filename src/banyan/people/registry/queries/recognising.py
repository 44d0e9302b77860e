"""Who is registered and looks like the people on a form, as rooms above recognise them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import polars as pl

from banyan.people.registry.declarations import Lookalike, recognisers
from banyan.people.registry.queries.arriving import arriving_rows
from banyan.people.registry.queries.finding import Found
from banyan.people.registry.queries.people import VIEW, membership_of, people
from banyan.platform.access.viewers import Viewer

_FORM = "form"


def recognised(
    household: Mapping[str, str], members: Sequence[Mapping[str, str]], *, operation_id: UUID, scope_id: int, seen_by: Viewer,
    most: int,
) -> list[tuple[Found, int]]:  # fmt: skip
    """People within reach who look like a member of this household, each with the member's place on the form.

    Values by field of the register, as for registering. The likest first, at most `most` of each member; nothing when no
    room above recognises anybody. A constant number of queries beside those of the rooms above.
    """
    seen_by.require(VIEW)
    if not recognisers() or not members:
        return []
    home = pl.DataFrame([{"submission_id": _FORM, **household}])
    rows = [{"submission_id": _FORM, "staged_row_id": str(place), **each} for place, each in enumerate(members)]
    records = arriving_rows(
        home,
        pl.DataFrame(rows, infer_schema_length=None),
        operation_id=operation_id,
        scope_id=scope_id,
        seen_by=seen_by,
    )
    best: dict[UUID, Lookalike] = {}
    count = dict.fromkeys(range(len(members)), 0)
    found = [
        each for one in recognisers() for each in one.lookalikes(records, operation_id=operation_id, seen_by=seen_by)
    ]
    for each in sorted(found, key=lambda one: (-one.probability, one.person_id)):
        if each.person_id not in best and count[each.row] < most:
            best[each.person_id] = each
            count[each.row] += 1
    shown = {row.pk: row for row in people(seen_by=seen_by).filter(pk__in=best).select_related("operation", "place")}
    homes = membership_of(list(shown), seen_by=seen_by)
    return [
        (Found(shown[key], homes.get(key), each.probability, each.why), each.row)
        for key, each in best.items()
        if key in shown
    ]
