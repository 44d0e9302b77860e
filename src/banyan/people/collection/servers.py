"""Asking a KoBo server (API v2) for submissions and attachments, without being led anywhere else.

Only https, only public addresses, no redirects to other hosts; what the operator allows by BANYAN_PRIVATE_SERVERS
excepted. The address is resolved once and that very address is connected to, so a name cannot change its mind in
between. The token goes into a header of these requests and nowhere else.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpcore
import httpx
import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.problems import FILE_PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem

PAGE = 1_000  # submissions in one answer: what KoBo's own servers allow
LARGEST_ANSWER = 100_000_000
LARGEST_ATTACHMENT = 10_000_000
ATTEMPTS = 4
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_PASSING = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT = 30.0


def check_server(url: str) -> str:
    """The address of a server without path and slash at its end. Raises Problem collection.server_forbidden."""
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password or port == -1:
        raise Problem("collection.server_forbidden", server=url[:100], reason=_("it is no address of a server"))
    if parts.scheme == "http" and not _is_allowed(host):
        raise Problem("collection.server_forbidden", server=host, reason=_("it must begin with https://"))
    if not _is_allowed(host) and _is_number(host) and not ipaddress.ip_address(host).is_global:
        raise Problem("collection.server_forbidden", server=host, reason=_("it lies in a private network"))
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


class KoboServer:
    """A KoBo server seen through one token. Use it in a `with`; every method may raise Problem collection.kobo_…"""

    def __init__(self, url: str, token: str, *, pause: float = 0.5) -> None:
        self.url = check_server(url)
        self.host = urlsplit(self.url).netloc
        self._pause = pause
        self._client = httpx.Client(
            transport=_guarded_transport(),
            headers={"Authorization": f"Token {token}", "Accept": "application/json"},
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def asset(self, uid: str) -> dict[str, Any]:
        """The project: name, version, how many submissions it has."""
        found = self._json(f"{self.url}/api/v2/assets/{uid}/?format=json")
        if not isinstance(found, dict) or "uid" not in found:
            raise self._unexpected(_("the project is not described"))
        return found

    def pages(self, uid: str, *, size: int = PAGE) -> Iterator[tuple[list[dict[str, Any]], int]]:
        """The submissions of a project, page by page in the order they were made, each with the total there is."""
        url: str | None = f'{self.url}/api/v2/assets/{uid}/data/?format=json&limit={size}&start=0&sort={{"_id":1}}'
        seen = set()
        while url:
            if url in seen:
                raise self._unexpected(_("its pages run in a circle"))
            seen.add(url)
            page = self._json(url)
            rows = page.get("results") if isinstance(page, dict) else None
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise self._unexpected(_("a page holds no list of submissions"))
            yield rows, int(page.get("count") or 0)
            following = page.get("next")
            url = self._own(following) if isinstance(following, str) and following else None

    def attachment(self, url: str) -> bytes | None:
        """The content of an attachment; None when it is larger than is taken, gone, or kept on another server."""
        try:
            address = self._own(url)
        except Problem:
            return None
        answer = self._get(address, most=LARGEST_ATTACHMENT, gone_is_none=True)
        return answer

    def _json(self, url: str) -> Any:
        content = self._get(url, most=LARGEST_ANSWER)
        try:
            return orjson.loads(content or b"")
        except orjson.JSONDecodeError:
            raise self._unexpected(_("its answer is no JSON")) from None

    def _get(self, url: str, *, most: int, gone_is_none: bool = False) -> bytes | None:
        """The body of an answer, after waiting and trying again where that may help."""
        reason = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(min(self._pause * 2**attempt, _LONGEST_WAIT))
            try:
                with self._client.stream("GET", url) as answer:
                    if answer.status_code == 200:
                        return self._body(answer, most, gone_is_none=gone_is_none)
                    if answer.status_code in _PASSING:
                        reason = f"HTTP {answer.status_code}"
                        self._wait(answer)
                        continue
                    if gone_is_none:
                        return None
                    raise self._refused(answer.status_code)
            except (httpx.TransportError, httpcore.NetworkError, httpcore.TimeoutException) as error:
                reason = type(error).__name__
            except _Forbidden as error:
                raise Problem("collection.server_forbidden", server=self.host, reason=error.reason) from None
        if gone_is_none:
            return None
        raise Problem("collection.kobo_unreachable", server=self.host, reason=reason)

    def _body(self, answer: httpx.Response, most: int, *, gone_is_none: bool) -> bytes | None:
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > most:
                if gone_is_none:
                    return None
                raise self._unexpected(_("its answer is too large"))
            parts.append(part)
        return b"".join(parts)

    def _wait(self, answer: httpx.Response) -> None:
        asked = answer.headers.get("Retry-After", "")
        if asked.isdigit():
            time.sleep(min(float(asked), _LONGEST_WAIT))

    def _own(self, url: str) -> str:
        """An address the server gave, if it leads to the server itself; its scheme and host are ours, whatever it says.

        Behind a proxy KoBo writes http:// or an inner name into `next`: only path and query of the same host count.
        """
        parts, own = urlsplit(url), urlsplit(self.url)
        if parts.netloc and parts.hostname != own.hostname:
            raise self._unexpected(_("it leads to another server"))
        query = f"?{parts.query}" if parts.query else ""
        return f"{own.scheme}://{own.netloc}{parts.path}{query}"

    def _refused(self, status: int) -> Problem:
        if status in (401, 403, 404):
            return Problem("collection.kobo_refused", server=self.host)
        if 300 <= status < 400:
            return self._unexpected(_("it leads to another address"))
        return self._unexpected(f"HTTP {status}")

    def _unexpected(self, reason: Any) -> Problem:
        return Problem("collection.kobo_unexpected", server=self.host, reason=reason)


class _Forbidden(Exception):
    """The name of the server leads where nothing may be asked."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason
        super().__init__(str(reason))


class _GuardedBackend(httpcore.SyncBackend):
    """Resolves a name, looks at what it leads to, and connects to just that."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise httpcore.ConnectError(f"{host} is not known") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not _is_allowed(host) and not all(ipaddress.ip_address(each).is_global for each in addresses):
            raise _Forbidden(_("it lies in a private network"))
        last: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


def _guarded_transport() -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport()
    # httpx has no door for a network backend of one's own; its pool is the only place where a connection begins.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), max_connections=4, network_backend=_GuardedBackend()
    )
    return transport


def _is_allowed(host: str) -> bool:
    """Whether the operator allows this host in spite of its address (and by plain http)."""
    allowed = getattr(settings, "PRIVATE_SERVERS", ())
    return host in allowed or (settings.DEBUG and host in ("localhost", "127.0.0.1", "::1"))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
