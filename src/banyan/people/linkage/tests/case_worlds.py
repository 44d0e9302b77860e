"""People in front of cases: clients by role, and pairs found alike without the engine."""

from typing import Any
from uuid import UUID

import polars as pl
from django.test import Client
from django.urls import reverse

from banyan.people.linkage import actions, engine
from banyan.people.linkage.actions.running import Comparison
from banyan.people.linkage.models import Case, Feature, Pair
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, SYSTEM, World
from banyan.platform.access.models import Account, Area
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewing

OFFICER, PROTECTION, CLERK, AUDITOR = "registration-officer", "protection-officer", "registration-clerk", "auditor"


def client_of(*roles: str, account: Account | None = None, **where: Any) -> Any:
    """A test client signed in as somebody with these roles; `.account` is who."""
    client: Any = Client()
    client.account = account or make_account(*roles, **where)
    client.force_login(client.account, backend="banyan.platform.access.backends.AccountBackend")
    return client


def area(key: str) -> Area:
    with viewing(SYSTEM):
        return Area.objects.get(key=key)


def suspect(world: World, *pairs: tuple[UUID, UUID], weight: float = 9.0, document: bool = False) -> list[Case]:
    """Cases as a run leaves them that found these pairs alike; the newest last."""
    actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
    model = engine.first_model()
    levels = [1] * len(engine.comparisons(model))
    found = [
        {
            "first": str(min(pair)), "second": str(max(pair)), "weight": weight, "probability": 1 / (1 + 2**-weight),
            "zone": engine.zone(weight, model), "levels": levels, "brought": ["name+year"], "document": document,
        }
        for pair in pairs
    ]  # fmt: skip
    with viewing(SYSTEM):
        before = set(Case.objects.values_list("pk", flat=True))
        digests = dict(Feature.objects.values_list("pk", "digest"))
    people = pl.DataFrame(
        {
            "person": [str(one) for one in digests],
            "digest": list(digests.values()),
            "covered": [False] * len(digests),
        }
    )
    run = actions.begin_run(world.operation.pk, kind="intake", by=SYSTEM)
    counts = {"people": len(digests), "pairs_compared": 12, "pairs_found": len(found)}
    actions.keep_found(run.pk, Comparison(pl.DataFrame(found), people, None, counts, {}), by=SYSTEM)
    with viewing(SYSTEM):
        return list(Case.objects.exclude(pk__in=before).order_by("opened_at", "pk"))


def twice(world: World, **more: Any) -> Case:
    """A case of two: somebody registered twice."""
    (first,), (second,) = world.enrol(AUNG), world.enrol(AUNG_AGAIN)
    return suspect(world, (first, second), **more)[0]


def members(case: Case) -> list[UUID]:
    with viewing(SYSTEM):
        pairs = Pair.objects.filter(case=case).values_list("first_id", "second_id")
        return sorted({one for pair in pairs for one in pair})


def fresh(case: Case) -> Case:
    """The case as it stands now."""
    with viewing(SYSTEM):
        return Case.objects.get(pk=case.pk)


def page(client: Any, name: str, *args: Any, **query: Any) -> tuple[int, str]:
    answer = client.get(reverse(f"linkage:{name}", args=args), query)
    return answer.status_code, answer.content.decode()


def send(client: Any, name: str, *args: Any, **values: Any) -> Any:
    return client.post(reverse(f"linkage:{name}", args=args), values)
