"""Person and household page among a million people: server time p95 in milliseconds, and the number of queries.

Requests go through all middleware as a registration officer of one state asks for them (Django's test client, so without the
network). Each page is another person's or household's, so nothing is warm but the server. Goal: p95 ≤ 60 ms for both
pages, and the same number of queries whoever is shown (households of one to ten people).
"""

import os
import random
import statistics
import time
from typing import Any

DATABASE = True
GOAL_MS = 60.0


def main(people: int | None = None, pages: int = 400) -> dict[str, Any]:
    """Run the benchmark; people by default one million, or BANYAN_BENCH_ROWS."""
    from register_fill import fill

    from banyan.config.benching import progress

    os.environ["BANYAN_DEMAND_MFA"] = "0"
    people = people or int(os.environ.get("BANYAN_BENCH_ROWS", "1000000"))
    return measure(fill(people, os.environ["BANYAN_DATABASE_OWNER"], say=progress), pages)


def measure(filled: Any, pages: int) -> dict[str, Any]:
    """Open pages of a filled register."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from banyan.config.benching import progress

    settings.ALLOWED_HOSTS = ["*"]
    settings.DEMAND_MFA = False
    client = Client(HTTP_HOST="localhost")
    client.force_login(_officer(filled), backend="banyan.platform.access.backends.AccountBackend")
    chooser = random.Random(11)
    mine = [one for one in filled.known if one.scope_id in filled.states[0]]
    kinds = {
        "person": [reverse("registry:person", args=[one.id]) for one in mine],
        "household": [reverse("registry:household", args=[one.household]) for one in mine],
    }
    times: dict[str, list[float]] = {}
    queries: dict[str, set[int]] = {}
    for kind, addresses in kinds.items():
        progress(f"{kind} page")
        chosen = chooser.choices(addresses, k=pages + 20)
        for number, address in enumerate(chosen):
            start = time.perf_counter()
            answer = client.get(address)
            spent = (time.perf_counter() - start) * 1000
            if answer.status_code != 200:
                raise AssertionError(f"{kind} page answered {answer.status_code}")
            if number >= 20:
                times.setdefault(kind, []).append(spent)
        for address in chosen[:25]:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            queries.setdefault(kind, set()).add(len(captured))
    p95 = {kind: round(statistics.quantiles(spent, n=20)[18], 1) for kind, spent in times.items()}
    return {
        "figure": max(p95.values()),
        "unit": "ms of server time, p95 of the slower of the two pages",
        "goal": GOAL_MS,
        "passed": max(p95.values()) <= GOAL_MS and all(len(counts) == 1 for counts in queries.values()),
        "conditions": {
            "people": filled.people,
            "p95_ms": p95,
            "median_ms": {kind: round(statistics.median(spent), 1) for kind, spent in times.items()},
            "queries": {kind: sorted(counts) for kind, counts in queries.items()},
            "pages": pages,
        },
    }


def _officer(filled: Any) -> Any:
    """An account of a registration officer in the first state."""
    from django.utils import timezone

    from banyan.platform.access.models import Account, Area, Grant
    from banyan.platform.access.viewers import system_viewer, viewing

    with viewing(system_viewer("bench")):
        account = Account(email="officer@bench.example", name="Officer")
        account.set_unusable_password()
        account.save()
        Grant.objects.create(
            account=account, role="registration-officer", area=Area.objects.get(key="MMR001"), operation=filled.operation,
            clearance=1, valid_from=timezone.now().date(),
        )  # fmt: skip
    return account
