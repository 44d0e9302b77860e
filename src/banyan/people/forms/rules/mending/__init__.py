"""Mends: changes of cells that are offered for well-understood faults, and applied only when a person accepts them.

Each change can be told as "sheet, row, column, before, after".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from banyan.people.forms.rules.checking import check
from banyan.people.forms.rules.findings import Finding
from banyan.people.forms.rules.mending.drafts import Change, Draft, position_of
from banyan.people.forms.rules.mending.kinds import MENDS, Work
from banyan.people.forms.rules.outline import outline_of
from banyan.people.forms.rules.workbook import Workbook

__all__ = ["STOPGAPS", "Change", "Draft", "Offer", "mended", "mended_fully", "offers", "position_of"]

# Mends that make a form work without knowing what its author meant: offered apart, never taken for granted.
STOPGAPS = frozenset({"as_text", "clear_cell", "drop_reference", "add_end", "set_calculation"})


@dataclass(frozen=True)
class Offer:
    """A mend that may be accepted: the finding it belongs to, and what it would change."""

    finding: Finding
    changes: tuple[Change, ...]

    @property
    def key(self) -> str:
        """Names the offer among those of the same form."""
        return self.finding.key

    @property
    def is_stopgap(self) -> bool:
        """Whether it only makes the form work, instead of mending what its author meant."""
        return self.finding.mend in STOPGAPS


def offers(book: Workbook, findings: Iterable[Finding]) -> list[Offer]:
    """What can be offered for these findings, each with the cells it alone would change."""
    work = Work(book, outline_of(book))
    draft = Draft(book)
    found: list[Offer] = []
    for finding in findings:
        if not finding.mend:
            continue
        MENDS[finding.mend](draft, finding, work)
        if draft.changes:
            found.append(Offer(finding, tuple(draft.changes)))
        draft.undo_to(0)
    return found


def mended(book: Workbook, accepted: Iterable[Finding]) -> tuple[Workbook, list[Change]]:
    """The workbook with these findings mended, and what changed. Names of sheets change last: places stay valid."""
    work = Work(book, outline_of(book))
    draft = Draft(book)
    chosen = [finding for finding in accepted if finding.mend]
    # Texts inside a cell before whole cells: a reference is replaced in what stands there, then the cell may be set.
    order = {"replace": 0, "rename_sheet": 9}
    for finding in sorted(chosen, key=lambda one: order.get(one.mend, 1)):
        MENDS[finding.mend](draft, finding, work)
    return draft.book(), draft.changes


def mended_fully(
    book: Workbook, rounds: int = 6, *, stopgaps: bool = True
) -> tuple[Workbook, list[Change], list[Finding]]:
    """The workbook with every mend of an error accepted, again and again while there is something new to offer.

    Returns it, all changes, and what is still found. For tests, and to look behind the first errors.
    """
    changes: list[Change] = []
    findings = check(book)
    for _round in range(rounds):
        chosen = [
            finding
            for finding in findings
            if finding.mend and finding.severity == "error" and (stopgaps or finding.mend not in STOPGAPS)
        ]
        book, made = mended(book, chosen)
        if not made:
            break
        changes += made
        findings = check(book)
    return book, changes, findings
