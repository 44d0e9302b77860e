"""Server time of home, list, record and API list: p95 with 1 and 8 clients, and requests/s against a bare signed-in view.

granian as `up` runs it, on a migrated throwaway server with the demo's data. The clients are processes on the same
machine and take their share of its cores; times are theirs, from sending the request to the last byte of the answer.
The figure is the worst of all measurements divided by its goal: 1.0 or less passes.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from banyan.config.benching import progress, throwaway_database
from banyan.config.installation import ROOT
from banyan.config.ports import next_free

ONE_CLIENT_MS, EIGHT_CLIENTS_MS, RATE_GOAL = 40, 120, 0.2
SECONDS = float(os.environ.get("BANYAN_BENCH_SECONDS", "20"))
ACCOUNT = "manager@demo.example"
HOST = "127.0.0.1"


def main() -> dict[str, Any]:
    """Load the demo, start the server, measure every page in turn."""
    os.environ["BANYAN_DEMAND_MFA"] = "0"
    with throwaway_database():
        progress("loading the demo")
        subprocess.run(
            [sys.executable, "-m", "banyan.config.demonstration", "load", "small", "--quiet"],
            check=True, stdout=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
        cookie, pages = _session(), _pages()
        with _server() as port:
            measured = {name: _measure(port, path, cookie, name) for name, path in pages.items()}
    bare = measured.pop("bare")
    worst = max(
        max(page["p95_1"] / ONE_CLIENT_MS, page["p95_8"] / EIGHT_CLIENTS_MS, RATE_GOAL / (page["rate"] / bare["rate"]))
        for page in measured.values()
    )
    rates = {name: round(page["rate"] / bare["rate"], 3) for name, page in measured.items()}
    return {
        "figure": round(worst, 3),
        "unit": "share of the goal (1.0 or less passes)",
        "ratio": min(rates.values()),
        "against": f"a view that only authenticates: {bare['rate']:.0f} requests/s with 8 clients",
        "goal": f"p95 ≤ {ONE_CLIENT_MS} ms with 1 client, ≤ {EIGHT_CLIENTS_MS} ms with 8; requests/s ≥ {RATE_GOAL} of the bare view",
        "conditions": {"ratios of requests/s": rates, "seconds": SECONDS, "bare": bare, **measured},
    }


def _session() -> str:
    """A cookie of a signed-in demo account."""
    from banyan.platform.access.models import Account

    return _session_of(Account.objects.get(email=ACCOUNT))


def _session_of(account: Any) -> str:
    """A cookie of this account, signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _pages() -> dict[str, str]:
    """The addresses measured: places when the demo has them, else organisations."""
    from banyan.platform.access.viewers import system_viewer, viewing
    from banyan.reference.parties.models import Organisation
    from banyan.reference.places.models import Place

    pages = {"bare": "/bench/who", "home": "/"}
    with viewing(system_viewer("bench")):
        place = Place.objects.filter(parent__parent__isnull=False).first() or Place.objects.first()
        if place is not None:
            return {**pages, "list": "/places/", "record": f"/places/{place.pk}/", "api": "/api/v1/places"}
        party = Organisation.objects.order_by("code")[0]
    return {**pages, "list": "/parties/", "record": f"/parties/{party.code}/", "api": "/api/v1/parties/organisations"}


@contextmanager
def _server() -> Iterator[int]:
    """granian with the options of `up`; yields its port once it answers."""
    port = next_free(HOST, 8765)
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "bench")])
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
            "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
            "banyan.config.wsgi:application",
        ],
        cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "page_settings", "PYTHONPATH": path},
    )  # fmt: skip
    try:
        for _attempt in range(200):
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(2)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _measure(port: int, path: str, cookie: str, name: str) -> dict[str, float]:
    """p95 in ms with one client and with eight, and requests per second with eight."""
    _clients(port, path, cookie, 2, 1.5)
    one = _clients(port, path, cookie, 1, max(2.0, SECONDS / 4))
    eight = _clients(port, path, cookie, 8, SECONDS)
    found = {"p50_1": statistics.median(one), "p95_1": _p95(one), "p95_8": _p95(eight), "rate": len(eight) / SECONDS}
    rounded = {key: round(value, 1) for key, value in found.items()}
    progress(f"{name:8} {rounded}")
    return rounded


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _clients(port: int, path: str, cookie: str, number: int, seconds: float) -> list[float]:
    """Milliseconds of every request of so many clients, spread over two processes."""
    processes = [
        subprocess.Popen(
            [sys.executable, str(ROOT / "bench" / "page_load.py"), str(port), path, str(clients), str(seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for clients in (number - number // 2, number // 2) if clients
    ]  # fmt: skip
    # The cookie goes by standard input: arguments are seen by everybody on the machine.
    answers = [process.communicate(cookie)[0] for process in processes]
    if any(process.returncode for process in processes):
        raise RuntimeError(f"{path} did not answer as it should")
    return [milliseconds for answer in answers for milliseconds in json.loads(answer)]
