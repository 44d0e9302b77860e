"""The whole register as values, to tell whether anything in it is another than before."""

from typing import Any

from banyan.people.registry.models import (
    ChangeRequest,
    Document,
    Household,
    Membership,
    NameKey,
    Need,
    Notice,
    Person,
    Phone,
    SuspectedPair,
)
from banyan.people.registry.tests.conftest import SYSTEM
from banyan.platform.access.viewers import viewing

TABLES = (Person, Household, Membership, Document, Phone, Need, Notice, SuspectedPair, ChangeRequest)
Values = dict[tuple[str, str], dict[str, Any]]


def everything() -> Values:
    """Every row of the register by table and id, without its version; and the search keys."""
    found: Values = {}
    with viewing(SYSTEM):
        for model in TABLES:
            rows: list[dict[str, Any]] = list(model.objects.values())  # type: ignore[arg-type]  # as plain rows
            for row in rows:
                row.pop("version", None)
                found[model._meta.model_name or "", str(row["id"])] = row
        keys: list[dict[str, Any]] = list(NameKey.objects.values())  # type: ignore[arg-type]
        for key in keys:
            found["namekey", f"{key['key']} {key['person_id']}"] = key
    return found
