"""Fixtures for tests of all rooms: accounts with grants, viewers, and the database as somebody else sees it.

Loaded as a plugin by the conftest at the root.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from banyan.platform.access.declarations import declared
from banyan.platform.access.models import Account, Area, Grant, Operation
from banyan.platform.access.rules import Part
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.kernel.ids import new_id

PASSWORD = "a long enough passphrase"
_number = count(1)


def make_account(*roles: str, area: Area | None = None, operation: Operation | None = None, **fields: Any) -> Account:
    """An account holding these roles (in the area and operation), written as the system; password PASSWORD on demand."""
    number = next(_number)
    password = fields.pop("password", None)
    clearance = fields.pop("clearance", 1)
    account = Account(**{"email": f"person{number}@example.org", "name": f"Person {number}", **fields})
    if password:
        account.set_password(password)
    else:
        account.set_unusable_password()
    with viewing(system_viewer("tests")):
        account.save()
        for role in roles:
            assert role in declared().roles, f"{role} is not declared"
            Grant.objects.create(
                account=account, role=role, area=area, operation=operation, clearance=clearance,
                valid_from=timezone.now().date(),
            )  # fmt: skip
    return account


def viewer_with(*permissions: str, scopes: frozenset[int] | set[int] | None = None, clearance: int = 1) -> Viewer:
    """A viewer with exactly these permissions, everywhere or within `scopes`; it has no account row."""
    part = Part(frozenset(permissions), scopes is None, frozenset(scopes or ()), None, clearance)
    return Viewer(id=new_id(), label="Somebody", parts=(part,))


@pytest.fixture(name="viewer_with")
def _viewer_with() -> Callable[..., Viewer]:
    """Makes viewers with exactly the permissions named."""
    return viewer_with


@pytest.fixture(name="make_account")
def _make_account(db: None) -> Callable[..., Account]:
    """Makes accounts that hold roles."""
    return make_account


@pytest.fixture
def administrator(db: None) -> Viewer:
    """The viewer of an account with the role of administrator everywhere."""
    return viewer_of(make_account("administrator"))


@pytest.fixture
def information_manager(db: None) -> Viewer:
    """The viewer of an account that keeps reference data everywhere."""
    return viewer_of(make_account("information-manager"))


@pytest.fixture
def reader(db: None) -> Viewer:
    """The viewer of an account that reads reference data everywhere."""
    return viewer_of(make_account("reader"))


@pytest.fixture
def system() -> Viewer:
    """The system as a viewer."""
    return system_viewer("tests")


@pytest.fixture
def signed_in(client: Any, db: None) -> Callable[..., Any]:
    """Signs the test client in: signed_in("reader", area=kachin) returns the client, with .account set."""

    def sign_in(*roles: str, **fields: Any) -> Any:
        account = make_account(*roles, **fields)
        client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
        client.account = account
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _forget_access() -> Iterator[None]:
    """Caches compare a counter that a rolled back test turns back: empty them between tests."""
    yield
    from banyan.platform.access import resolving  # noqa: PLC0415 — after Django is set up

    resolving.forget()
