"""`./banyan up`: database, web server and worker as one thing that starts together and ends together."""

import argparse
import contextlib
import http.client
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from banyan.config import demo, frontend, installation, opening, ports, preparation
from banyan.config.children import Child
from banyan.config.reporting import Report
from banyan.config.trouble import Trouble

LOGIN = "/accounts/login/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `up`."""
    parser.add_argument(
        "--host", default=os.environ.get("BANYAN_HOST", "127.0.0.1"), help="address to listen on (default 127.0.0.1)"
    )
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("BANYAN_PORT", "8000")), help="port (default 8000)"
    )
    parser.add_argument("--empty", action="store_true", help="a real, empty installation instead of the demo")
    parser.add_argument("--workers", type=int, default=2, help="web worker processes (default 2)")


def run(options: argparse.Namespace) -> int:
    """Start everything, print where it is, stay until told to stop. Raises Trouble when it cannot."""
    report = Report()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    if not 0 < options.port < 65536:
        raise Trouble(
            f"{options.port} is not a port.", "Ports go from 1 to 65535; from 1024 on they need no special rights."
        )
    with opening.opened("up", sole=True) as database:
        administrator = _asked_first(empty=options.empty)  # before the long work, not after it
        frontend.build(report)
        demo.clear_half_loaded(report)
        preparation.prepare(report)
        greeting = _first_data(report, administrator)
        if stop.is_set():
            return 0
        port = _free_port(options.host, options.port, report)
        shown = "localhost" if options.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else options.host  # noqa: S104 — compared, not bound
        address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
        _tell_address(address)
        with _children(options, port) as children:
            with report.step("Starting web server and worker"):
                _wait_for_login(options.host, port, children[0], stop)
                children[1].start()  # now that nobody waits: both need a core to load the program
            if not stop.is_set():
                _greet(address, greeting)
            _watch(children, database, stop)
        print("Stopping: web server, worker, database.", file=sys.stderr, flush=True)
    print("Stopped.", file=sys.stderr, flush=True)
    return 0


def _asked_first(*, empty: bool) -> tuple[str, str] | None:
    """The first administrator to make, if this is the first start of an empty installation."""
    with preparation.Marks() as marks:
        kind = marks.get("kind")
    if empty and kind == "demo":
        raise Trouble(
            f"{installation.data_folder()} holds the demo, not an empty installation.",
            "Name another folder for the real one: BANYAN_HOME=/path/to/folder ./banyan up --empty",
        )
    return demo.ask_administrator() if empty and not kind else None


def _first_data(report: Report, administrator: tuple[str, str] | None) -> list[str]:
    """Load the demo, or make the first administrator, once. Returns lines for the greeting."""
    with preparation.Marks() as marks:
        if not marks.get("kind"):
            if administrator:
                demo.make_administrator(*administrator, report)
            else:
                marks.set(demo.BEGUN, "yes")
                demo.load(report)
            marks.set("kind", "empty" if administrator else "demo")
    return demo.accounts_to_show()


def _free_port(host: str, port: int, report: Report) -> int:
    deadline = time.monotonic() + 5
    while not ports.is_free(host, port):
        occupant = ports.occupant(port)
        # After a kill -9 the last web server needs a moment to notice; it is ours, so wait.
        if ("granian" in occupant or not occupant) and time.monotonic() < deadline:
            time.sleep(0.3)
            continue
        other = ports.next_free(host, port)
        report.say(f"Port {port} is taken{f' by {occupant}' if occupant else ''}.")
        if sys.stdin.isatty() and sys.stderr.isatty():
            answer = input(f"Use {other} instead? [Y/n] ").strip().lower()
            if answer not in ("", "y", "yes"):
                raise Trouble(f"Port {port} is taken.", "Name another one with --port.")
        else:
            report.say(f"Using {other} instead.")
        return other
    return port


@contextlib.contextmanager
def _children(options: argparse.Namespace, port: int) -> Iterator[list[Child]]:
    """Web server (started) and worker (not yet); ended together when the block is left."""
    environment = opening.environment()
    hosts = environment.get("BANYAN_HOSTS", "localhost,127.0.0.1,[::1]")
    environment["BANYAN_HOSTS"] = f"{hosts},{options.host}"
    logs = installation.data_folder() / "logs"
    logs.mkdir(exist_ok=True, mode=0o700)
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host, "--port", str(port),
        "--workers", str(options.workers), "--blocking-threads", "4", "--no-ws", "--workers-kill-timeout", "10",
        "--respawn-failed-workers", "banyan.config.wsgi:application",
    ]  # fmt: skip
    children = [
        Child("web server", web, environment, logs / "web.log"),
        Child("worker", [sys.executable, "-m", "django", "work"], environment, logs / "worker.log"),
    ]
    try:
        children[0].start()
        yield children
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.wait()


def _tell_address(address: str) -> None:
    """Add the address to the lock file, for whoever comes second."""
    path = installation.data_folder() / "lock"
    with open(path, "r+") as file, contextlib.suppress(BlockingIOError):
        opening.tell(file, command="up", address=address)


def answers(host: str, port: int) -> bool:
    """Whether the login page is there."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 — where to look when listening on all
    connection = http.client.HTTPConnection(target, port, timeout=10)
    try:
        connection.request("GET", LOGIN, headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _wait_for_login(host: str, port: int, web: Child, stop: threading.Event) -> None:
    deadline = time.monotonic() + 90
    while not stop.is_set() and not answers(host, port):
        web.watch()
        if web.is_failing():
            raise Trouble(
                f"The web server does not start. Its last words:\n{web.last_words()}", f"The whole log: {web.log}"
            )
        if time.monotonic() > deadline:
            raise Trouble(
                f"The login page does not come. The web server's last words:\n{web.last_words()}",
                "./banyan doctor looks further.",
            )
        stop.wait(0.1)


def _greet(address: str, lines: list[str]) -> None:
    print(f"\nBanyan is ready:  {address}\n", flush=True)
    for line in lines:
        print(f"  {line}", flush=True)
    print(f"{chr(10) if lines else ''}Stop it with Ctrl-C (or: kill {os.getpid()}).", flush=True)


def _watch(children: list[Child], database: Any, stop: threading.Event) -> None:
    """Until told to stop: start again what dies."""
    process = database.process
    while not stop.wait(0.5):
        if process is not None and process.poll() is not None:
            print(
                "The database server ended; starting it again. Nothing committed is lost.", file=sys.stderr, flush=True
            )
            process = opening.server().start()
        for child in children:
            if words := child.watch():
                print(words, file=sys.stderr, flush=True)
            if child.is_failing():
                raise Trouble(
                    f"The {child.name} keeps ending. Its last words:\n{child.last_words()}",
                    f"The whole log: {child.log}",
                )
