"""Fields that an operation's forms add to those of the register, and kinds of data it forbids: for criteria."""

import re
from typing import Final
from uuid import UUID

from banyan.people.forms import queries as forms
from banyan.people.registry.queries.extras import described
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.criteria.declarations import Field, Kind
from banyan.platform.kernel.privacy import Privacy

# Only such keys are offered: they are names of the language, and hold nothing that SQL could mistake.
_KEY: Final = re.compile(r"[a-z_][a-zA-Z0-9_]{0,89}", re.ASCII)
_KINDS: Final[dict[str, Kind]] = {"integer": "integer", "range": "decimal", "decimal": "decimal", "date": "date"}
# What does not fit is as if nobody had answered: no statement may fail over one answer.
_SQL: Final[dict[Kind, str]] = {
    "integer": "(CASE WHEN {v} ~ '^-?[0-9]+$' AND length({v}) <= 18 THEN ({v})::bigint END)",
    "decimal": "(CASE WHEN {v} ~ '^-?[0-9]+([.][0-9]+)?$' AND length({v}) <= 30 THEN ({v})::numeric END)",
    "date": "(CASE WHEN partial_date_valid({v}) THEN {v} END)",
    "text": "({v})",
}


def fields(operation: UUID | None, *, seen_by: Viewer) -> dict[str, tuple[Field, ...]]:
    """Further answers as fields "extras.<key>", by subject; none without an operation, or for who may not see its forms.

    Whatever nobody described as harmless is sensitive, as on the pages of records.
    """
    if operation is None or not seen_by.may("forms.view_form"):
        return {}
    known = described(operation, seen_by=seen_by)
    found: dict[str, list[Field]] = {"person": [], "household": []}
    for name, each in forms.extra_definitions(operation, seen_by=seen_by).items():
        if _KEY.fullmatch(each.key) and each.subject in found:
            found[each.subject].append(_field(each, sensitive=name not in known or known[name].sensitive))
    found["former_person"] = found["person"]
    return {subject: tuple(some) for subject, some in found.items() if some}


def _field(each: forms.ExtraDefinition, *, sensitive: bool) -> Field:
    kind = _KINDS.get(each.type, "text")
    return Field(
        f"extras.{each.key}",
        kind,
        next((label for label in each.labels.values() if label), each.key),
        _SQL[kind].replace("{v}", f"{{t}}.extras ->> '{each.key}'"),
        privacy=Privacy.SENSITIVE if sensitive else Privacy.PERSONAL,
        empty="blank" if kind == "text" else "null",
    )


def forbidden(operation: UUID | None, *, seen_by: Viewer) -> frozenset[str]:
    """Kinds of data that the operation does not collect, and criteria therefore do not ask for."""
    if operation is None:
        return frozenset()
    # What is forbidden is no secret, and holds for those as well who see no forms.
    with viewing(system_viewer("registry")) as reader:
        return frozenset(forms.policy(operation, seen_by=reader))
