"""How fields, findings and decisions of submissions are said to people."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.problems.rows import PROBLEMS as ROW_PROBLEMS
from banyan.people.collection.rules.shapes import EXTRA
from banyan.people.forms.declarations import KINDS_OF_DATA, register_fields
from banyan.platform.kernel.problems import CatalogueError, Problem

SEVERITY_LABELS: dict[str, Promise] = {"error": _("error"), "warning": _("warning"), "quarantine": _("not stored")}
SEVERITY_TONES = {"error": "bad", "warning": "warn", "quarantine": "info"}
DECISION_LABELS: dict[str, Promise] = {
    "pending": _("waiting"),
    "accepted": _("accepted"),
    "rejected": _("rejected"),
    "withdrawn": _("withdrawn"),
}
DECISION_TONES = {"pending": "info", "accepted": "good", "rejected": "bad", "withdrawn": "plain"}
OUTCOME_LABELS: dict[str, Promise] = {
    "new": _("new"),
    "changed": _("changes what was accepted before"),
    "unchanged": _("same as accepted before"),
    "repeated": _("twice in this batch"),
}
OUTCOME_TONES = {"new": "info", "changed": "warn", "unchanged": "plain", "repeated": "warn"}
LIKENESS_LABELS: dict[str, Promise] = {
    "known": _("looks like somebody registered"),
    "twice": _("looks like somebody else of this batch"),
}
ZONE_TONES = {"probable": "bad", "possible": "warn"}
STATE_TONES = {
    "received": "info", "reading": "info", "mapping": "warn", "checking": "info", "review": "warn", "accepting": "info",
    "accepted": "good", "refused": "bad", "rejected": "plain", "undone": "plain",
}  # fmt: skip
_SPECIAL: dict[str, Promise] = {
    "@household": _("Household"),
    "@person": _("Person’s number"),
    "@uid": _("Id of the submission"),
    "number": _("Number given by the submitter"),
}
_RELATIONS: dict[str, Promise] = {
    "child": _("their child"),
    "parent": _("their parent"),
    "grandchild": _("their grandchild"),
    "grandparent": _("their grandparent"),
}


def field_label(name: str) -> str:
    """What people call a field or column of staged rows."""
    if name in _SPECIAL:
        return str(_SPECIAL[name])
    if name.startswith(EXTRA):
        return name.removeprefix(EXTRA).replace("_", " ")
    field = register_fields().get(name)
    return str(field.label) if field else name.rpartition("/")[2].replace("_", " ")


def problem_of(code: str, *, raw: str = "", proposed: str = "", parameters: Mapping[str, Any] | None = None) -> Problem:
    """The problem that a finding stands for, ready to be read; one without details when its kind is gone."""
    given: dict[str, Any] = {name: str(value) for name, value in (parameters or {}).items() if name != "at"}
    if "kind" in given:
        given["kind"] = str(KINDS_OF_DATA.get(given["kind"], given["kind"]))
    if "relation" in given:
        given["relation"] = str(_RELATIONS.get(given["relation"], given["relation"]))
    try:
        return Problem(code, **{"value": raw, "proposed": proposed, **given})
    except CatalogueError:
        return Problem("kernel.field_invalid", message=code)


def heading_of(code: str) -> str:
    """What a kind of finding says in general, with dots for what differs from row to row."""
    try:
        return Problem(code, **_Dots()).detail.replace("  ", " ").strip()
    except CatalogueError:
        return code


def mend_of(code: str) -> str:
    """How a kind of finding is mended, with dots for what differs from row to row."""
    try:
        return Problem(code, **_Dots()).mend
    except CatalogueError:
        return ""


class _Dots(dict[str, Any]):
    """Every parameter that a message of this room may have, as dots."""

    def __init__(self) -> None:
        names = (
            "value proposed choices low high first second meant length limit age birth rows count reported members years"
            " relation message kind file reason state"
        )
        super().__init__(dict.fromkeys(names.split(), "…"))


def masked(text: str, kind: str) -> str:
    """A value of a sensitive kind as who may not read it sees it: the last three signs of numbers, nothing of the rest."""
    if not text:
        return ""
    if kind in ("document", "phone"):
        return "•••" + text[-3:] if len(text) > 6 else "•••"
    return gettext("hidden")


def covered(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a message without what they might tell of a masked value."""
    told = ("rows", "count", "kind", "limit", "choices")
    return {name: value if name in told else "…" for name, value in parameters.items()}


def sensitive_kind(name: str, kinds: Mapping[str, str] | None = None) -> str:
    """The kind of data for which a field is masked; "" for a field that whoever sees the submission may read."""
    if kinds and name in kinds:
        return kinds[name]
    field = register_fields().get(name)
    kind = field.data_kind if field else ""
    return kind if kind in MASKED else ""


MASKED = frozenset(
    {"biometrics", "ethnicity", "religion", "political", "document", "phone", "health", "disability", "gbv", "gps"}
)
"""Kinds of data that are shown only when asked for."""

REPLACEABLE = frozenset(
    {
        "choice_unknown",
        "no_place",
        "place_mistyped",
        "no_yes_or_no",
        "no_value",
        "date_ambiguous",
        "date_year_short",
        "no_number",
    }
)
"""Problems whose values mean the same wherever they stand: one answer mends them all."""


def known_codes() -> frozenset[str]:
    """Every kind of finding the check of rows may make."""
    return frozenset(ROW_PROBLEMS)
