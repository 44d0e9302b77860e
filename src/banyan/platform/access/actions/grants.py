"""Giving and ending roles."""

from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.platform.access import rules
from banyan.platform.access.acting import action
from banyan.platform.access.declarations import declared
from banyan.platform.access.facts import RoleEnded, RoleGranted
from banyan.platform.access.models import Account, Grant
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all

_SCOPES_OF = """
SELECT array_agg(s.id) FROM access_scope s LEFT JOIN access_area a ON a.id = s.area_id
WHERE (%(area)s::int IS NULL OR a.lineage @> ARRAY[%(area)s::int])
  AND (%(operation)s::uuid IS NULL OR s.operation_id = %(operation)s::uuid OR (s.operation_id IS NULL
       AND a.country = (SELECT country FROM access_operation WHERE id = %(operation)s::uuid)))
"""


@action("access.change_grant")
def give_role(
    account_id: UUID,
    role: str,
    *,
    by: Viewer,
    operation_id: UUID | None = None,
    area_id: int | None = None,
    organisation_id: UUID | None = None,
    clearance: int = 1,
    valid_from: date | None = None,
    valid_until: date | None = None,
    reason: str = "",
) -> Grant:
    """Give an account a role within an operation, an area and an organisation (None = all), for a time.

    Raises not_found for an unknown account, else all that stands against it at once: unknown role, dates, a role held
    that excludes it, the same grant standing already, more than `by` may give.
    """
    # Locked, so that two administrators cannot give two roles that exclude each other at the same moment.
    account = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
    if account is None:
        raise Problem("not_found")
    first = valid_from or timezone.now().date()
    known = declared()
    faults: list[Problem] = []
    if role not in known.roles:
        faults.append(Problem("access.role_unknown", role=role, at=Location(field="role")))
    if valid_until is not None and valid_until < first:
        faults.append(Problem("access.grant_dates", at=Location(field="valid_until")))
    standing = Grant.objects.filter(account=account, ended_at=None)
    held = [grant.role for grant in standing if _overlaps(grant, first, valid_until)]
    if other := rules.excluded_by(role, held, known.incompatible):
        labels = {code: str(entry.label) for code, entry in known.roles.items()}
        faults.append(
            Problem("access.roles_incompatible", role=labels[role], other=labels[other], at=Location(field="role"))
        )
    if standing.filter(role=role, operation=operation_id, area=area_id, organisation_id=organisation_id).exists():
        faults.append(Problem("access.grant_exists", at=Location(field="role")))
    own = by.reach("access.change_grant")
    within = rules.may_give(own, _scopes_of(operation_id, area_id))
    if not within or not (own.organisations is None or organisation_id in own.organisations):
        faults.append(Problem("access.grant_beyond_own", at=Location(field="area")))
    raise_all(faults)
    grant = Grant(
        account=account,
        role=role,
        operation_id=operation_id,
        area_id=area_id,
        organisation_id=organisation_id,
        clearance=clearance,
        valid_from=first,
        valid_until=valid_until,
        reason=reason.strip(),
        given_by_id=by.id,
    )
    grant.save()
    announce(RoleGranted(grant.pk, account.pk, role), by=by)
    return grant


@action("access.change_grant")
def end_role(grant_id: UUID, *, by: Viewer) -> Grant:
    """End a grant at once; it stays on record. Ending it again changes nothing.

    Raises Problem not_found, own_account (nobody ends their own administrator role: one must remain), grant_beyond_own.
    """
    grant = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if grant is None:
        raise Problem("not_found")
    if grant.ended_at is not None:
        return grant
    if grant.role == "administrator" and grant.account_id == by.id:
        raise Problem("access.own_account")
    if not rules.may_give(by.reach("access.change_grant"), _scopes_of(grant.operation_id, grant.area_id)):
        raise Problem("access.grant_beyond_own")
    grant.ended_at, grant.ended_by_id = timezone.now(), by.id
    grant.save(update_fields=["ended_at", "ended_by"])
    announce(RoleEnded(grant.pk, grant.account_id, grant.role), by=by)
    return grant


def _overlaps(grant: Grant, first: date, last: date | None) -> bool:
    return (grant.valid_until is None or grant.valid_until >= first) and (last is None or grant.valid_from <= last)


def _scopes_of(operation_id: UUID | None, area_id: int | None) -> frozenset[int] | None:
    """Scopes that a grant there reaches; None when it reaches everything."""
    if operation_id is None and area_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SCOPES_OF, {"operation": operation_id, "area": area_id})
        return frozenset(cursor.fetchone()[0] or ())
