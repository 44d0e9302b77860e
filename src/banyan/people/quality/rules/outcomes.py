"""What somebody who looked at a record in a verification exercise may say of it."""

from typing import Final

OUTCOMES: Final = ("right", "wrong", "mended", "unfound")


def confirmed(outcomes: dict[str, int]) -> tuple[int, int]:
    """Of the records that were found: (how many findings were mistakes of the record, how many were looked at)."""
    looked = sum(count for outcome, count in outcomes.items() if outcome in ("right", "wrong", "mended"))
    return looked - outcomes.get("right", 0), looked
