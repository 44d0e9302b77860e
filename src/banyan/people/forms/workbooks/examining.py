"""Everything known about a workbook after one look: what is found, what can be offered, what it converts to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zipfile import BadZipFile

from openpyxl.utils.exceptions import InvalidFileException
from xlsform_lint.native_model import build_native_model
from xlsform_lint.native_rules import run_native_rules

from banyan.people.forms.rules.checking import check
from banyan.people.forms.rules.converting import Conversion, converted, schema_of
from banyan.people.forms.rules.findings import ADVICE, ERROR, Finding, in_order
from banyan.people.forms.rules.mending import mended_fully
from banyan.people.forms.rules.schema import Schema
from banyan.people.forms.rules.workbook import Workbook
from banyan.people.forms.workbooks.writing import workbook_file

# Rules of the linter that we check ourselves, with place and mend.
_OURS = frozenset({"CHO001", "LBL001", "LBL002", "I18N001"})
MOST_ADVICE = 500
# Above this many rows of questions, groups and choices converting takes more than a breath: it is done by a job.
LONG_FORM = 800

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Examination:
    """What came of a workbook: findings (errors and warnings), advice, the XForm unless there are errors, the schema."""

    findings: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    conversion: Conversion
    schema: Schema

    @property
    def errors(self) -> int:
        """How many findings keep it from being published."""
        return sum(finding.severity == ERROR for finding in self.findings)

    @property
    def xform(self) -> str:
        """The XForm; "" while there are errors."""
        return "" if self.errors else self.conversion.xform


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


def is_long(book: Workbook) -> bool:
    """Whether examining a workbook takes longer than a person waits for a page."""
    return sum(len(table.rows) for key in ("survey", "choices") if (table := book.table(key))) > LONG_FORM


def examine(book: Workbook, file_name: str = "", report: Report = _quiet) -> Examination:
    """Check, convert and lint. What the converter would refuse behind the errors found is looked for too."""
    report(0, 4)
    findings = check(book)
    stem = file_name.rpartition(".")[0] or file_name
    report(1, 4)
    conversion = converted(book, stem)
    report(2, 4)
    found = [*findings, *_beyond(book, stem, findings, conversion)]
    report(3, 4)
    advice = [*conversion.remarks, *linted(book)][:MOST_ADVICE]
    schema = schema_of(book, file_name)
    report(4, 4)
    return Examination(tuple(in_order(found)), tuple(in_order(advice)), conversion, schema)


def _beyond(book: Workbook, stem: str, findings: list[Finding], conversion: Conversion) -> list[Finding]:
    """What the converter refuses and our checks did not find: at once, or after everything offered was accepted."""
    if not conversion.refusals:
        return []
    if not any(finding.severity == ERROR for finding in findings):
        return list(conversion.refusals)
    mended, changes, left = mended_fully(book)
    if not changes or any(finding.severity == ERROR for finding in left):
        return []
    return [replace(refusal, value="") for refusal in converted(mended, stem).refusals]


def linted(book: Workbook) -> list[Finding]:
    """Good practice as xlsform-lint sees it. It reads XLSX files only, so it is given one; its own run of the converter is left out."""
    try:
        diagnostics = run_native_rules(build_native_model(workbook_file(book)), "form.xlsx")
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        return []
    found = []
    for diagnostic in diagnostics:
        if diagnostic.rule_id in _OURS:
            continue
        place = diagnostic.source
        letter = "".join(each for each in (place.cell or "") if each.isalpha()) if place else ""
        message = diagnostic.message.partition(": ")[2] or diagnostic.message
        found.append(
            Finding(
                "lint",
                ADVICE,
                (place.sheet if place else "") or "",
                (place.row if place else 0) or 0,
                letter,
                (place.column if place else "") or "",
                params={"message": message[:1].upper() + message[1:], "rule": diagnostic.rule_id},
            )
        )
    return found
