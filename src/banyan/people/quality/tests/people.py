"""Who looks at the pages in tests: clients of the registration's roles, and a world with something wrong in it."""

from types import SimpleNamespace
from typing import Any

from django.test import Client

from banyan.people.quality import actions
from banyan.people.quality.tests.worlds import SYSTEM, World
from banyan.platform.access.models import Account, Area
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewing

CLERK, OFFICER, PROTECTION, MANAGER = (
    "registration-clerk", "registration-officer", "protection-officer", "information-manager",
)  # fmt: skip


def client_of(*roles: str, account: Account | None = None, **where: Any) -> Any:
    """A test client signed in as somebody with these roles; `.account` is who."""
    client: Any = Client()
    client.account = account or make_account(*roles, **where)
    client.force_login(client.account, backend="banyan.platform.access.backends.AccountBackend")
    return client


def area(key: str) -> Area:
    with viewing(SYSTEM):
        return Area.objects.get(key=key)


def troubled(world: World, *, good: int = 40) -> SimpleNamespace:
    """People of whom three have no name, one of them in the south; a home without a head; the first pass is made."""
    for number in range(good):
        world.person(name=f"Person {number}", birth_date=f"{1940 + number % 80}-06-05", interviewer="Ko Ko")
    nameless = [world.person(name="", interviewer=who, birth_date="1980") for who in ("Ko Ko", "Ma Ma")]
    far = world.person(name="", scope_id=world.south, interviewer="Ma Ma")
    lawless = world.person(legal="")
    home = world.home()
    run(world)
    return SimpleNamespace(nameless=nameless, far=far, lawless=lawless, home=home)


def run(world: World) -> Any:
    return actions.run_pass(world.operation.pk, by=SYSTEM)
