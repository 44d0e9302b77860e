"""What is found in a form: where it stands, what it is, and whether a mend is offered for it."""

from dataclasses import asdict, dataclass, field
from typing import Any

ERROR, WARNING, ADVICE = "error", "warning", "advice"
_ORDER = {"settings": 0, "survey": 1, "choices": 2, "external_choices": 3}


@dataclass(frozen=True)
class Finding:
    """One thing found. `code` names a problem forms.<code>; `params` fill its message.

    `row` counts from 1 as the spreadsheet does (0 = the sheet as a whole), `letter` is the column's ("" = the row as a
    whole), `header` what stands at its top. `mend` says how it can be mended for the user: the name of a mend in
    `rules.mending`, with its own `mend_params`; "" when only a person can know.
    """

    code: str
    severity: str
    sheet: str
    row: int = 0
    letter: str = ""
    header: str = ""
    value: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    mend: str = ""
    mend_params: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names the finding among those of the same form."""
        return f"{self.code}:{self.sheet}:{self.row}:{self.letter}:{self.params.get('name', '')}"

    def to_json(self) -> dict[str, Any]:
        """Plain data for a jsonb column; empty parts are left out."""
        kept = asdict(self)
        kept["value"] = self.value[:200]
        return {name: value for name, value in kept.items() if value not in ("", {}, 0)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Finding":
        """The finding that `to_json` wrote."""
        return cls(**{"severity": ERROR, "sheet": "", **data})


def in_order(findings: list[Finding]) -> list[Finding]:
    """Errors first; then by sheet, row and column."""
    return sorted(
        findings,
        key=lambda one: (
            one.severity != ERROR,
            _ORDER.get(one.sheet.lower(), 9),
            one.row,
            len(one.letter),
            one.letter,
            one.code,
        ),
    )
