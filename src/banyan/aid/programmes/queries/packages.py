"""Packages by version, their items, and prices by place."""

from uuid import UUID

from django.db.models import QuerySet

from banyan.aid.programmes.models import Package, PackageItem, Price, PriceList
from banyan.aid.programmes.queries.programmes import one_of, within_design
from banyan.platform.access.viewers import Viewer


def packages(programme_id: UUID, *, seen_by: Viewer) -> QuerySet[Package]:
    """Every version of every package of a programme: by code, the newest version first."""
    rows = within_design(Package.objects.filter(programme=programme_id), seen_by=seen_by)
    return rows.order_by("code", "-version")


def package(package_id: UUID, *, seen_by: Viewer) -> Package:
    """One version with its programme. Raises Problem not_found."""
    rows = within_design(Package.objects.select_related("programme"), seen_by=seen_by)
    return one_of(rows, package_id, seen_by=seen_by)


def items(package_id: UUID, *, seen_by: Viewer) -> QuerySet[PackageItem]:
    """What a package in kind holds, in its order."""
    return within_design(PackageItem.objects.filter(package=package_id), seen_by=seen_by).order_by("position", "code")


def price_lists(*, seen_by: Viewer, operation_id: UUID | None = None) -> QuerySet[PriceList]:
    """Price lists of the viewer's operations, by code."""
    rows = within_design(PriceList.objects.select_related("operation"), seen_by=seen_by)
    if operation_id is not None:
        rows = rows.filter(operation=operation_id)
    return rows.order_by("operation__name", "code")


def price_list(list_id: UUID, *, seen_by: Viewer) -> PriceList:
    """One price list with its operation. Raises Problem not_found."""
    return one_of(price_lists(seen_by=seen_by), list_id, seen_by=seen_by)


def prices(list_id: UUID, *, seen_by: Viewer) -> QuerySet[Price]:
    """Prices of a list as they were written: by place, the newest first."""
    rows = within_design(Price.objects.filter(price_list=list_id), seen_by=seen_by)
    return rows.select_related("place").order_by("place__name", "-from_on")
