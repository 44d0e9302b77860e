"""Files with lists of a targeting: XLSX or CSV as rows of cells; the contents decide what it is, not the name."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from banyan.platform.kernel import uploads
from banyan.platform.kernel.problems import Problem


def list_rows(content: bytes) -> list[Sequence[Any]]:
    """The cells of the first sheet, row by row. Raises Problem programmes.list_unreadable."""
    try:
        if content.startswith((uploads.ARCHIVE, uploads.COMPOUND)):
            uploads.check_archive(content)
            return list(
                CalamineWorkbook.from_filelike(io.BytesIO(content))
                .get_sheet_by_index(0)
                .to_python(skip_empty_area=False)
            )
        text, _guessed = uploads.decoded(content)
        first = next((line for line in text.splitlines() if line.strip()), "")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count)))
    except uploads.Unreadable as error:
        raise Problem("programmes.list_unreadable", reason=str(error.reason)) from None
    except (CalamineError, csv.Error, IndexError, OSError, ValueError) as error:
        raise Problem("programmes.list_unreadable", reason=str(error)[:200]) from None
