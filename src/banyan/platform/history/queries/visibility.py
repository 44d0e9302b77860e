"""Which tables' history a viewer may read, and which columns of it."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from banyan.platform.access.declarations import declared
from banyan.platform.access.reads import ReadKind, log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.models import Table
from banyan.platform.history.policy import VIEW_HISTORY
from banyan.platform.kernel.privacy import Privacy
from banyan.platform.kernel.problems import Problem

_NEEDED = {Privacy.PUBLIC: 0, Privacy.INTERNAL: 0, Privacy.PERSONAL: 2, Privacy.SENSITIVE: 3}

Model = type[models.Model]


def table_of(model: Model) -> Table:
    """The register entry of a kept model's table. Raises Problem history.not_kept."""
    for table in _registered(lambda table: table.name == model._meta.db_table):
        return table
    raise Problem("history.not_kept", table=str(model._meta.verbose_name))


def table_numbered(number: int) -> Table:
    """The register entry with this number. Raises StopIteration for a number that no event can have."""
    return next(iter(_registered(lambda table: table.pk == number)))


def _registered(wanted: Callable[[Table], bool]) -> list[Table]:
    """Entries of the register, read again only when one is missed: it changes with migrations, which start processes anew."""
    found = [table for table in _register if wanted(table)]
    if not found:
        _register[:] = Table.objects.all()
        found = [table for table in _register if wanted(table)]
    return found


_register: list[Table] = []


def permissions_of(table: Table) -> list[str]:
    """Permissions of which any one opens this table's history."""
    known = declared().permissions
    return [name for name in (table.permission, VIEW_HISTORY) if name in known]


def require(table: Table, viewer: Viewer) -> None:
    """Raises Problem not_allowed unless the viewer may see this table's history somewhere."""
    if not any(viewer.may(name) for name in permissions_of(table)):
        raise Problem("not_allowed", permission=table.permission or VIEW_HISTORY)


def within_reach(table: Table, scope_id: int | None, viewer: Viewer) -> bool:
    """Whether a state of a row with this scope may be shown."""
    held = [name for name in permissions_of(table) if viewer.may(name)]
    if not table.scoped:
        return bool(held)
    return any(
        viewer.reach(name).everything or (scope_id is not None and scope_id in viewer.reach(name)) for name in held
    )


def hidden_fields(model: Model, table: Table, viewer: Viewer, *scopes: int | None) -> frozenset[str]:
    """Names of fields whose values this viewer may not see in the history of a row with these scopes (before, after).

    Values about people open only by the permission of the rows themselves, where it reaches all these scopes: a
    permission marked as personal opens personal values, the clearance of its grant what it says. That history as a whole
    may be seen opens none of them. Secrets are shown to nobody.
    """
    opens = _NEEDED[Privacy.INTERNAL]
    permission = declared().permissions.get(table.permission)
    if permission is not None and viewer.may(table.permission):
        reach = viewer.reach(table.permission)
        # Without scopes nothing says which of the rows a limited grant is about.
        if reach.everything or (table.scoped and scopes and all(each is not None and each in reach for each in scopes)):
            opens = max(opens, reach.clearance)
            # The page of accounts shows addresses to whoever may see accounts; its history shows them the same.
            if permission.personal:
                opens = max(opens, _NEEDED[Privacy.PERSONAL])
    privacy: dict[str, Privacy] = getattr(model, "privacy", {})
    return frozenset(
        field.name
        for field in model._meta.concrete_fields
        if _NEEDED.get(privacy.get(field.name, Privacy.SECRET), opens + 1) > opens
    )


def about_people(model: Model) -> frozenset[str]:
    """Names of fields whose reading leaves an entry in the log of reads."""
    privacy: dict[str, Privacy] = getattr(model, "privacy", {})
    return frozenset(
        field.name for field in model._meta.concrete_fields if privacy.get(field.name, Privacy.PUBLIC).about_people
    )


def log_values(viewer: Viewer, model: Model, ids: Collection[UUID]) -> None:
    """Enter into the log of reads that values about people of these records' past were shown. Nothing for no ids."""
    if ids:
        kind: ReadKind = "open" if len(ids) == 1 else "list"
        log_read(viewer, kind=kind, subject=model._meta.label_lower, ids=sorted(ids), purpose="history")


def field_of_column(model: Model, column: str) -> "models.Field[Any, Any] | None":
    """The field that has this column today; None when the column is gone."""
    for field in model._meta.concrete_fields:
        if field.column == column:
            return field
    try:
        found = model._meta.get_field(column)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None
