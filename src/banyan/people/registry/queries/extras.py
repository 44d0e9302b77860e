"""Further answers: what a form asked beyond the fields of the register, with the words of its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from banyan.platform.access.viewers import Viewer


@dataclass(frozen=True)
class Extra:
    """One further answer. `sensitive`: masked until asked for; whatever nobody has described is."""

    key: str
    label: str
    value: str
    sensitive: bool = True


def extras_of(values: Mapping[str, Any], *, operation_id: UUID, subject: str, seen_by: Viewer) -> list[Extra]:
    """The further answers of a record, described as the operation's forms describe their questions."""
    return [Extra(key, key.replace("_", " "), _text(value)) for key, value in values.items() if _text(value)]


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(each) for each in value)
    return "" if value is None else str(value)
