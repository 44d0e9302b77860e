"""What `./banyan demo` and the first start run in a process of their own: rooms' demo data and accounts, by real actions.

A room joins in with `demo.py`:

    def load(progress) -> dict[str, int] | None

called once per room, lowest floor first, outside any transaction. It must do nothing when its data is already there.
A room whose demo acts as the demo's accounts says `NEEDS_ACCOUNTS = True` and is loaded after them.
`progress` has `report(done, total)`, `text(words)` and `size`: "small", "medium", "large", or "first" for what the first start
shows. The counts it returns are printed.
"""

import json
import os
import signal
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import django
from django.apps import apps

from banyan.config.reporting import Report, Step
from banyan.config.unprivileged import die_with_parent

# E-mail, name, roles, key of the area it is limited to ("" for none), how the greeting names the area.
ACCOUNTS = [
    ("administrator@demo.example", "Demo administrator", ("administrator",), "", ""),
    ("officer@demo.example", "Demo data protection officer", ("data-protection-officer",), "", ""),
    ("manager@demo.example", "Demo information manager", ("information-manager",), "", ""),
    ("auditor@demo.example", "Demo auditor", ("auditor",), "", ""),
    ("reader@demo.example", "Demo reader in Kachin", ("reader",), "MMR001", "Kachin only"),
    ("registrar@demo.example", "Demo registration officer", ("registration-officer", "reader"), "", ""),
    (
        "clerk@demo.example",
        "Demo registration clerk in Kachin",
        ("registration-clerk", "reader"),
        "MMR001",
        "Kachin only",
    ),
    ("protection@demo.example", "Demo protection officer", ("protection-officer", "reader"), "", ""),
    ("screening@demo.example", "Demo screening officer", ("screening-officer",), "", ""),
    ("screening2@demo.example", "Second demo screening officer", ("screening-officer",), "", ""),
    ("programme@demo.example", "Demo programme officer", ("programme-officer", "reader"), "", ""),
    ("programme2@demo.example", "Demo programme approver", ("programme-approver", "reader"), "", ""),
    ("payment@demo.example", "Demo payment officer", ("payment-officer", "reader"), "", ""),
    ("approver@demo.example", "Demo payment approver", ("payment-approver", "reader"), "", ""),
    ("authoriser@demo.example", "Demo payment authoriser", ("payment-authoriser", "reader"), "", ""),
    ("releaser@demo.example", "Demo payment releaser", ("payment-releaser", "reader"), "", ""),
    ("distribution@demo.example", "Demo distribution clerk", ("distribution-clerk", "reader"), "", ""),
    ("verifier@demo.example", "Demo verification officer", ("verification-officer", "reader"), "", ""),
]
# Roles that are held in one operation; the others reach all of them.
IN_OPERATION = (
    "registration-officer",
    "registration-clerk",
    "protection-officer",
    "programme-officer",
    "programme-approver",
    "payment-officer",
    "payment-approver",
    "payment-authoriser",
    "payment-releaser",
    "distribution-clerk",
    "verification-officer",
)
OPERATION = "MMR"


def load(size: str, *, quiet: bool) -> dict[str, Any]:
    """Every room's demo, then the accounts. Returns {"size", "seconds", "rooms": [{"room", "seconds", "counts"}]}."""
    report = Report(quiet=quiet)
    start = time.monotonic()
    rooms: list[dict[str, Any]] = []
    found = [config for config in apps.get_app_configs() if config.name.startswith("banyan.")]
    demos = {config.label: import_module(f"{config.name}.demo") for config in found if find_spec(f"{config.name}.demo")}
    after = {label: demo for label, demo in demos.items() if getattr(demo, "NEEDS_ACCOUNTS", False)}
    for label, demo in demos.items():
        if label not in after:
            rooms.append(_load_room(label, demo, size, report))
    begun = time.monotonic()
    with report.step("  accounts") as step:
        made = make_accounts(step)
    rooms.append({"room": "accounts", "seconds": round(time.monotonic() - begun, 2), "counts": {"accounts": made}})
    rooms += [_load_room(label, demo, size, report) for label, demo in after.items()]
    return {"size": size, "seconds": round(time.monotonic() - start, 2), "rooms": rooms}


def _load_room(label: str, demo: ModuleType, size: str, report: Report) -> dict[str, Any]:
    begun = time.monotonic()
    with report.step(f"  {label}") as step:
        step.size = size
        counts = demo.load(step) or {}
    return {"room": label, "seconds": round(time.monotonic() - begun, 2), "counts": counts}


def make_accounts(step: Step) -> int:
    """The demo's accounts with their roles; accounts that exist are left alone. Returns how many were made."""
    from banyan.config.demo import keep_account
    from banyan.platform.access.models import Account, Area, Operation

    made = 0
    operation = Operation.objects.filter(code=OPERATION).first()
    for done, (mail, name, roles, key, where) in enumerate(ACCOUNTS):
        step.report(done, len(ACCOUNTS))
        password = keep_account(mail, roles[0], where)
        if Account.objects.filter(email=mail).exists():
            continue
        area = Area.objects.filter(key=key).first() if key else None
        if key and area is None:
            print(f"  No area {key}: {mail} is not made.", file=sys.stderr)
            continue
        make_account(mail, name, password, roles, area=area, operation=operation)
        made += 1
    return made


def make_account(
    mail: str, name: str, password: str, roles: tuple[str, ...], *, area: Any = None, operation: Any = None
) -> None:
    """One account with its roles, as an invitation that was accepted. Raises Problems about address or password."""
    from banyan.platform.access import actions
    from banyan.platform.access.viewers import system_viewer, viewing

    by = system_viewer("demo")
    with viewing(by, cause="demo:accounts"):
        account, invitation = actions.invite_account(mail, name, by=by)
        actions.accept_invitation(invitation, password, by=by)
        for role in roles:
            where = operation.pk if operation and role in IN_OPERATION else None
            actions.give_role(
                account.pk, role, by=by, operation_id=where, area_id=area.pk if area else None, reason="Demo"
            )


def administrator(mail: str) -> dict[str, Any]:
    """The first administrator, with the password in BANYAN_ADMIN_PASSWORD. Raises Problems about address or password."""
    from banyan.platform.access import actions
    from banyan.platform.access.viewers import system_viewer

    actions.make_administrator(
        mail, mail.partition("@")[0], os.environ["BANYAN_ADMIN_PASSWORD"], by=system_viewer("installation")
    )
    return {"accounts": 1}


def main(arguments: list[str]) -> int:
    """`load SIZE [--quiet]` or `administrator E-MAIL`; the result is the last line of standard output, in JSON."""
    # Whoever starts anew after a kill must be alone with the database.
    die_with_parent(0, signal.SIGKILL)
    django.setup()
    from banyan.platform.kernel.problems import Problem, Problems

    try:
        if arguments[0] == "administrator":
            result = administrator(arguments[1])
        else:
            result = load(arguments[1], quiet="--quiet" in arguments)
    except (Problem, Problems) as problem:
        print(f"\n{problem.as_text()}", file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
