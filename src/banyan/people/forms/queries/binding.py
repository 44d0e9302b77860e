"""What the questions of a version feed: as confirmed, else as carried from the version before, else as guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, cast
from uuid import UUID

from banyan.people.forms.declarations import Subject, register_fields
from banyan.people.forms.models import FormBinding, FormVersion
from banyan.people.forms.queries.forms import VIEW, forms, version
from banyan.people.forms.rules import binding as rules
from banyan.people.forms.rules.schema import Choice, Labels, Question, Schema
from banyan.platform.access.viewers import Viewer


@dataclass(frozen=True)
class Bound:
    """One question and what it feeds: a register field, or a further attribute; neither means that it is not kept.

    `certainty` (0 to 1) and `why` (name, label, hxl, carried, chosen) tell how a guess came about.
    """

    question_path: str
    field: str
    extra_key: str
    subject: Subject
    type: str
    labels: Labels = made(default_factory=dict)
    is_confirmed: bool = False
    certainty: float = 0.0
    why: str = ""
    row: int = 0


@dataclass(frozen=True)
class Binding:
    """All bonds of a version, with what came of the version before and what registering will miss."""

    bonds: tuple[Bound, ...]
    schema: Schema
    subjects: rules.Subjects
    lacking: tuple[rules.Lack, ...]
    is_confirmed: bool
    carried: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    before: int | None = None  # number of the version the bonds were carried from


@dataclass(frozen=True)
class ExtraDefinition:
    """A further attribute that some form of an operation keeps: its key, whom it is about, XLSForm type, texts, choices."""

    key: str
    subject: Subject
    type: str
    labels: Labels
    choices: tuple[Choice, ...] = ()
    form_id: UUID | None = None


def binding(version_id: UUID, *, seen_by: Viewer) -> tuple[Bound, ...]:
    """What each question of a version feeds, in the order of the form. Raises Problem not_found."""
    return binding_report(version_id, seen_by=seen_by).bonds


def binding_report(version_id: UUID, *, seen_by: Viewer) -> Binding:
    """The binding with all that a person deciding on it wants to know. Raises Problem not_found."""
    return report_of(version(version_id, seen_by=seen_by))


def report_of(found: FormVersion) -> Binding:
    """The binding of a version already read."""
    fields = register_fields()
    schema = Schema.from_json(found.schema) if found.schema else Schema("", "")
    whom = rules.subjects(schema)
    stored = {row.question_path: row for row in FormBinding.objects.filter(version=found)}
    before = None if stored else _before(found)
    carried: rules.Carried | None = None
    if stored:
        bonds = rules.suggest(schema, fields)
    elif before is not None:
        earlier = [_bond(row) for row in FormBinding.objects.filter(version=before)]
        carried = rules.carry(earlier, Schema.from_json(before.schema), schema, fields)
        bonds = list(carried.bonds)
    else:
        bonds = rules.suggest(schema, fields)
    shown = tuple(_shown(bond, stored.get(bond.path), schema.by_path[bond.path]) for bond in bonds)
    kept = [_of_bound(bond) for bond in shown]
    return Binding(
        bonds=shown,
        schema=schema,
        subjects=whom,
        lacking=tuple(rules.lacking(kept, whom, fields)),
        is_confirmed=bool(stored) and all(row.is_confirmed for row in stored.values()),
        carried=carried.carried if carried else (),
        lost=carried.lost if carried else (),
        new=carried.new if carried else (),
        before=before.number if before else None,
    )


def extra_definitions(operation_id: UUID, *, seen_by: Viewer) -> dict[str, ExtraDefinition]:
    """Every further attribute that published or retired versions of an operation's forms keep.

    Keys are "subject:key". Where versions differ, the newest says type and labels; choices of all are joined.
    """
    seen_by.require(VIEW)
    rows = FormVersion.objects.filter(
        form__in=forms(seen_by=seen_by).filter(operation=operation_id).values("pk"), state__in=("published", "retired")
    )
    found: dict[str, ExtraDefinition] = {}
    for each in rows.order_by("made_at", "pk"):
        for bond in report_of(each).bonds:
            if bond.extra_key:
                _define(found, bond, each)
    return found


def _define(found: dict[str, ExtraDefinition], bond: Bound, each: FormVersion) -> None:
    schema = Schema.from_json(each.schema)
    question = schema.by_path[bond.question_path]
    name = f"{bond.subject}:{bond.extra_key}"
    choices = {choice.name: choice for choice in found[name].choices} if name in found else {}
    choices |= {choice.name: choice for choice in schema.choices.get(question.list_name, ())}
    found[name] = ExtraDefinition(
        bond.extra_key, bond.subject, question.type, question.labels, tuple(choices.values()), each.form_id
    )


def _before(found: FormVersion) -> FormVersion | None:
    bound = FormBinding.objects.filter(version__form=found.form_id).values("version")
    rows = FormVersion.objects.filter(form=found.form_id, number__lt=found.number, pk__in=bound)
    return rows.order_by("-number").first()


def _bond(row: FormBinding) -> rules.Bond:
    return rules.Bond(row.question_path, row.field, row.extra_key, cast(Subject, row.subject), 1.0, "chosen")


def _of_bound(bond: Bound) -> rules.Bond:
    return rules.Bond(bond.question_path, bond.field, bond.extra_key, bond.subject, bond.certainty, bond.why)


def _shown(bond: rules.Bond, row: FormBinding | None, question: Question) -> Bound:
    """The stored row where there is one; a guess that says the same lends it its reason."""
    if row is not None and (row.field, row.extra_key, row.subject) != (bond.field, bond.extra_key, bond.subject):
        bond = _bond(row)
    return Bound(
        bond.path, bond.field, bond.extra_key, bond.subject, question.type, question.labels,
        row is not None and row.is_confirmed, bond.certainty, bond.why, question.row,
    )  # fmt: skip


def data_kinds(bonds: Iterable[Bound]) -> Mapping[str, str]:
    """By question path, the kind of data its register field declares."""
    fields = register_fields()
    kinds: dict[str, Any] = {bond.question_path: fields[bond.field].data_kind for bond in bonds if bond.field in fields}
    return {path: kind for path, kind in kinds.items() if kind}
