"""Approved entitlements corrected: by new ones that replace them, with a reason, approved by another person again."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import connection

from banyan.aid.programmes.actions.entitling import STANDING, added_up, begin_run, locked_run, working, written
from banyan.aid.programmes.models import Entitlement, EntitlementRun, Package
from banyan.aid.programmes.states import ENTITLE, PackageState
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Location, Problem

# Whatever stands of these enrolments and was not computed again is taken back.
_TAKE_BACK = """
INSERT INTO programmes_entitlement (id, operation_id, scope_id, run_id, cycle_id, package_id, package_code, enrolment_id, household_id,
    person_id, place_id, size, item, unit, amount, currency, quantity, parts, verdict, cause, stands, replaces, origin)
SELECT banyan_new_id(), o.operation_id, o.scope_id, %(run)s, o.cycle_id, %(package)s, o.package_code, o.enrolment_id, o.household_id,
    o.person_id, o.place_id, o.size, o.item, o.unit, CASE WHEN o.amount IS NOT NULL THEN 0 END, o.currency,
    CASE WHEN o.quantity IS NOT NULL THEN 0 END, '[]', 'nothing', 'withdrawn', FALSE, o.id, o.origin
FROM programmes_entitlement o
WHERE o.cycle_id = %(cycle)s AND o.package_code = %(code)s AND o.enrolment_id = ANY(%(enrolments)s) AND o.stands
    AND (CASE WHEN coalesce(o.scope_id, 0) <@ (SELECT access_reach('programmes.change_entitlement')) THEN true ELSE false END)
    AND NOT EXISTS (SELECT FROM programmes_entitlement n WHERE n.run_id = %(run)s AND n.enrolment_id = o.enrolment_id AND n.item = o.item)
"""
_TERMS = (
    "operation_id", "scope_id", "programme_id", "cycle_id", "package_id", "package_code", "kind", "subject", "lines", "rounding",
    "step", "cap", "currency",
)  # fmt: skip


@action(ENTITLE)
def amend_entitlements(
    run_id: UUID, enrolment_ids: Collection[UUID], *, by: Viewer, reason: str, package_id: UUID | None = None,
    day: date | None = None, withdraw: bool = False,
) -> EntitlementRun:  # fmt: skip
    """Compute again what these enrolments are entitled to in the cycle of an approved run, as an amendment that waits for approval.

    By the package now approved under the same code, or another version; on the day of the run, unless another is said. withdraw:
    take it back instead. Once approved, what it decided replaces what stood; what it could not decide leaves that standing.
    Raises Problem not_found, programmes.entitlement_unapproved, entitlement_package, cycle_state, and at once entitlement_reason,
    entitlement_amends.
    """
    former = locked_run(run_id, ENTITLE, by=by)
    if not former.payable:
        raise Problem("programmes.entitlement_unapproved")
    said = " ".join(reason.split())[:300]
    if not said:
        raise Problem("programmes.entitlement_reason", at=Location(field="reason"))
    ids = list(enrolment_ids)
    rows = Entitlement.objects.filter(within(by.reach(ENTITLE)), enrolment__in=ids, cycle=former.cycle_id, stands=True)
    if not rows.filter(package_code=former.package_code).exists():
        raise Problem("programmes.entitlement_amends", at=Location(field="enrolments"))
    more = {"amends": former, "reason": said}
    if withdraw:
        working(former.cycle)
        run = EntitlementRun.objects.create(
            **{name: getattr(former, name) for name in _TERMS}, **more, withdraws=True, day=day or former.day,
            made_by=by.id, made_by_label=str(by.label)[:200],
        )  # fmt: skip
    else:
        begun = begin_run(former.cycle_id, _package(former, package_id), by=by, day=day or former.day, **more)
        run = begun.run
        which = f"e.id = ANY(%(enrolments)s) AND {STANDING}"
        written(run, begun.lines, which, {"enrolments": ids}, about=len(ids), by=by)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_BACK,
            {"run": run.pk, "cycle": run.cycle_id, "package": run.package_id, "code": run.package_code, "enrolments": ids},
        )  # fmt: skip
    return added_up(run)


def _package(former: EntitlementRun, package_id: UUID | None) -> UUID:
    """The version to compute by: of the same package."""
    same = Package.objects.filter(programme=former.programme_id, code=former.package_code)
    found = same.filter(state=PackageState.APPROVED) if package_id is None else same.filter(pk=package_id)
    version = found.first()
    if version is None:
        raise Problem("programmes.entitlement_package")
    return version.pk
