"""Packages written by one person and approved by another, version by version."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from banyan.aid.programmes.actions.faults import Faults
from banyan.aid.programmes.actions.reaching import own, working
from banyan.aid.programmes.facts import PackageApproved
from banyan.aid.programmes.models import Kind, Package, PackageItem, RoundingName
from banyan.aid.programmes.rules.designing import CODES
from banyan.aid.programmes.states import APPROVE, DESIGN, PACKAGE, PackageState
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import queries as criteria
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem

MONEY = (Kind.CASH, Kind.VOUCHER)


@dataclass(frozen=True)
class Item:
    """One thing in a package in kind: how many of it, by a formula."""

    code: str
    name: str
    unit: str
    formula: str


@action(DESIGN)
def write_package(
    programme_id: UUID, *, by: Viewer, code: str, name: str, kind: str, formula: str = "", items: Sequence[Item] = (),
    currency: str = "", rounding: str = RoundingName.HALF_UP, step: Decimal | None = None, cap: Decimal | None = None,
    note: str = "",
) -> Package:  # fmt: skip
    """Write a package, as a draft. The draft with this code is written anew; what was approved stays, and this is its next version.

    Raises Problem not_found, programmes.programme_state, and every fault at once: missing, code_odd, choice_unknown, number_low,
    formula_missing, items_missing, twice, kernel.currency_unknown, and those of the formulas, each at "formula" or "items.0.formula".
    """
    row = working(programme_id, by=by)
    faults = Faults()
    code = faults.code(code, "code", CODES)
    kept = {
        "name": faults.text(name, "name", 200),
        "kind": faults.choice(kind, "kind", Kind.values),
        "currency": faults.currency(currency or row.currency),
        "rounding": faults.choice(rounding, "rounding", RoundingName.values),
        "step": faults.number(step, "step", above=True),
        "cap": faults.number(cap, "cap", above=True),
        "formula": formula.strip() if kind in MONEY else "",
        "note": note.strip()[:300],
    }
    things = items if kind not in MONEY else ()
    _formulas(kept["formula"], kind, things, row.for_whom, row.operation_id, faults, by)
    faults.tell()
    rows = Package.objects.filter(programme=row, code=code)
    draft = rows.filter(state=PackageState.DRAFT).first()
    if draft is None:
        last = rows.aggregate(last=Max("version"))["last"] or 0
        draft = Package(
            programme=row, code=code, version=last + 1, operation_id=row.operation_id, scope_id=row.scope_id
        )
    for field, value in kept.items():
        setattr(draft, field, value)
    # Whoever wrote it last stands for the whole of it, and does not approve it.
    draft.made_by, draft.made_by_label = by.id, str(by.label)[:200]
    draft.save()
    PackageItem.objects.filter(package=draft).delete()
    PackageItem.objects.bulk_create(
        PackageItem(
            package=draft, operation_id=row.operation_id, scope_id=row.scope_id, position=place, code=one.code.strip(),
            name=one.name.strip(), unit=one.unit.strip(), formula=one.formula.strip(),
        )
        for place, one in enumerate(things)
    )  # fmt: skip
    return draft


def _formulas(
    formula: str, kind: str, things: Sequence[Item], subject: str, operation_id: UUID, faults: Faults, by: Viewer
) -> None:
    """Every formula can be read: what cannot be computed is refused when it is written, not when it is to be paid."""

    def read(text: str, field: str) -> None:
        faults.tried(field, lambda: criteria.formula(text, subject, seen_by=by, operation_id=operation_id))

    if kind in MONEY:
        if formula:
            read(formula, "formula")
        else:
            faults.note("programmes.formula_missing", "formula")
        return
    if not things:
        faults.note("programmes.items_missing", "items")
    codes: set[str] = set()
    for place, one in enumerate(things):
        code = faults.code(one.code, f"items.{place}.code", CODES)
        if code in codes:
            faults.note("programmes.twice", f"items.{place}.code", code=code)
        codes.add(code)
        faults.text(one.name, f"items.{place}.name", 200)
        faults.text(one.unit, f"items.{place}.unit", 40)
        read(one.formula, f"items.{place}.formula")


@action(APPROVE)
def approve_package(package_id: UUID, *, by: Viewer) -> Package:
    """Approve a version that somebody else wrote; the one approved before is retired.

    Raises Problem not_found, programmes.package_state, own_design.
    """
    row = own(Package, package_id, APPROVE, by=by)
    row.state = PACKAGE.after(row.state, "approve")
    if row.made_by is None or row.made_by == by.id:
        raise Problem("programmes.own_design")
    former = Package.objects.filter(programme=row.programme_id, code=row.code, state=PackageState.APPROVED).first()
    if former is not None:
        former.state = PACKAGE.after(former.state, "retire")
        former.save(update_fields=["state"])
    row.approved_by, row.approved_by_label, row.approved_at = by.id, str(by.label)[:200], timezone.now()
    row.save()
    announce(PackageApproved(row.pk), by=by)
    return row


@action(APPROVE)
def retire_package(package_id: UUID, *, by: Viewer) -> Package:
    """Give a version no more. Raises Problem not_found, programmes.package_state."""
    row = own(Package, package_id, APPROVE, by=by)
    row.state = PACKAGE.after(row.state, "retire")
    row.save(update_fields=["state"])
    return row
