"""Findings, mends and questions as the pages tell them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from banyan.people.forms.rules.comparing import Difference
from banyan.people.forms.rules.findings import ERROR
from banyan.people.forms.rules.schema import Group, Question, Schema, spoken
from banyan.platform.kernel.problems import CatalogueError, Problem

SEVERITIES = {"error": gettext_lazy("error"), "warning": gettext_lazy("warning"), "advice": gettext_lazy("advice")}
TONES = {"error": "bad", "warning": "warn", "advice": "info"}
STATE_TONES = {"draft": "warn", "published": "good", "retired": "plain"}
ASPECT_LABELS = {
    "type": gettext_lazy("type"),
    "choices": gettext_lazy("choices"),
    "label": gettext_lazy("label"),
    "hint": gettext_lazy("hint"),
    "required": gettext_lazy("must be answered"),
    "relevant": gettext_lazy("shown if"),
    "constraint": gettext_lazy("must satisfy"),
    "constraint_message": gettext_lazy("message"),
    "calculation": gettext_lazy("calculation"),
    "choice_filter": gettext_lazy("filter of choices"),
    "appearance": gettext_lazy("appearance"),
    "repeat": gettext_lazy("asked once for each"),
}
KIND_LABELS = {
    "added": pgettext_lazy("question", "added"),
    "removed": pgettext_lazy("question", "removed"),
    "moved": pgettext_lazy("question", "moved"),
    "changed": pgettext_lazy("question", "changed"),
}
KIND_TONES = {"added": "good", "removed": "bad", "moved": "info", "changed": "warn"}


def told(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and how to mend it, in the reader's language; the bare code of a kind that is no longer declared."""
    try:
        problem = Problem(f"forms.{code}", **params)
    except CatalogueError:
        return code, ""
    return problem.detail, problem.mend


def findings(rows: Iterable[Mapping[str, Any]], offered: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Stored findings as rows of a table: severity, place, value, what is wrong, how to mend it, whether a mend is offered."""
    mends = {(each["code"], each["sheet"], each.get("row", 0), each.get("letter", "")) for each in offered}
    shown = []
    for row in rows:
        detail, mend = told(row["code"], row.get("params", {}))
        severity = row.get("severity", ERROR)
        place = (row["code"], row.get("sheet", ""), row.get("row", 0), row.get("letter", ""))
        shown.append({
            "severity": severity, "severity_label": SEVERITIES.get(severity, severity), "tone": TONES.get(severity, "plain"),
            "sheet": row.get("sheet", ""), "row": row.get("row", 0), "letter": row.get("letter", ""), "header": row.get("header", ""),
            "value": row.get("value", ""), "told": detail, "mend": mend, "code": row["code"], "offered": place in mends,
        })  # fmt: skip
    return shown


def offers(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stored offers with what they mend in words; those that know what was meant come first."""
    shown = []
    for row in rows:
        detail, _mend = told(row["code"], row.get("params", {}))
        shown.append({**row, "told": detail, "more": row["count"] - len(row["changes"])})
    return sorted(shown, key=lambda row: (row["stopgap"], row["severity"] != ERROR))


def outline(schema: Schema, language: str) -> Iterator[dict[str, Any]]:
    """The form as it will be asked: events "open", "question", "close" in the order of the sheet."""
    default = schema.default_language
    items: list[Group | Question] = sorted([*schema.groups, *schema.questions], key=lambda item: item.row)
    stack: list[str] = []
    for item in items:
        parent = item.path.rpartition("/")[0]
        while stack and stack[-1] != parent and not parent.startswith(f"{stack[-1]}/"):
            stack.pop()
            yield {"event": "close"}
        label = spoken(item.labels, language, default)
        if isinstance(item, Group):
            stack.append(item.path)
            yield {
                "event": "open", "label": label, "name": item.path.rpartition("/")[2], "is_repeat": item.kind == "repeat",
                "relevant": item.relevant, "row": item.row,
            }  # fmt: skip
            continue
        choices = [
            (choice.name, spoken(choice.labels, language, default)) for choice in schema.choices.get(item.list_name, ())
        ]
        yield {
            "event": "question", "question": item, "label": label, "hint": spoken(item.hints, language, default), "choices": choices[:60],
            "more_choices": max(0, len(choices) - 60), "row": item.row,
        }  # fmt: skip
    for _open in stack:
        yield {"event": "close"}


def differences(
    rows: Sequence[Difference], feeds: Mapping[str, str], feeds_now: Mapping[str, str], language: str, default: str
) -> list[dict[str, Any]]:
    """Differences as rows, with what each does to the binding. feeds: label of the field by path, before and now."""
    shown = []
    for row in rows:
        question = row.new or row.old
        assert question is not None  # noqa: S101 — a difference has at least one side
        before = feeds.get(row.old.path, "") if row.old else ""
        now = feeds_now.get(row.new.path, "") if row.new else ""
        shown.append({
            "kind": row.kind, "kind_label": KIND_LABELS[row.kind], "tone": KIND_TONES[row.kind], "path": row.path,
            "old_path": row.old.path if row.old and row.kind == "moved" else "", "label": question.label(language, default),
            "type": question.type, "aspects": [(ASPECT_LABELS[one.name], one.old, one.new) for one in row.aspects],
            "weighty": row.is_weighty, "before": before, "now": now, "effect": _effect(row, before, now),
        })  # fmt: skip
    return shown


def _effect(row: Difference, before: str, now: str) -> str:
    if row.kind == "removed" and before:
        return _("%(field)s is no longer filled by this form.") % {"field": before}
    if row.kind == "added":
        return _("Feeds %(field)s.") % {"field": now} if now else _("Kept as a further attribute until you bind it.")
    if before and now and before != now:
        return _("Fed %(before)s, feeds %(now)s now.") % {"before": before, "now": now}
    if before and not now:
        return _("Fed %(field)s; the binding does not follow by itself.") % {"field": before}
    return _("Still feeds %(field)s.") % {"field": now} if now else ""
