"""What reading uploaded files has in common: text in whatever encoding, and archives that would burst when unpacked."""

import io
import re
import zipfile

from charset_normalizer import from_bytes
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ARCHIVE = b"PK\x03\x04"  # XLSX, ODS
COMPOUND = b"\xd0\xcf\x11\xe0"  # XLS
LARGEST_UNPACKED = 400_000_000  # bytes
MOST_PARTS = 5_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 200_000  # bytes that the guess of an encoding looks at
# Written in other letters, so that a guess of their code page is worth more than the likelihood of Western text.
_OTHER_LETTERS = ("Arabic", "Cyrillic", "Greek", "Hebrew", "Thai")
_OTHER_PAGES = ["cp1256", "cp1251", "cp1253", "cp1255", "cp874"]
_WORDS = re.compile(rb"[A-Za-z\x80-\xff]{3,}")


class Unreadable(Exception):
    """The file cannot be read; `reason` says why, in the reader's language. Rooms make their own Problem of it."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = reason
        super().__init__(str(reason))


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and the encoding that had to be guessed ("" when it is certain).

    UTF-8 and UTF-16 are certain. Otherwise the guesser takes the Baltic code page for the Western one now and then; among
    Latin letters Western is by far the likelier. Raises Unreadable for what is no text.
    """
    utf16 = content.startswith(UTF16_MARKS)
    if b"\x00" in content and not utf16:
        raise Unreadable(_("it is neither text nor a workbook"))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig"), ""
    except UnicodeDecodeError:
        if utf16:
            raise Unreadable(_("its encoding cannot be told")) from None
        sample = content[:_SAMPLE]
    best = from_bytes(sample).best()
    other = best is not None and any(name.startswith(_OTHER_LETTERS) for name in best.alphabets)
    if not other and _is_foreign(sample):
        # A short list under English headings: the guesser takes it for one of Apple's old Western code pages.
        best, other = from_bytes(sample, cp_isolation=_OTHER_PAGES).best() or best, True
    guesses = [best.encoding] if best else []
    for encoding in [*guesses, "cp1252"] if other else ["cp1252", *guesses]:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("its encoding cannot be told"))


def _is_foreign(sample: bytes) -> bool:
    """Whether the words with letters beyond ASCII hold mostly nothing else; in Western languages such letters stand among plain ones."""
    strange = [word for word in _WORDS.findall(sample) if not word.isascii()]
    return sum(min(word) > 127 for word in strange) * 2 > len(strange)


def letter_of(position: int) -> str:
    """The letter a spreadsheet gives a column: 0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def check_archive(content: bytes) -> None:
    """Look at an archive's table of contents before a reader unpacks it. Raises Unreadable when it is broken or would burst."""
    if not content.startswith(ARCHIVE):
        return
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(str(error)) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(_("it would unpack to more than this machine should hold"))
