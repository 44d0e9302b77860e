"""How many people approve which amounts."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from banyan.aid.payments.models import ApprovalBand
from banyan.aid.payments.rules.duties import MOST, Band, band_faults
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.money import decimals_of
from banyan.platform.kernel.problems import Location, Problem

SET: Final = "payments.set_bands"


@action(SET)
def set_bands(operation_id: UUID, bands: Sequence[Band], *, by: Viewer, currency: str) -> None:
    """Write the bands of an operation anew, in its base currency. Plans in approval keep the numbers with which they were submitted.

    Raises Problem not_allowed, payments.band_unfit, kernel.currency_unknown.
    """
    scope = operation_scope(operation_id, seen_by=by)
    if scope not in by.reach(SET):
        raise Problem("not_allowed", permission=SET)
    decimals_of(currency)
    if band_faults(bands):
        raise Problem("payments.band_unfit", least=1, most=MOST, at=Location(field="bands"))
    ApprovalBand.objects.filter(operation=operation_id).delete()
    ApprovalBand.objects.bulk_create(
        ApprovalBand(
            operation_id=operation_id, scope_id=scope, currency=currency, from_amount=band.from_amount, approvals=band.approvals,
            authorisations=band.authorisations, changed_by_label=str(by.label)[:200],
        )
        for band in bands
    )  # fmt: skip
