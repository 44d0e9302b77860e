"""Uploaded files: text in any encoding, archives that would burst."""

import io
import zipfile
from types import SimpleNamespace

import pytest

from banyan.platform.kernel import uploads
from banyan.platform.kernel.uploads import Unreadable, check_archive, decoded


@pytest.mark.parametrize(
    ("text", "encoding", "guessed"),
    [
        ("code,name\nä,မြန်မာ\n", "utf-8", ""),
        ("code,name\nä,Ä\n", "utf-8-sig", ""),
        ("code,name\nä,Ä\n", "utf-16", ""),
        ("", "utf-8", ""),
        ("code;label\nä;Ä\nécole;père\n", "latin-1", "cp1252"),
        ("No,Full name\n1,Zoë Müller\n2,Ünal Ñandú\n", "cp1252", "cp1252"),
        ("Household no,Full name,Sex\nD-1,محمد علي,ذكر\n", "cp1256", "cp1256"),
        ("No,Name\n1,Олена Шевченко\n", "cp1251", "cp1251"),
        ("код;название\nмосква;столица нашей родины\nгород;большой\n" * 5, "cp1251", "cp1251"),
    ],
)
def test_text_is_read_in_any_encoding(text: str, encoding: str, guessed: str) -> None:
    assert decoded(text.encode(encoding)) == (text, guessed)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"a\x00b"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="neither text nor a workbook"):
        decoded(content)


def test_an_encoding_that_cannot_be_told_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="encoding cannot be told"):
        decoded(b"\xff\xfe\x81")
    monkeypatch.setattr(uploads, "from_bytes", lambda content, **more: SimpleNamespace(best=lambda: None))
    with pytest.raises(Unreadable, match="encoding cannot be told"):
        decoded(b"\x81\x8d\x8f\x90")


def _archive(size: int, parts: int = 1) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(parts):
            archive.writestr(f"part{number}", b"0" * size)
    return stream.getvalue()


def test_an_archive_that_would_burst_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UNPACKED", 1000)
    monkeypatch.setattr(uploads, "MOST_PARTS", 3)
    check_archive(_archive(10))
    check_archive(b"no archive at all")
    for content in (_archive(2000), _archive(1, parts=4)):
        with pytest.raises(Unreadable, match="unpack to more"):
            check_archive(content)


def test_a_broken_archive_is_refused() -> None:
    with pytest.raises(Unreadable):
        check_archive(b"PK\x03\x04 nothing more")
