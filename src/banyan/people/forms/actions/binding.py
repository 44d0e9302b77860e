"""Deciding what the questions of a version feed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from banyan.people.forms.declarations import Subject, register_fields
from banyan.people.forms.models import FormBinding, FormVersion
from banyan.people.forms.queries.binding import Binding, report_of
from banyan.people.forms.queries.forms import version
from banyan.people.forms.rules import binding as rules
from banyan.people.forms.rules.binding.suggesting import extra_key
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all

CHANGE = "forms.change_form"
EXTRA, NOT_KEPT = "+", ""


@dataclass(frozen=True)
class _Choice:
    field: str
    extra_key: str
    subject: Subject


@action(CHANGE)
def confirm_binding(version_id: UUID, chosen: Mapping[str, str], *, by: Viewer) -> Binding:
    """Confirm what every question of a version feeds.

    `chosen` maps question paths to the key of a register field, "+" (keep as a further attribute) or "" (not kept);
    questions it leaves out stay as they are shown. Confirming the same again changes nothing. Raises Problems
    forms.question_unknown, forms.field_unknown, forms.field_unfit, forms.field_subject, forms.field_twice, all at once.
    """
    found = _locked(version_id, by)
    report = report_of(found)
    raise_all(_faults(report, chosen))
    _store(found, _choices(report, chosen), confirmed=True)
    return report_of(found)


def settle(found: FormVersion) -> None:
    """Keep the bonds of a version as they are shown, unconfirmed, so that a published version has a binding of its own."""
    if not FormBinding.objects.filter(version=found).exists():
        _store(found, _choices(report_of(found), {}), confirmed=False)


def _locked(version_id: UUID, by: Viewer) -> FormVersion:
    found = version(version_id, seen_by=by, permission=CHANGE)
    if not found.schema:
        raise Problem("forms.not_converted")
    return FormVersion.objects.select_for_update(of=("self",)).get(pk=found.pk)


def _faults(report: Binding, chosen: Mapping[str, str]) -> list[Problem]:
    fields = register_fields()
    shown = {bond.question_path: bond for bond in report.bonds}
    faults = []
    feeding: dict[str, list[str]] = defaultdict(list)
    for path, key in chosen.items():
        at = Location(field=path)
        if path not in shown:
            faults.append(Problem("forms.question_unknown", path=path, at=at))
        elif key not in (EXTRA, NOT_KEPT):
            question, field = report.schema.by_path[path], fields.get(key)
            if field is None:
                faults.append(Problem("forms.field_unknown", field=key, at=at))
            elif not rules.fits(question, field.kind):
                faults.append(Problem("forms.field_unfit", path=path, type=question.type, field=field.label, at=at))
            elif field.subject not in report.subjects.of(question):
                faults.append(Problem("forms.field_subject", path=path, field=field.label, at=at))
    for path, bond in shown.items():
        key = chosen.get(path, bond.field)
        if key in fields:
            feeding[key].append(path)
    for key, paths in feeding.items():
        if len(paths) > 1:
            at = Location(field=paths[-1])
            faults.append(Problem("forms.field_twice", field=fields[key].label, paths=", ".join(paths), at=at))
    return faults


def _choices(report: Binding, chosen: Mapping[str, str]) -> dict[str, _Choice]:
    fields = register_fields()
    used: dict[Subject, set[str]] = {"household": set(), "person": set()}
    for bond in report.bonds:
        if bond.extra_key and chosen.get(bond.question_path, EXTRA) == EXTRA:
            used[bond.subject].add(bond.extra_key)
    made = {}
    for bond in report.bonds:
        question = report.schema.by_path[bond.question_path]
        shown = bond.field or (EXTRA if bond.extra_key else NOT_KEPT)
        key = chosen.get(bond.question_path, shown)
        if key == shown:
            made[bond.question_path] = _Choice(bond.field, bond.extra_key, bond.subject)
        elif key in fields:
            made[bond.question_path] = _Choice(key, "", fields[key].subject)
        else:
            subject = report.subjects.about(question)
            extra = extra_key(question, used[subject]) if key == EXTRA else ""
            used[subject].add(extra)
            made[bond.question_path] = _Choice("", extra, subject)
    return made


def _store(found: FormVersion, choices: Mapping[str, _Choice], *, confirmed: bool) -> None:
    """Write what differs, so that history tells only what changed."""
    stored = {row.question_path: row for row in FormBinding.objects.filter(version=found)}
    added, changed = [], []
    for path, choice in choices.items():
        row = stored.get(path)
        if row is None:
            added.append(
                FormBinding(
                    version=found, question_path=path, field=choice.field, extra_key=choice.extra_key,
                    subject=choice.subject, is_confirmed=confirmed,
                )
            )  # fmt: skip
        elif (row.field, row.extra_key, row.subject, row.is_confirmed) != (
            choice.field, choice.extra_key, choice.subject, confirmed or row.is_confirmed
        ):  # fmt: skip
            row.field, row.extra_key, row.subject = choice.field, choice.extra_key, choice.subject
            row.is_confirmed = confirmed or row.is_confirmed
            changed.append(row)
    FormBinding.objects.filter(version=found).exclude(question_path__in=list(choices)).delete()
    FormBinding.objects.bulk_create(added)
    FormBinding.objects.bulk_update(changed, ["field", "extra_key", "subject", "is_confirmed"])
