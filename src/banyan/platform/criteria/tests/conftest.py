"""A subject that every installation has, for the tests of pages: operations and their scopes."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from banyan.platform.access.models import Operation, Scope
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.criteria import declarations
from banyan.platform.criteria.declarations import Field, Relation, Subject
from banyan.platform.kernel.privacy import Privacy

LABELS = {"country": {"MMR": "Myanmar", "BGD": "Bangladesh", "SOM": "Somalia"}}
OPERATIONS = Subject(
    "operation",
    "Operations",
    "access_operation",
    title="code",
    url="/operations/{id}/",
    sensitive="access.change_account",
    fields=(
        Field("code", "text", "Code", "{t}.code", privacy=Privacy.INTERNAL),
        Field("name", "text", "Name", "{t}.name", privacy=Privacy.INTERNAL, empty="blank"),
        Field("country", "code", "Country", "{t}.country", code_list="country", empty="blank"),
        Field("is_active", "boolean", "Open", "{t}.is_active"),
        Field("letters", "integer", "Letters", "length({t}.name)", unit="letters"),
        Field("secret_name", "text", "Secret name", "{t}.name", privacy=Privacy.SENSITIVE),
    ),
    relations=(Relation("scopes", "Scopes", "scope", True, "{there}.operation_id = {here}.id"),),
)
SCOPES = Subject(
    "scope",
    "Scopes",
    "access_scope",
    fields=(Field("number", "integer", "Number", "{t}.id"),),
    relations=(Relation("operation", "Operation", "operation", False, "{there}.id = {here}.operation_id"),),
)


def labels(lists: Any, *, seen_by: Any) -> dict[str, dict[str, str]]:
    """The codes of the lists that these tests know."""
    return {name: LABELS.get(name, {}) for name in lists}


@pytest.fixture
def selectable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Operations are what can be selected here."""
    module = SimpleNamespace(SUBJECTS=(OPERATIONS, SCOPES), CHOICES=f"{__name__}.labels")
    monkeypatch.setattr(declarations, "_selectable", lambda: [module])
    for cached in (declarations.subjects, declarations.usages):
        cached.cache_clear()
    yield
    for cached in (declarations.subjects, declarations.usages):
        cached.cache_clear()


@pytest.fixture
def operations(db: None, selectable: None) -> list[Operation]:
    """Three operations; of the last one the country is not known."""
    with viewing(system_viewer("tests")):
        made = [
            Operation.objects.create(code=code, name=name, country=country)
            for code, name, country in (("MMR", "Myanmar", "MMR"), ("BGD", "Cox", "BGD"), ("XXA", "Elsewhere", ""))
        ]
        for each in made:
            Scope.objects.create(operation=each)
        return made
