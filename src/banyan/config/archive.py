"""The file a backup is: parts in a row, encrypted as a stream with age, readable without holding it in memory.

    BANYAN-BACKUP 1                          one line
    {"keys": [{"kind": …, "sealed": …}]}     one line: the key of this file, sealed with the passphrase or key file
    age stream                               encrypted to that key; inside:
        parts: 4 bytes length, JSON {"part": name}; then blocks: 4 bytes length, bytes; a block of length 0 ends the part
        the last part is manifest.json: sizes and SHA-256 of the other parts, rows of each table, versions

Each file has a key of its own because age's passphrase mode cannot stream: only the small key is sealed with it.
"""

import base64
import hashlib
import io
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import pyrage

from banyan.config.trouble import Trouble

MAGIC = b"BANYAN-BACKUP "
VERSION = 1
BLOCK = 1 << 18
MANIFEST = "manifest.json"


class Key:
    """What opens a backup: a passphrase, or a file with age keys (recipients `age1…`, identities `AGE-SECRET-KEY-1…`)."""

    def __init__(self, *, passphrase: str = "", file: Path | None = None) -> None:
        self.passphrase = passphrase
        self.recipients: list[Any] = []
        self.identities: list[Any] = []
        if file is not None:
            self._read(file)

    def _read(self, file: Path) -> None:
        try:
            lines = [line.strip() for line in file.read_text().splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            raise Trouble(f"The key file {file} cannot be read: {error}") from error
        try:
            for line in lines:
                if line.startswith("AGE-SECRET-KEY-1"):
                    self.identities.append(pyrage.x25519.Identity.from_str(line))
                elif line.startswith("age1"):
                    self.recipients.append(pyrage.x25519.Recipient.from_str(line))
        except (pyrage.IdentityError, pyrage.RecipientError) as error:
            raise Trouble(f"{file} holds a damaged age key.", "Make one with: age-keygen -o key.txt") from error
        self.recipients += [identity.to_public() for identity in self.identities]
        if not self.recipients:
            raise Trouble(f"{file} holds no age key.", "Make one with: age-keygen -o key.txt")

    def seal(self, identity: Any) -> list[dict[str, str]]:
        """The file's own key, sealed for whoever holds this one."""
        plain = str(identity).encode()
        if self.recipients:
            kind, sealed = "key file", pyrage.encrypt(plain, self.recipients)
        else:
            kind, sealed = "passphrase", pyrage.passphrase.encrypt(plain, self.passphrase)
        return [{"kind": kind, "sealed": base64.b64encode(sealed).decode()}]

    def open(self, keys: list[dict[str, str]]) -> Any:
        """The file's own key. Raises Trouble when this key does not fit."""
        for entry in keys:
            sealed = base64.b64decode(entry["sealed"])
            try:
                if entry["kind"] == "passphrase" and self.passphrase:
                    return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(sealed, self.passphrase).decode())
                if entry["kind"] == "key file" and self.identities:
                    return pyrage.x25519.Identity.from_str(pyrage.decrypt(sealed, self.identities).decode())
            except pyrage.DecryptError:
                continue
        kinds = " or ".join(sorted({entry["kind"] for entry in keys}))
        if kinds == "passphrase" and self.passphrase:
            raise Trouble("The passphrase does not open this backup.", "Mind capitals and spaces. Nothing was changed.")
        if kinds == "key file" and self.identities:
            raise Trouble(
                "The key file does not open this backup.", "It was made for another key. Nothing was changed."
            )
        raise Trouble(
            f"This backup opens with a {kinds}.",
            "Give a key file with --key FILE, or no --key to be asked for the passphrase.",
        )


class Writer:
    """Writes parts into the plain stream and keeps count of them for the manifest."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.parts: dict[str, dict[str, Any]] = {}

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write one part."""
        self._frame(json.dumps({"part": name}).encode())
        digest, size = hashlib.sha256(), 0
        for block in blocks:
            if block:
                self._frame(block)
                digest.update(block)
                size += len(block)
        self._frame(b"")
        self.parts[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def close(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, which ends the file."""
        self.add(MANIFEST, [json.dumps({**manifest, "parts": dict(self.parts)}).encode()])

    def _frame(self, data: bytes) -> None:
        self._stream.write(len(data).to_bytes(4, "big"))
        self._stream.write(data)


def blocks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in blocks."""
    while block := stream.read(BLOCK):
        yield block


def write(target: IO[bytes], key: Key, fill: Callable[[Writer], None]) -> None:
    """Write a backup: `fill` adds parts and closes. What it raises is raised here."""
    identity = pyrage.x25519.Identity.generate()
    target.write(MAGIC + f"{VERSION}\n".encode() + json.dumps({"keys": key.seal(identity)}).encode() + b"\n")
    _through_pipe(
        lambda plain: fill(Writer(plain)),
        lambda plain: pyrage.encrypt_io(plain, _Unclosed(target), [identity.to_public()]),
    )


def read(source: IO[bytes], key: Key, take: Callable[[str, Iterator[bytes]], None]) -> dict[str, Any]:
    """Read a backup: `take(name, blocks)` for each part, in order. Returns the manifest, against which all was checked.

    Raises Trouble for a wrong key, a file that is cut off or altered, another version, something else altogether.
    """
    first = source.readline(64)
    if not first.startswith(MAGIC):
        raise Trouble("This file is not a Banyan backup.", "Name a file that ./banyan backup wrote.")
    if first != MAGIC + f"{VERSION}\n".encode():
        raise Trouble(
            f"This backup has format {first[len(MAGIC) :].decode(errors='replace').strip()}; this program reads format {VERSION}.",
            "Restore it with the version of Banyan that wrote it, or a newer one.",
        )
    damaged = Trouble(
        "This backup is damaged: it is cut off or was altered.",
        "Fetch it again from where it is kept. Nothing was changed.",
    )
    try:
        keys = json.loads(source.readline(1 << 20))["keys"]
        identity = key.open(keys)
    except (ValueError, KeyError, TypeError) as error:
        raise damaged from error
    manifest: dict[str, Any] = {}
    found: dict[str, dict[str, Any]] = {}

    def decrypt(plain: IO[bytes]) -> None:
        try:
            pyrage.decrypt_io(_Unclosed(source), plain, [identity])
        except OSError as error:
            if error.errno is None:  # age's word for a block whose seal is broken
                raise damaged from error
            raise

    def parse(plain: IO[bytes]) -> None:
        while header := _frame(plain, first=True):
            name = json.loads(header)["part"]
            blocks = _Blocks(plain)
            if name == MANIFEST:
                manifest.update(json.loads(b"".join(blocks)))
            else:
                take(name, blocks)
                for _ in blocks:  # what `take` left unread
                    pass
                found[name] = {"bytes": blocks.size, "sha256": blocks.digest.hexdigest()}

    try:
        _through_pipe(decrypt, parse)
    except (pyrage.DecryptError, EOFError, ValueError, KeyError) as error:
        raise damaged from error
    if not manifest or manifest.get("parts") != found:
        raise damaged
    return manifest


class _Blocks:
    """Blocks of one part, with their checksum."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest, self.size = hashlib.sha256(), 0
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._ended or not (block := _frame(self._stream)):
            self._ended = True
            raise StopIteration
        self.digest.update(block)
        self.size += len(block)
        return block


def _frame(stream: IO[bytes], *, first: bool = False) -> bytes:
    """One length-prefixed frame. Raises EOFError where the stream ends in the middle of one."""
    length = stream.read(4)
    if first and not length:
        return b""
    if len(length) < 4:
        raise EOFError
    size = int.from_bytes(length, "big")
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


class _Unclosed(io.RawIOBase):
    """A stream that survives being closed by age."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(size)

    def write(self, data: Any) -> int:
        return self._inner.write(data)

    def flush(self) -> None:
        self._inner.flush()


def _through_pipe(produce: Callable[[IO[bytes]], None], consume: Callable[[IO[bytes]], None]) -> None:
    """Run a producer and a consumer at both ends of a pipe; raise what either raised, the cause, not its consequence."""
    reading, writing = os.pipe()
    raised: list[BaseException] = []

    def producing() -> None:
        try:
            with open(writing, "wb", buffering=BLOCK) as stream:
                produce(stream)
        except BrokenPipeError:
            pass  # the consumer gave up, and says why
        except BaseException as error:  # noqa: BLE001 — raised again in the caller's thread
            raised.append(error)

    thread = threading.Thread(target=producing, daemon=True)
    thread.start()
    consumed: BaseException | None = None
    try:
        with open(reading, "rb", buffering=BLOCK) as stream:
            consume(stream)
    except BaseException as error:  # noqa: BLE001 — raised below, after the producer's
        consumed = error
    thread.join()
    if consumed is not None and not (raised and isinstance(consumed, EOFError)):
        raise consumed
    if raised:
        raise raised[0]
