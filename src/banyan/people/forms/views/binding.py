"""The page on which a person decides what the questions of a version feed."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from banyan.people.forms import actions, queries
from banyan.people.forms.declarations import KINDS_OF_DATA, register_fields
from banyan.people.forms.rules.binding import fits
from banyan.people.forms.rules.schema import spoken
from banyan.platform.access.doors import needs
from banyan.platform.kernel.problems import Problem

CHANGE = "forms.change_form"
WHY: dict[str, str | Promise] = {
    "name": gettext_lazy("its name"),
    "label": gettext_lazy("its label"),
    "hxl": gettext_lazy("its HXL tag"),
    "carried": gettext_lazy("the version before"),
    "chosen": gettext_lazy("chosen by a person"),
}
SUBJECTS = {"household": gettext_lazy("Household"), "person": gettext_lazy("Person")}


@dataclass(frozen=True)
class Line:
    """One question as the page shows it."""

    number: int
    path: str
    label: str
    type: str
    row: int
    chosen: str
    options: list[tuple[str, list[tuple[str, str]]]]
    subject: str
    percent: int
    why: str
    state: str  # sure | doubtful | extra | dropped
    data_kind: str
    problem: str = ""

    @property
    def words(self) -> str:
        """What the filter of the page looks through."""
        return f"{self.path} {self.label}".lower()


@require_http_methods(["GET", "POST"])
@needs(CHANGE)
def binding(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Look through the bonds of a version, change them, confirm them all."""
    viewer = request.viewer
    version = queries.version(version_id, seen_by=viewer, permission=CHANGE)
    report = queries.binding_report(version_id, seen_by=viewer)
    problems: list[Problem] = []
    chosen: dict[str, str] = {}
    if request.method == "POST":
        chosen = _chosen(request, report)
        try:
            actions.confirm_binding(version_id, chosen, by=viewer)
        except Problem as problem:
            if problem.status != 422:
                raise
            problems = list(problem.errors or [problem])
        else:
            messages.success(request, _("The binding was confirmed."))
            return redirect("forms:binding", version_id)
    lines = _lines(report, chosen, problems)
    context = {
        "version": version,
        "report": report,
        "sections": _sections(lines),
        "counts": _counts(lines),
        "lacking": [(_lack_words(lack.fields), lack.blocks) for lack in report.lacking],
        "forbidden": _asked(lines, queries.policy(version.form.operation_id, seen_by=viewer)),
        "problems": problems,
        "trail": [
            (_("Forms"), reverse("forms:list")),
            (version.form.title, reverse("forms:version", args=[version.pk])),
        ],
    }
    return TemplateResponse(request, "forms/binding.html", context, status=422 if problems else 200)


def _chosen(request: HttpRequest, report: queries.Binding) -> dict[str, str]:
    """Paths and choices: fields are named by the number of the question, so that names stay short and plain."""
    found = {}
    for number, bond in enumerate(report.bonds):
        value = request.POST.get(f"q{number}")
        if value is not None:
            found[bond.question_path] = value
    return found


def _lines(report: queries.Binding, chosen: dict[str, str], problems: list[Problem]) -> list[Line]:
    fields = register_fields()
    language = get_language() or "en"
    faults: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        if problem.at is not None and problem.at.field:
            faults[problem.at.field].append(problem.as_text())
    lines = []
    offered: dict[Any, list[tuple[str, list[tuple[str, str]]]]] = {}
    for number, bond in enumerate(report.bonds):
        question = report.schema.by_path[bond.question_path]
        allowed = report.subjects.of(question)
        key = (question.type, allowed)
        if key not in offered:
            groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for field in fields.values():
                if field.subject in allowed and fits(question, field.kind):
                    groups[str(SUBJECTS[field.subject])].append((field.key, str(field.label)))
            offered[key] = list(groups.items())
        shown = bond.field or ("+" if bond.extra_key else "")
        value = chosen.get(bond.question_path, shown)
        field_there = fields.get(value)
        lines.append(
            Line(
                number,
                bond.question_path,
                spoken(bond.labels, _language(report, language), report.schema.default_language),
                bond.type,
                bond.row,
                value,
                offered[key],
                str(SUBJECTS[bond.subject]),
                round(bond.certainty * 100),
                str(WHY.get(bond.why, "")),
                _state(value, bond.certainty, confirmed=bond.is_confirmed),
                field_there.data_kind if field_there else "",
                " ".join(faults[bond.question_path]),
            )
        )
    return lines


def _language(report: queries.Binding, language: str) -> str:
    """The form's name of the reader's language: "Arabic (ar)" for ar."""
    return next((each for each in report.schema.languages if f"({language[:2]}" in each or each == language), "")


def _state(value: str, certainty: float, *, confirmed: bool) -> str:
    if value == "+":
        return "extra"
    if not value:
        return "dropped"
    return "sure" if confirmed or certainty >= 0.8 else "doubtful"


def _sections(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Lines under the group they stand in, in the order of the form."""
    found: list[tuple[str, list[Line]]] = []
    for line in lines:
        group = line.path.rpartition("/")[0]
        if not found or found[-1][0] != group:
            found.append((group, []))
        found[-1][1].append(line)
    return found


def _counts(lines: list[Line]) -> dict[str, int]:
    counts = dict.fromkeys(("sure", "doubtful", "extra", "dropped"), 0)
    for line in lines:
        counts[line.state] += 1
    return counts


def _lack_words(keys: tuple[str, ...]) -> str:
    fields = register_fields()
    return _(" or ").join(str(fields[key].label) for key in keys)


def _asked(lines: list[Line], forbidden: frozenset[str]) -> list[tuple[str, str]]:
    return [(line.path, str(KINDS_OF_DATA[line.data_kind])) for line in lines if line.data_kind in forbidden]
