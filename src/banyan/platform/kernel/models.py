"""The base of every table of ours: UUIDv7 ids, a privacy class for every column, and what history keeps."""

from typing import Any, ClassVar, Literal

from django.db import models

from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.privacy import Privacy


class NewId(models.Func):
    """banyan_new_id(): a UUIDv7 made by the database, for rows that come by COPY or INSERT … SELECT."""

    function = "banyan_new_id"
    arity = 0
    output_field = models.UUIDField()


class Model(models.Model):
    """Base of every model. A room's first migration depends on ("kernel", "0001_sql_functions").

    privacy: class of every concrete field, by field name; inherited entries need no repeating.
    tracked: True lets history keep every change of the table.
    database_rights: what the application role may do: "all", "append" (read and insert), "read" or "none".
    """

    privacy: ClassVar[dict[str, Privacy]] = {"id": Privacy.INTERNAL}
    tracked: ClassVar[bool] = False
    database_rights: ClassVar[Literal["all", "append", "read", "none"]] = "all"

    # Any: an engine's table may count its rows by whole numbers instead.
    id: "models.Field[Any, Any]" = models.UUIDField(
        primary_key=True, default=new_id, db_default=NewId(), editable=False
    )

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        inherited = {
            field: privacy
            for base in reversed(cls.__mro__[1:])
            for field, privacy in vars(base).get("privacy", {}).items()
        }
        cls.privacy = {**inherited, **vars(cls).get("privacy", {})}


def unclassified_fields(model: type[models.Model]) -> list[str]:
    """Names of concrete fields without privacy class, and of classes without field: both are mistakes."""
    privacy: dict[str, Privacy] = getattr(model, "privacy", {})
    return sorted({field.name for field in model._meta.concrete_fields} ^ privacy.keys())
