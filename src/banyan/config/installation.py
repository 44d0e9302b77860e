"""Where an installation keeps what is its own: data folder, secrets, the way to its database."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]


def data_folder() -> Path:
    """The folder of everything this installation may write: BANYAN_HOME, by default .banyan beside the launcher."""
    return Path(os.environ.get("BANYAN_HOME") or ROOT / ".banyan").resolve()


def secret(name: str) -> str:
    """A secret of this installation: from BANYAN_SECRET_<NAME>, else from the data folder, made there (mode 0600) once."""
    given = os.environ.get(f"BANYAN_SECRET_{name.upper()}")
    if given:
        return given
    folder = data_folder() / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    if not file.exists():
        # Written whole under another name, then linked: who comes second reads what the first one wrote, never half.
        unfinished = folder / f".{name}-{os.getpid()}-{secrets.token_hex(4)}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(48))
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, file)
        unfinished.unlink()
    return file.read_text().strip()


def role() -> str:
    """Which database role this process takes: "app" (default) or "owner" (migrations)."""
    return os.environ.get("BANYAN_DATABASE_ROLE", "app")


def application_role() -> str:
    """Name of the database role that pages, API and worker use."""
    return unquote(urlsplit(os.environ.get("BANYAN_DATABASE_APP", "")).username or "banyan_app")


def database() -> dict[str, Any]:
    """Django's description of the database for this process's role.

    BANYAN_DATABASE_APP / BANYAN_DATABASE_OWNER hold postgresql:// addresses, set by the command line once the server runs.
    """
    address = os.environ.get(f"BANYAN_DATABASE_{role().upper()}", "")
    parts = urlsplit(address)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    # Connections are pooled: opening one costs as much as a small page.
    options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10} if role() == "app" else False
    if not options["pool"]:
        del options["pool"]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "banyan",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        # A pooled connection may be older than the server it leads to: the supervisor restarts one that died.
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": options,
        "TEST": {"MIGRATE": True},
    }
