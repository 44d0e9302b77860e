"""The API attacked from its own description: no call may crash it, and every answer must be as described."""

import os
import sys
from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from ninja import Schema
from schemathesis.checks import CHECKS, load_all_checks

from banyan.platform.access.declarations import declared
from banyan.platform.access.testing import make_account
from banyan.platform.access.tokens import new_token
from banyan.platform.access.viewers import system_viewer, viewing

load_all_checks()
# Of each operation, besides the cases that its description makes by itself. More at night: .ci/nightly.
EXAMPLES = int(os.environ.get("BANYAN_API_EXAMPLES", "5"))
EXCLUDED = {
    # Any text is a name here, and filters of lists take what they do not know: there is little to reject.
    "positive_data_acceptance": "valid shapes still meet rules that JSON Schema cannot say (roles that exclude each other)",
    "negative_data_rejection": "unknown query parameters are the list's own filters, which the description leaves open",
    "missing_required_header": "the only header is the token; its absence is tested below",
    "ignored_auth": "tokens and sessions are alternatives that the check takes for one",
    "unsupported_method": "TRACE is answered by the web server, not by the application",
    "ensure_resource_availability": "needs links between operations",
    "use_after_free": "needs links between operations",
    "max_response_time": "measured by a bench",
}


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """Requests end without closing the connection, as those of Django's own test client: all of a test is one transaction.

    A database of its own for each of hundreds of operations would cost more than the calls.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(one_connection: None) -> str:
    """The token of an account that holds every role it can, with every permission."""
    from datetime import timedelta

    from django.utils import timezone

    from banyan.platform.access.models import ApiToken, Grant

    account = make_account("administrator", name="Attacker")
    text, digest = new_token()
    with viewing(system_viewer("tests")):
        for role in declared().roles:
            if role != "administrator":
                # Roles that exclude each other, given past the action: every operation shall be reached.
                Grant.objects.create(account=account, role=role, valid_from=timezone.now().date(), clearance=3)
    ApiToken.objects.create(
        account=account,
        label="schemathesis",
        digest=digest,
        start=text[:8],
        permissions=sorted(declared().permissions),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return text


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())


# Threads that earlier tests left running (a connection pool's back-off) draw from the global random while examples are
# made. Hypothesis takes it for the strategy's own doing; the examples do not depend on it.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning")
@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_every_operation_answers_as_described(case: schemathesis.Case, token: str) -> None:
    assert django_settings.DEBUG is False
    excluded = [check for check in CHECKS.get_all() if check.__name__ in EXCLUDED]
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded)


def test_no_two_rooms_describe_different_things_by_one_name() -> None:
    """The description knows schemas by their names alone: of two with one name the last would describe both."""
    by_name: dict[str, set[type]] = {}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("banyan.") and ".api" in module.__name__:
            for found in vars(module).values():
                if isinstance(found, type) and issubclass(found, Schema) and found.__module__ == module.__name__:
                    by_name.setdefault(found.__name__, set()).add(found)
    assert by_name
    assert {name: found for name, found in by_name.items() if len(found) > 1} == {}
