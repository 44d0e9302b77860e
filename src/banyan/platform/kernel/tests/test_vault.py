"""The vault: what goes in comes out, and nothing else opens."""

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from banyan.platform.kernel import vault


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAULT_FOLDER = tmp_path / "files"


def test_a_kept_file_comes_back_and_is_not_readable_on_disk(settings):
    name = vault.keep(b"Daw Mya Mya, 12/OUKAMA(N)123456", folder="uploads")
    path = Path(settings.VAULT_FOLDER) / name
    assert vault.fetch(name).decode() == "Daw Mya Mya, 12/OUKAMA(N)123456"
    assert b"Mya" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(Path(settings.VAULT_FOLDER).rglob("*.part"))


def test_a_file_put_in_anothers_place_does_not_open(settings):
    one, other = (vault.keep(content, folder="photos") for content in (b"one", b"other"))
    (Path(settings.VAULT_FOLDER) / one).write_bytes((Path(settings.VAULT_FOLDER) / other).read_bytes())
    with pytest.raises(vault.Broken):
        vault.fetch(one)


@pytest.mark.parametrize("damage", [lambda c: c[:-1], lambda c: c[:3], lambda c: b"", lambda c: c[:20] + b"x" + c[21:]])
def test_a_damaged_file_does_not_open(settings, damage):
    name = vault.keep(b"content that is long enough", folder="uploads")
    path = Path(settings.VAULT_FOLDER) / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(vault.Broken):
        vault.fetch(name)


def test_another_key_opens_nothing(settings):
    name, text = vault.keep(b"x", folder="uploads"), vault.lock_text("token", about="source 1")
    settings.VAULT_KEY = "another"
    with pytest.raises(vault.Broken):
        vault.fetch(name)
    with pytest.raises(vault.Broken):
        vault.unlock_text(text, about="source 1")


def test_destroyed_is_gone_and_destroying_twice_is_no_error():
    name = vault.keep(b"x", folder="uploads")
    vault.destroy(name)
    vault.destroy(name)
    with pytest.raises(FileNotFoundError):
        vault.fetch(name)


@pytest.mark.parametrize("name", ["", "../secrets/vault", "/etc/passwd", "uploads/../../x", "uploads/ab/" + "0" * 35])
def test_what_is_no_name_is_refused(name):
    for use in (vault.fetch, vault.destroy):
        with pytest.raises(ValueError, match="not a name"):
            use(name)


@pytest.mark.parametrize("folder", ["", "../up", "Up", "a/b", "x" * 41])
def test_what_is_no_folder_is_refused(folder):
    with pytest.raises(ValueError, match="not a folder"):
        vault.keep(b"", folder=folder)


@given(text=st.text(), about=st.text(max_size=20))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_opens_for_what_it_was_locked_for_only(text, about):
    locked = vault.lock_text(text, about=about)
    assert vault.unlock_text(locked, about=about) == text
    with pytest.raises(vault.Broken):
        vault.unlock_text(locked, about=about + "!")


def test_what_is_not_locked_text_is_refused():
    for wrong in ("a", "!!!!", "QUJD"):
        with pytest.raises(vault.Broken):
            vault.unlock_text(wrong, about="")
