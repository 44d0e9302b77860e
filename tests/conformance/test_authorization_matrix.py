"""Every address × every role × reading and writing, compared with an oracle that knows nothing but declarations.

The oracle never asks a Viewer: it compares the permission an address names with the permissions a role's declaration
lists. New addresses and new roles are covered by themselves.
"""

import logging
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from tests.architecture import exceptions
from tests.architecture.guards.view_permissions import name_of, walk

from banyan.config.urls import urlpatterns as real_patterns
from banyan.platform.access.declarations import SIGNED_IN, declared
from banyan.platform.access.testing import make_account

NOBODY = "nobody"
NO_ROLE = "an account without roles"
METHODS = ("GET", "POST")
SIGN_IN = "/accounts/login/"
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?\w+>")


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Hundreds of refusals are no news."""
    caplog.set_level(logging.CRITICAL, "django.request")


def careless(request: HttpRequest) -> HttpResponse:
    """Names a permission and asks nobody for it."""
    return HttpResponse()


careless.permission = "access.change_account"  # type: ignore[attr-defined]
# The house with one door that does not lock, for the test of the matrix itself.
urlpatterns = [path("planted/", careless), *real_patterns]


@dataclass(frozen=True)
class Door:
    """One address and method. permission: None where everybody may enter."""

    method: str
    address: str
    permission: str | None

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/")


def doors(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[Door]:
    """Every address that a room declares, with ids and words that nothing has; and a failure for an undeclared one."""
    for route, view in walk(patterns):
        if name_of(view).rsplit(".", 1)[0] in exceptions.VIEWS:
            continue
        assert hasattr(view, "permission"), f"/{route} names no permission"
        address, _, verbs = route.partition(" ")
        for method in verbs.split("/") if verbs else METHODS:
            yield Door(method, "/" + ARGUMENT.sub(_dummy, address), view.permission)


def _dummy(argument: re.Match[str]) -> str:
    kind = argument["kind"] or "str"
    return {"int": "987654321", "uuid": str(uuid.uuid4()), "uuidstr": str(uuid.uuid4())}.get(kind, "no-such-thing")


def may(who: str, permission: str | None) -> bool:
    """The oracle: from declarations alone."""
    if permission is None:
        return True
    if who == NOBODY:
        return False
    return permission == SIGNED_IN or (who != NO_ROLE and permission in declared().roles[who].permissions)


def wrong(who: str, door: Door, answer: Any) -> str:
    """What is wrong about an answer; empty if nothing is."""
    status, target = answer.status_code, answer.headers.get("Location", "")
    if status >= 500:
        return "crashed"
    if status == 405 and not door.is_api:
        return ""  # the address takes only the other method; which of the two is public anyway
    if may(who, door.permission):
        locked = status in (401, 403) or target.startswith(SIGN_IN)
        return "refused though allowed" if locked else ""
    if who != NOBODY:
        return "" if status == 403 else "not refused"
    if door.is_api:
        return "" if status == 401 else "open to nobody"
    return "" if status == 302 and target.startswith(SIGN_IN) else "does not lead to sign-in"


def complaints(who: str, patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Each wrong answer in a line. Every request is rolled back."""
    client = Client(raise_request_exception=False)
    if who != NOBODY:
        account = make_account(*([] if who == NO_ROLE else [who]))
        client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    found: list[str] = []
    addresses: set[str] = set()
    taken: set[str] = set()
    for door in dict.fromkeys(doors(patterns)):
        cookies = client.cookies.copy()
        with transaction.atomic():
            body = {"content_type": "application/json", "data": "{}"} if door.is_api and door.method != "GET" else {}
            answer = client.generic(door.method, door.address, **body)
            transaction.set_rollback(True)
        client.cookies = cookies
        place = _KEY.sub("…", door.address)
        addresses.add(place)
        if answer.status_code != 405:
            taken.add(place)
        if words := wrong(who, door, answer):
            found.append(f"{door.method} {door.address} ({door.permission}): {answer.status_code}, {words}")
    return found + [f"{place} takes neither reading nor writing" for place in sorted(addresses - taken)]


@pytest.mark.parametrize("who", [NOBODY, NO_ROLE, *declared().roles])
def test_doors_open_to_those_declared_and_to_nobody_else(who: str, db: None) -> None:
    assert complaints(who, get_resolver().url_patterns) == []


def test_the_matrix_reaches_pages_and_the_api_and_knows_both_answers() -> None:
    everything = set(doors(get_resolver().url_patterns))
    assert len(everything) > 200
    assert {door.method for door in everything if door.is_api} >= {"GET", "POST"}
    permissions = {door.permission for door in everything if door.permission}
    for who in declared().roles:
        assert {may(who, permission) for permission in permissions} == {True, False}, who


@pytest.mark.parametrize("who", [NOBODY, "reader"])
def test_the_matrix_sees_a_door_that_does_not_lock(who: str, db: None, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    assert len(complaints(who, urlpatterns[:1])) == len(METHODS)


def test_the_matrix_refuses_an_address_without_a_permission() -> None:
    with pytest.raises(AssertionError, match="names no permission"):
        list(doors([path("open/", lambda request: HttpResponse())]))
