"""The vault: files and small secrets, locked with AES-256-GCM before they touch the disk.

A file's name is part of what is authenticated: one locked file put in another's place does not open. The key comes from
the installation's secret "vault" (settings.VAULT_KEY); without it nothing here can be read, so it is in every backup.
"""

import base64
import hashlib
import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from banyan.platform.kernel.ids import new_id

_MARK = b"BNV1"  # says how the file is locked, for the day another way is needed
_NONCE = 12  # bytes, as NIST SP 800-38D advises for GCM
_FOLDER = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}/[0-9a-f]{2}/[0-9a-f-]{36}")


class Broken(Exception):
    """What was kept does not open: damaged, exchanged, or locked with another key."""


def keep(content: bytes, *, folder: str) -> str:
    """Lock and store `content`; returns the name to fetch it by.

    folder: lower-case word for the kind of file ("photos", "uploads"). The file is complete or not there at all.
    Raises ValueError for another kind of folder name.
    """
    if not _FOLDER.fullmatch(folder):
        raise ValueError(f"not a folder name: {folder!r}")
    own = str(new_id())
    # The end of a UUIDv7 is random: it spreads files over 256 folders, the beginning would fill one after another.
    name = f"{folder}/{own[-2:]}/{own}"
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(_locked(content, about=name))
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(path)
    return name


def fetch(name: str) -> bytes:
    """What was kept under `name`. Raises FileNotFoundError, Broken, ValueError for what is no name."""
    return _unlocked(_path(name).read_bytes(), about=name)


def destroy(name: str) -> None:
    """Remove a kept file; one that is gone already is no error. Raises ValueError for what is no name."""
    _path(name).unlink(missing_ok=True)


def lock_text(text: str, *, about: str) -> str:
    """A short secret locked for a column of the database. about: what it belongs to; it opens for nothing else."""
    return base64.urlsafe_b64encode(_locked(text.encode(), about=about)).decode()


def unlock_text(locked: str, *, about: str) -> str:
    """The secret that `lock_text` locked for the same `about`. Raises Broken."""
    try:
        content = base64.urlsafe_b64decode(locked.encode())
    except ValueError as error:
        raise Broken("not a locked text") from error
    return _unlocked(content, about=about).decode()


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError("not a name in the vault")
    return Path(settings.VAULT_FOLDER) / name


def _cipher() -> AESGCM:
    # The secret is long random text; hashed it has the length of a key.
    return AESGCM(hashlib.sha256(b"banyan vault " + settings.VAULT_KEY.encode()).digest())


def _locked(content: bytes, *, about: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _MARK + nonce + _cipher().encrypt(nonce, content, about.encode())


def _unlocked(content: bytes, *, about: str) -> bytes:
    start = len(_MARK) + _NONCE
    if not content.startswith(_MARK) or len(content) < start:
        raise Broken("not locked here")
    try:
        return _cipher().decrypt(content[len(_MARK) : start], content[start:], about.encode())
    except InvalidTag as error:
        raise Broken("damaged, exchanged, or locked with another key") from error
