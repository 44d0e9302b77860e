"""People in front of the pages of programmes: clients by role, pages got and forms sent."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.platform.access.testing import make_account

OFFICER, APPROVER, AUDITOR, CLERK = "programme-officer", "programme-approver", "auditor", "registration-clerk"


def client_of(*roles: str, **where: Any) -> Any:
    """A test client signed in as somebody with these roles; `.account` is who."""
    client: Any = Client()
    client.account = make_account(*roles, **where)
    client.force_login(client.account, backend="banyan.platform.access.backends.AccountBackend")
    return client


def page(client: Any, where: str, /, *args: Any, **query: Any) -> tuple[int, str]:
    """Status and text of a page."""
    answer = client.get(reverse(f"programmes:{where}", args=args), query)
    return answer.status_code, answer.content.decode() if not answer.streaming else ""


def shown(client: Any, where: str, /, *args: Any, **query: Any) -> str:
    """The text of a page that has to be there."""
    status, text = page(client, where, *args, **query)
    assert status == 200, (where, status)
    return text


def send(client: Any, where: str, /, *args: Any, **given: Any) -> Any:
    """The answer to a form."""
    return client.post(reverse(f"programmes:{where}", args=args), given)


def sent(client: Any, where: str, /, *args: Any, **given: Any) -> str:
    """Where a form that has to be taken leads to."""
    answer = send(client, where, *args, **given)
    assert answer.status_code == 302, (where, answer.status_code, _alert(answer))
    return str(answer["Location"])


def refused(client: Any, where: str, /, *args: Any, **given: Any) -> str:
    """What the page says of a form that is not taken: above everything else, for whoever hears the page too."""
    answer = send(client, where, *args, **given)
    assert answer.status_code == 422, (where, answer.status_code)
    told = _alert(answer)
    assert told, "nothing says what is wrong"
    return told


def _alert(answer: Any) -> str:
    text = answer.content.decode()
    return text.partition('role="alert"')[2].partition("</div>")[0]


def asked(client: Any, where: str, /, *args: Any, **query: Any) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as found:
        shown(client, where, *args, **query)
    return len(found)


def lines(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Lines under a form, as a browser sends them."""
    given = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    return given | {
        f"{prefix}-{number}-{name}": str(value) for number, row in enumerate(rows) for name, value in row.items()
    }
