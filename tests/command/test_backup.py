"""Backup and restore: whole, counted, closed to who has no key, and honest about damaged files."""

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from tests.command.conftest import Installation

from banyan.config import archive
from banyan.config.trouble import Trouble

PARTS = {"database": os.urandom(3_000_000), "files/a/b.bin": b"", "secrets.json": b"{}"}


def made(key: archive.Key) -> bytes:
    target = io.BytesIO()

    def fill(writer: archive.Writer) -> None:
        for name, data in PARTS.items():
            writer.add(name, archive.blocks_of(io.BytesIO(data)))
        writer.close({"rows": {}})

    archive.write(target, key, fill)
    return target.getvalue()


def read(data: bytes, key: archive.Key) -> dict[str, bytes]:
    found: dict[str, bytes] = {}

    def take(name: str, blocks: Iterator[bytes]) -> None:
        found[name] = b"".join(blocks)

    archive.read(io.BytesIO(data), key, take)
    return found


@pytest.fixture(scope="module")
def passphrase() -> archive.Key:
    return archive.Key(passphrase="four words without relation")


@pytest.fixture(scope="module")
def whole(passphrase: archive.Key) -> bytes:
    return made(passphrase)


def test_what_was_written_is_read(whole: bytes, passphrase: archive.Key) -> None:
    assert read(whole, passphrase) == PARTS
    assert b"secrets.json" not in whole  # not even names are readable without the key


def test_a_wrong_passphrase_is_named(whole: bytes) -> None:
    with pytest.raises(Trouble, match="passphrase does not open"):
        read(whole, archive.Key(passphrase="another one altogether"))


def test_key_files(tmp_path: Path, whole: bytes) -> None:
    identity, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, line in {
        "public": identity.to_public(),
        "secret": identity,
        "other": other,
        "none": "hello",
        "bad": "age1xyz",
    }.items():
        (tmp_path / name).write_text(f"# created: today\n{line}\n")
    data = made(archive.Key(file=tmp_path / "public"))
    assert read(data, archive.Key(file=tmp_path / "secret")) == PARTS
    with pytest.raises(Trouble, match="key file does not open"):
        read(data, archive.Key(file=tmp_path / "other"))
    with pytest.raises(Trouble, match="opens with a key file"):
        read(data, archive.Key(passphrase="x"))
    with pytest.raises(Trouble, match="opens with a passphrase"):
        read(whole, archive.Key(file=tmp_path / "secret"))
    for name in ("none", "bad", "missing"):
        with pytest.raises(Trouble, match=r"age key|cannot be read"):
            archive.Key(file=tmp_path / name)


@pytest.mark.parametrize("length", [0.999, 0.5, 0.01])
def test_a_file_cut_off_is_refused(whole: bytes, passphrase: archive.Key, length: float) -> None:
    with pytest.raises(Trouble, match="damaged"):
        read(whole[: int(len(whole) * length)], passphrase)


@pytest.mark.parametrize("place", [0.3, 0.6, 0.999])
def test_an_altered_byte_is_found(whole: bytes, passphrase: archive.Key, place: float) -> None:
    altered = bytearray(whole)
    altered[int(len(whole) * place)] ^= 1
    with pytest.raises(Trouble, match="damaged"):
        read(bytes(altered), passphrase)


def test_other_files_and_versions_are_named(whole: bytes, passphrase: archive.Key) -> None:
    with pytest.raises(Trouble, match="not a Banyan backup"):
        read(b"PK\x03\x04 something", passphrase)
    with pytest.raises(Trouble, match="format 2"):
        read(whole.replace(b"BANYAN-BACKUP 1", b"BANYAN-BACKUP 2", 1), passphrase)


def test_a_full_disk_is_raised_as_such(passphrase: archive.Key) -> None:
    with open("/dev/full", "wb", buffering=0) as target, pytest.raises(OSError, match="No space left"):
        archive.write(target, passphrase, lambda writer: writer.add("database", iter([os.urandom(1 << 20)] * 4)))


def test_the_reason_for_a_failed_part_is_the_one_raised(passphrase: archive.Key) -> None:
    def fill(writer: archive.Writer) -> None:
        raise Trouble("The database could not be read")

    with pytest.raises(Trouble, match="could not be read"):
        archive.write(io.BytesIO(), passphrase, fill)


def test_an_installation_comes_back_elsewhere(fresh: Installation, tmp_path: Path) -> None:
    """Backup of one installation, restored into another, twice: refused the second time, then kept beside."""
    code = "from django.contrib.sessions.models import Session as S; S.objects.create(session_key='kept', expire_date='2030-01-01T00:00Z')"
    fresh.run("manage", "migrate", "--verbosity=0", "--skip-checks")
    fresh.run("manage", "shell", "--no-imports", "-c", code)
    files = fresh.home / "files" / "people"
    files.mkdir(parents=True)
    (files / "photo.bin").write_bytes(os.urandom(100_000))
    backup = tmp_path / "it.backup"
    assert "rows" in fresh.run("backup", str(backup))
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "already there" in fresh.run("backup", str(backup), expect=1)
    assert "12 characters" in fresh.run("backup", str(tmp_path / "x"), expect=1, BANYAN_PASSPHRASE="short")

    other = Installation(tmp_path / "other" / "home")
    assert "does not open" in other.run("restore", str(backup), expect=1, BANYAN_PASSPHRASE="something else")
    other.run("restore", str(backup))
    assert other.value("SELECT session_key FROM django_session") == "kept"
    assert (other.home / "files" / "people" / "photo.bin").read_bytes() == (files / "photo.bin").read_bytes()
    for name in ("django", "seal"):
        assert (other.home / "secrets" / name).read_text() == (fresh.home / "secrets" / name).read_text()
    assert (other.home / "secrets" / "postgres").read_text() != (fresh.home / "secrets" / "postgres").read_text()
    assert other.value("SELECT current_user") == "banyan_app"
    assert (
        other.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'banyan_owner'")
        == "0"
    )


def test_an_interrupted_exchange_is_finished(
    monkeypatch: pytest.MonkeyPatch, fresh: Installation, tmp_path: Path
) -> None:
    """Power fails between any two steps of putting the new in place of the old: the next start finishes them."""
    from banyan.config import restore

    fresh.run("manage", "shell", "--no-imports", "-c", "pass")
    home = fresh.home
    (home / "demo-accounts.json").write_text("old")
    (home / "files").mkdir()
    staged = home / "restoring"
    (staged / "files").mkdir(parents=True)
    (staged / "files" / "new").touch()
    (staged / "kept").mkdir()
    (staged / "kept" / "demo-accounts.json").write_text("new")
    (staged / "secrets.json").write_text('{"seal": "restored"}')
    (home / restore.JOURNAL).write_text(
        '{"stamp": "s", "database": "banyan", "kept": ["demo-accounts.json"], "held": true}'
    )
    # As if the old database had been renamed already, and the power failed then.
    code = "import psycopg; from banyan.config import opening; c = psycopg.connect(opening.superuser_address('postgres'), autocommit=True)"
    with_server = (
        "import os; from banyan.config import opening, installation; s = opening.server(); s.start(); "
        + code
        + "; c.execute('CREATE DATABASE banyan_restoring TEMPLATE banyan'); c.execute('ALTER DATABASE banyan RENAME TO banyan_before_s'); s.stop()"
    )
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", with_server], env=fresh.environment, check=True)
    assert fresh.value("SELECT current_database()") == "banyan"
    assert not restore_is_waiting(home)
    assert (home / "demo-accounts.json").read_text() == "new"
    assert (home / "before_s" / "demo-accounts.json").read_text() == "old"
    assert (home / "files" / "new").exists()
    assert (home / "secrets" / "seal").read_text() == "restored"


def restore_is_waiting(home: Path) -> bool:
    """Whether anything of the exchange is left undone."""
    return (home / "restore.json").exists() or (home / "restoring").exists()
