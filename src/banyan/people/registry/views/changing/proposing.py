"""Asking for a change: the menu of a record, the form of each kind, what it would do, and two values side by side."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from banyan.people.registry import actions, queries
from banyan.people.registry.actions.changing.proposing import Attached
from banyan.people.registry.inputs.changing import ChangeForm, Ground
from banyan.people.registry.models import Household, Person
from banyan.people.registry.queries.changing.loading import PARTS_OF, records_of
from banyan.people.registry.queries.changing.presence import draft as draft_of
from banyan.people.registry.queries.changing.previews import Preview, preview
from banyan.people.registry.queries.changing.requests import may_see_sensitive
from banyan.people.registry.queries.changing.showing import label_of, record_url, said, words_for
from banyan.people.registry.rules.changing.merging import Comparison
from banyan.people.registry.rules.changing.records import PERSON
from banyan.people.registry.rules.masking import masked_number
from banyan.people.registry.states import ChangeState
from banyan.people.registry.views.changing.grounds import SEARCHES, chosen_place, ground_of, record_of, table_of
from banyan.people.registry.views.changing.wording import HOUSEHOLD_KINDS, KIND_HINTS, KIND_LABELS, PERSON_KINDS
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

PROPOSE = "registry.propose_change"
# Names in what is sent that are no fields of the form.
_OURS = frozenset({"csrfmiddlewaretoken", "step", "seen", "reason", "note", "evidence", "agreed"})


@require_GET
@needs(PROPOSE)
def menu(request: HttpRequest, table: str, record_id: UUID) -> HttpResponse:
    """What can be changed about a person or a household."""
    viewer = request.viewer
    record = record_of(table, record_id, viewer)
    kinds = PERSON_KINDS if table == PERSON else HOUSEHOLD_KINDS
    log_read(viewer, kind="open", subject=f"registry.{table}", ids=[record_id], purpose="change")
    rules = queries.change_rules(record.operation_id, seen_by=viewer)
    entries = [
        {
            "label": KIND_LABELS[kind],
            "hint": KIND_HINTS[kind],
            "url": reverse("registry:propose", args=[kind, record_id]),
            "approval": rules[kind].needs_approval,
            "parts": _parts(kind, table, record, viewer) if kind in PARTS_OF else [],
        }
        for kind in kinds
    ]
    context = {
        "record": record,
        "table": table,
        "entries": entries,
        "trail": _trail(table, record_id, record.reference),
    }
    return TemplateResponse(request, "registry/changes/menu.html", context)


def _parts(kind: str, table: str, record: Person | Household, viewer: Viewer) -> list[dict[str, str]]:
    """Entries of a record that can be corrected, each with the address of its form."""
    part_table = PARTS_OF[kind][0]
    key_of = str(record.pk)
    rows = records_of(kind, {table: [key_of]}, seen_by=viewer).parts(part_table, key_of)
    words = words_for([], seen_by=viewer)
    telling = {"document": "type", "phone": "number", "need": "code", "notice": "given_on"}[part_table]
    may = may_see_sensitive(viewer, record.scope_id)
    return [
        {
            "label": masked_number(row["number"])
            if part_table == "phone"
            else said(part_table, telling, row[telling], words),
            "url": reverse("registry:propose", args=[kind, key_of]) + f"?part={key}",
        }
        for key, row in rows.items()
        if may or part_table != "need"
    ]


@needs(PROPOSE)
def propose(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """The form of one kind of change; then what it would do; then it is proposed, or done where nobody needs to approve.

    What somebody else wrote meanwhile into other fields stays and is told; the same field is shown twice and asked about.
    """
    viewer = request.viewer
    data = request.POST if request.method == "POST" else request.GET
    ground = ground_of(kind, record_id, data, viewer)
    subject = "registry.person" if ground.table == PERSON else "registry.household"
    purpose = "sensitive: change" if ground.may_see_sensitive else "change"
    log_read(viewer, kind="open", subject=subject, ids=[record_id], purpose=purpose)
    if request.method != "POST":
        return _begin(request, ground)
    typed = _typed(request.POST, ground, viewer)
    form = ChangeForm(ground, typed)
    step = request.POST.get("step", "preview")
    if step.startswith("search"):
        return _page(request, ground, ChangeForm(ground, initial=typed), seen=request.POST.get("seen", ""))
    seen = _seen(request.POST.get("seen", ""))
    form.is_valid()
    given = form.given(typed)
    found = preview(kind, given, seen_by=viewer, seen=seen)
    if found.comparison.clashes:
        return _clash(request, ground, form, found.comparison, typed, seen)
    problems = form.tell(found.problems)
    if form.errors or problems:
        return _page(request, ground, form, problems=problems, seen=request.POST.get("seen", ""))
    if step != "send":
        return _look(request, ground, found, typed)
    try:
        made = actions.propose_change(
            kind, given, by=viewer, reason=request.POST.get("reason", ""), evidence=_evidence(request), seen=seen
        )
    except Problem as problem:
        return _look(request, ground, found, typed, problems=list(problem.errors or [problem]))
    _tell(request, found)
    if made.state == ChangeState.APPLIED:
        messages.success(request, _("Done. The register says so now."))
        return redirect(record_url(ground.table, record_id))
    messages.success(request, _("Proposed. Somebody else decides on it."))
    return redirect("registry:change", made.pk)


def _begin(request: HttpRequest, ground: Ground) -> HttpResponse:
    kept = draft_of(ground.kind, UUID(ground.record), seen_by=request.viewer)
    if kept is None or request.GET.get("part"):
        form = ChangeForm(ground)
        return _page(request, ground, form, seen=form.seen_text())
    typed = dict(kept.typed)
    seen = str(typed.pop("seen", "{}"))
    return _page(request, ground, ChangeForm(ground, initial=typed), seen=seen, kept=kept.saved_at)


def _page(
    request: HttpRequest, ground: Ground, form: ChangeForm, *, seen: str, problems: list[Problem] | None = None,
    kept: Any = None,
) -> HttpResponse:  # fmt: skip
    context = {
        **_shared(ground),
        "form": form,
        "seen": seen,
        "problems": problems or [],
        "kept": kept,
        "searches": [f"find.{name}" for name in SEARCHES],
        "draft_url": reverse("registry:draft", args=[ground.kind, ground.record]),
        "drop_url": reverse("registry:draft-drop", args=[ground.kind, ground.record]),
        "part": ground.part[0] if ground.part else "",
        "place_text": _place_text(ground, form, request.viewer),
    }
    bad = bool(form.is_bound and form.errors) or bool(problems)
    return TemplateResponse(request, "registry/changes/form.html", context, status=422 if bad else 200)


def _place_text(ground: Ground, form: ChangeForm, viewer: Viewer) -> str:
    if "fields.place" not in form.fields:
        return ""
    value = str(form["fields.place"].value() or "")
    return words_for([], seen_by=viewer, more=[value]).places.get(value, "") if value else ""


def _look(
    request: HttpRequest, ground: Ground, found: Preview, typed: Mapping[str, Any], problems: list[Problem] | None = None
) -> HttpResponse:  # fmt: skip
    """What the change would do, before it is asked for."""
    if found.refusal is not None:
        problems = [*(problems or []), found.refusal]
    context = {
        **_shared(ground),
        "preview": found,
        "foreseen": actions.foresee_change(found, by=request.viewer),
        "hidden": _hidden(typed, request.POST.get("seen", "")),
        "told": [label_of(ground.table, name) for name in found.comparison.theirs if not ground.part],
        "problems": problems or [],
        "reason": request.POST.get("reason", ""),
        "part": ground.part[0] if ground.part else "",
    }
    return TemplateResponse(request, "registry/changes/preview.html", context, status=422 if problems else 200)


def _clash(
    request: HttpRequest, ground: Ground, form: ChangeForm, comparison: Comparison, typed: Mapping[str, Any],
    seen: Mapping[str, Any] | None,
) -> HttpResponse:  # fmt: skip
    """The same field, written by two people: both values, and the choice. Everything typed goes along."""
    prefix = "" if ground.part else "fields."
    table = PARTS_OF[ground.kind][0] if ground.part else ground.table
    spots = [
        str(value)
        for each in comparison.clashes
        if each.field == "place"
        for value in (each.seen, each.theirs, each.mine)
        if value
    ]
    words = words_for([], seen_by=request.viewer, more=spots)
    rows = [
        {
            "name": f"{prefix}{each.field}",
            "label": label_of(table, each.field),
            "seen": said(table, each.field, each.seen, words),
            "theirs": said(table, each.field, each.theirs, words),
            "mine": said(table, each.field, each.mine, words),
            "theirs_value": each.theirs,
        }
        for each in comparison.clashes
    ]
    now = {**(seen or {}), **{each.field: each.theirs for each in comparison.clashes}}
    context = {
        **_shared(ground),
        "rows": rows,
        "hidden": _hidden(typed, json.dumps(now, ensure_ascii=False)),
        "theirs": json.dumps({row["name"]: row["theirs_value"] for row in rows}, ensure_ascii=False),
        "part": ground.part[0] if ground.part else "",
    }
    return TemplateResponse(request, "registry/changes/clash.html", context, status=409)


def _shared(ground: Ground) -> dict[str, Any]:
    return {
        "kind": ground.kind,
        "kind_label": KIND_LABELS[ground.kind],
        "kind_hint": KIND_HINTS[ground.kind],
        "table": ground.table,
        "record_id": ground.record,
        "reference": ground.row["reference"],
        "name": ground.row.get("full_name") or ground.row["reference"],
        "form_url": reverse("registry:propose", args=[ground.kind, ground.record]),
        "record_url": record_url(ground.table, ground.record),
        "presence_url": reverse("registry:presence", args=[ground.table, ground.record]),
        "trail": _trail(ground.table, UUID(ground.record), ground.row["reference"]),
    }


def _trail(table: str, record_id: UUID, reference: str) -> list[tuple[Any, str]]:
    lists = (_("People"), "registry:people") if table == PERSON else (_("Households"), "registry:households")
    return [(lists[0], reverse(lists[1])), (reference, record_url(table, record_id))]


def _typed(data: QueryDict, ground: Ground, viewer: Viewer) -> dict[str, Any]:
    """Values by form field, as they were sent; on a clash page what was chosen of both."""
    typed: dict[str, Any] = {}
    for name in data:
        if name in _OURS or name.endswith("_text") or name.startswith("keep."):
            continue
        typed[name] = data.getlist(name) if name == "members" else data.get(name)
    if "fields.place" in data or "fields.place_text" in data:
        typed["fields.place"] = chosen_place(data, "fields.place", viewer)
    theirs = _seen(data.get("theirs", "")) or {}
    typed |= {name: value for name, value in theirs.items() if data.get(f"keep.{name}", "theirs") == "theirs"}
    return typed


def _seen(text: str) -> dict[str, Any] | None:
    """What the writer saw, out of the hidden field; None when it is not there or not readable."""
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _hidden(typed: Mapping[str, Any], seen: str) -> list[tuple[str, str]]:
    """Everything typed, to be sent again."""
    pairs = [("seen", seen)]
    for name, value in typed.items():
        pairs += (
            [(name, each) for each in value] if isinstance(value, list) else [(name, "" if value is None else value)]
        )
    return pairs


def _evidence(request: HttpRequest) -> list[Attached]:
    files = [Attached(file.name or "", file.read()) for file in request.FILES.getlist("evidence")]
    note = request.POST.get("note", "").strip()
    return [*files, *([Attached(note=note)] if note else [])]


def _tell(request: HttpRequest, found: Preview) -> None:
    """Say what others changed meanwhile and what was left as they wrote it."""
    if found.comparison.theirs:
        fields = ", ".join(sorted(label_of(found.subject[0], name) for name in found.comparison.theirs))
        messages.info(request, _("Meanwhile somebody else changed, and it stays: %(fields)s.") % {"fields": fields})


@require_POST
@needs(PROPOSE)
def keep_draft(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Keep what is typed, while it is typed: nothing is lost with the session or the light."""
    viewer = request.viewer
    typed: dict[str, Any] = {name: request.POST.get(name) for name in request.POST if name not in _OURS}
    if "members" in request.POST:
        typed["members"] = request.POST.getlist("members")
    typed["seen"] = request.POST.get("seen", "")
    actions.save_draft(kind, table_of(kind, record_id, viewer), record_id, typed, by=viewer)
    return HttpResponse(status=204)


@require_POST
@needs(PROPOSE)
def drop_draft(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Begin anew."""
    actions.drop_draft(kind, record_id, by=request.viewer)
    return redirect("registry:propose", kind, record_id)
