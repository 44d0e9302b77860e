"""A stand-in for a KoBo server: the shapes of its API v2 over real HTTP, with the ways in which it may go wrong."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "0123456789abcdef0123456789abcdef01234567"
ASSET = "aSAvYreNzVEkrWg5Gdcvg"


class Kobo:
    """What the server holds, and how it behaves: `trouble` maps a path to answers it gives first."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.trouble: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.page = 2
        self.url = ""
        self.next_host = ""

    def add(self, number: int, *, photo: bytes | None = None, **answers: Any) -> dict[str, Any]:
        """A submission; with a photo it has an attachment."""
        row: dict[str, Any] = {
            "_id": number, "_uuid": f"uuid-{number}", "meta/instanceID": f"uuid:uuid-{number}", "formhub/uuid": "f",
            "_xform_id_string": ASSET, "_submission_time": f"2024-05-{number:02}T10:00:00", "__version__": "v1",
            "_attachments": [], "_validation_status": {}, "_notes": [], "_tags": [], "_status": "submitted_via_web",
            **answers,
        }  # fmt: skip
        if photo is not None:
            path = f"/api/v2/assets/{ASSET}/data/{number}/attachments/1/"
            self.files[path] = photo
            row["photo"] = f"p{number}.jpg"
            row["_attachments"] = [
                {"download_url": self.url + path, "filename": f"me/attachments/p{number}.jpg", "mimetype": "image/jpeg"}
            ]
        self.rows.append(row)
        return row


def _handler(kobo: Kobo) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: Any) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            kobo.asked.append(self.path)
            kobo.tokens.add(self.headers.get("Authorization", ""))
            waiting = kobo.trouble.get(parts.path, [])
            if waiting:
                status, headers, body = waiting.pop(0)
                return self._send(status, body, headers)
            if self.headers.get("Authorization") != f"Token {TOKEN}":
                return self._json(401, {"detail": "Invalid token."})
            if parts.path == f"/api/v2/assets/{ASSET}/":
                return self._json(
                    200, {"uid": ASSET, "name": "Arrivals", "deployment__submission_count": len(kobo.rows)}
                )
            if parts.path == f"/api/v2/assets/{ASSET}/data/":
                query = parse_qs(parts.query)
                start, limit = int(query["start"][0]), min(int(query["limit"][0]), kobo.page)
                rows = sorted(kobo.rows, key=lambda row: row["_id"])
                following = None
                if start + limit < len(rows):
                    host = kobo.next_host or kobo.url
                    following = f"{host}{parts.path}?format=json&limit={limit}&start={start + limit}"
                return self._json(
                    200,
                    {"count": len(rows), "next": following, "previous": None, "results": rows[start : start + limit]},
                )
            if parts.path in kobo.files:
                return self._send(200, kobo.files[parts.path], {"Content-Type": "image/jpeg"})
            return self._json(404, {"detail": "Not found."})

        def _json(self, status: int, body: Any) -> None:
            self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


@contextmanager
def running() -> Iterator[Kobo]:
    """The server on a free port of this machine, until the block ends."""
    kobo = Kobo()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(kobo))
    kobo.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield kobo
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
