"""Trying a criterion: whom it selects among those one may see, and why, for one record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import queries
from banyan.platform.criteria.declarations import Field, Subject
from banyan.platform.criteria.models import Criterion
from banyan.platform.criteria.queries.selecting import Which
from banyan.platform.criteria.rules.explaining import HIDDEN, Explanation, Words
from banyan.platform.criteria.rules.meanings import RANK
from banyan.platform.criteria.rules.tree import Condition, FieldRef, walk
from banyan.platform.criteria.views import VIEW, labels_of, telling, trail
from banyan.platform.criteria.views.checking import Checked, allowed, check_text
from banyan.platform.criteria.views.editing import told_count
from banyan.platform.kernel.ids import id_from
from banyan.platform.kernel.privacy import Privacy
from banyan.platform.kernel.problems import Problem

SHOWN = 5
GROUPS: tuple[tuple[Which, Any], ...] = (
    ("certain", gettext_lazy("Selected")),
    ("unknown", gettext_lazy("Not known, so not selected")),
    ("refuted", gettext_lazy("Not selected")),
)
VERDICTS = {
    True: (gettext_lazy("selected"), "good"),
    False: (gettext_lazy("not selected"), "plain"),
    None: (gettext_lazy("not known, so not selected"), "warn"),
}


@dataclass(frozen=True)
class _Tried:
    """A criterion that is tried: its tree, its subject, and the labels of codes."""

    criterion: Criterion
    subject: Subject
    checked: Checked
    labels: telling.Labels
    viewer: Viewer

    @property
    def read_as(self) -> str:
        """The name of these records in the log of reads: "registry.person"."""
        room = self.subject.view.partition(".")[0] or "criteria"
        return f"{room}.{self.subject.key}"


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def sample(request: HttpRequest, criterion_id: UUID) -> HttpResponse:
    """The count, a few records of each answer, and one record explained. What is shown is an entry in the log of reads."""
    viewer = request.viewer
    found = queries.criterion(criterion_id, seen_by=viewer)
    vocabulary = queries.vocabulary(
        found.subject, seen_by=viewer, operation_id=found.operation_id, purpose=found.purpose
    )
    known = allowed(vocabulary)
    checked = check_text(found.text, vocabulary)
    tried = _Tried(found, known[found.subject], checked, labels_of(known, viewer), viewer)
    if tried.subject.view:
        viewer.require(tried.subject.view)
    context: dict[str, Any] = {
        "record": found,
        "findings": checked.findings,
        "reference": "",
        "trail": trail(found),
    }
    status = 200
    if checked.tree is not None:
        if request.method == "POST":
            context |= _explained(tried, request.POST.get("reference", "").replace("\x00", "")[:100])
            status = 422 if context.get("problems") else 200
        context |= _sampled(tried, checked.tree)
    return TemplateResponse(request, "criteria/sample.html", context, status=status)


def _sampled(tried: _Tried, tree: Condition) -> dict[str, Any]:
    about = tried.criterion
    told = told_count(tried.checked.text, about.subject, tried.viewer, about.operation_id, about.purpose)
    columns = {
        ".".join((*part.path, part.field.name)): part.field
        for part in walk(tree)
        if isinstance(part, FieldRef) and part.variable == ""
    }
    groups, shown = [], []
    try:
        for which, label in GROUPS:
            rows = queries.sample(
                tried.checked.text, about.subject, seen_by=tried.viewer, operation_id=about.operation_id,
                purpose=about.purpose, number=SHOWN, which=which,
            )  # fmt: skip
            shown += [row.id for row in rows]
            groups.append({"label": label, "rows": [_row(row, columns, tried.labels) for row in rows]})
    except Problem as problem:
        return {"counted": told, "problems": [problem]}
    if shown:
        log_read(tried.viewer, kind="list", subject=tried.read_as, ids=shown, purpose="criterion")
    return {"counted": told, "groups": groups, "columns": [field.label for field in columns.values()]}


def _row(row: queries.Sampled, columns: Mapping[str, Field], labels: telling.Labels) -> dict[str, Any]:
    values = [_value(row.values[name], field, labels) for name, field in columns.items()]
    return {"title": row.title or row.id, "url": row.url, "values": values}


def _explained(tried: _Tried, reference: str) -> dict[str, Any]:
    about = tried.criterion
    id = _id_of(tried, reference)
    words = Words(
        code=lambda code_list, code: str(tried.labels.get(code_list, {}).get(code, code)),
        date=lambda day: str(date_format(day)) if isinstance(day, date) else str(day),
        number=lambda number: str(number_format(number)),
        hidden=_is_hidden,
    )
    try:
        if id is None:
            raise Problem("not_found")
        explanation = queries.explain_record(
            tried.checked.text, about.subject, id, seen_by=tried.viewer, operation_id=about.operation_id,
            purpose=about.purpose, words=words,
        )  # fmt: skip
    except Problem as problem:
        return {"reference": reference, "problems": [problem]}
    log_read(tried.viewer, kind="open", subject=tried.read_as, ids=[id], purpose="criterion")
    label, tone = VERDICTS[explanation.verdict]
    return {
        "reference": reference,
        "explained": _part(explanation),
        "explained_url": tried.subject.url.replace("{id}", str(id)),
        "verdict_label": label,
        "verdict_tone": tone,
    }


def _id_of(tried: _Tried, reference: str) -> UUID | None:
    """The record that was meant: by its id, or by what it is called."""
    return id_from(reference) or queries.find_record(tried.subject.key, reference, seen_by=tried.viewer)


def _part(explanation: Explanation) -> dict[str, Any]:
    label, tone = VERDICTS[explanation.verdict]
    return {
        "text": explanation.text,
        "value": explanation.value,
        "mark": {True: _("yes"), False: _("no"), None: _("not known")}[explanation.verdict],
        "label": label,
        "tone": tone,
        "parts": [_part(one) for one in explanation.parts],
    }


def _is_hidden(field: Field) -> bool:
    """Sensitive values stay masked here: whoever may see them opens the record and says what for."""
    return RANK[field.privacy] >= RANK[Privacy.SENSITIVE]


def _value(value: Any, field: Field, labels: telling.Labels) -> str:
    """A value as a cell shows it."""
    if value is None or value == "":
        return "–"
    if _is_hidden(field):
        return HIDDEN
    if field.kind == "code":
        return str(labels.get(field.code_list, {}).get(str(value), value))
    if field.kind == "boolean":
        return _("yes") if value else _("no")
    if field.kind == "day":
        return str(date_format(value))
    if field.kind in ("integer", "decimal") and not field.derived:
        return str(number_format(value))
    return str(value)
