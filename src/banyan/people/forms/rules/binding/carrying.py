"""Take what was bound in one version over to the next."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from banyan.people.forms.rules.binding.fields import Field
from banyan.people.forms.rules.binding.subjects import subjects
from banyan.people.forms.rules.binding.suggesting import Bond, suggest, with_extras
from banyan.people.forms.rules.binding.types import fits
from banyan.people.forms.rules.schema import Question, Schema


@dataclass(frozen=True)
class Carried:
    """The bonds of a new version. Paths: `carried` taken over, `lost` of the old version without heir, `new` guessed."""

    bonds: tuple[Bond, ...]
    carried: tuple[str, ...]
    lost: tuple[str, ...]
    new: tuple[str, ...]


def carry(before: Iterable[Bond], old: Schema, new: Schema, fields: Mapping[str, Field]) -> Carried:
    """Bonds of the old version for the questions of the new: by path, then by a name that occurs once in both.

    A question whose type no longer fits its field is bound anew. Questions the old version did not have are guessed,
    but never to a field that a carried bond feeds.
    """
    whom = subjects(new)
    heirs = _heirs(old, new)
    kept: dict[str, Bond] = {}
    lost = []
    for bond in before:
        heir = heirs.get(bond.path)
        if heir is None or not _still_fits(bond, heir, fields, whom.of(heir)):
            lost.append(bond.path)
            continue
        kept[heir.path] = replace(bond, path=heir.path, certainty=1.0, why="carried")
    fed = {bond.field for bond in kept.values() if bond.field}
    guessed = {
        bond.path: bond
        for bond in suggest(new, fields)
        if bond.field and bond.field not in fed and bond.path not in kept
    }
    bonds = with_extras(new, whom, {**kept, **guessed})
    added = tuple(bond.path for bond in bonds if bond.path not in kept)
    return Carried(tuple(bonds), tuple(kept), tuple(lost), added)


def _still_fits(bond: Bond, heir: Question, fields: Mapping[str, Field], allowed: Iterable[str]) -> bool:
    if not bond.field:
        return True
    field = fields.get(bond.field)
    return field is not None and field.subject in allowed and fits(heir, field.kind)


def _heirs(old: Schema, new: Schema) -> dict[str, Question]:
    """For each question of the old version the one that follows it in the new."""
    found = {path: new.by_path[path] for path in old.by_path if path in new.by_path}
    once = _only(old).keys() & _only(new).keys()
    free = _only(new)
    for question in old.questions:
        if question.path not in found and question.name in once and free[question.name].path not in old.by_path:
            found[question.path] = free[question.name]
    return found


def _only(schema: Schema) -> dict[str, Question]:
    counts = Counter(question.name for question in schema.questions)
    return {question.name: question for question in schema.questions if counts[question.name] == 1}
