"""The photo of a person: taken, changed, taken away."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.registry import photos, queries
from banyan.people.registry.models import Merge, Person
from banyan.people.registry.queries.records import may_here
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

MAY = "registry.register_person"
FOLDER = "photos"


@action(MAY)
def set_photo(person_id: UUID, content: bytes, *, by: Viewer) -> Person:
    """Keep a photo of a person in place of the one before; the file is checked, turned upright, made small and emptied.

    Raises Problem not_found, not_allowed, registry.record_withdrawn, and those of photos.photo_from.
    """
    person = _person(person_id, by)
    made = photos.photo_from(content)
    return _write(person, vault.keep(made, folder=FOLDER), by=by)


@action(MAY)
def remove_photo(person_id: UUID, *, by: Viewer) -> Person:
    """Take the photo away. Raises Problem not_found, not_allowed, registry.record_withdrawn."""
    return _write(_person(person_id, by), "", by=by)


def _person(person_id: UUID, by: Viewer) -> Person:
    person = queries.person(person_id, seen_by=by)
    if not may_here(by, MAY, person.scope_id):
        raise Problem("not_allowed")
    if person.status == "withdrawn":
        raise Problem("registry.record_withdrawn", reference=person.reference)
    return person


def _write(person: Person, name: str, *, by: Viewer) -> Person:
    before = person.photo
    person.photo = name
    person.photo_taken_on = timezone.localdate() if name else None
    person.save(update_fields=["photo", "photo_taken_on"])
    quality.moved("person", [person.pk], by=by)
    # What lies elsewhere is no photo of anybody's own; and a merge may be undone: then the photo of before is needed again.
    if before.startswith(f"{FOLDER}/") and not Merge.objects.filter(survivor=person, undone_at=None).exists():
        # After the commit: until then the photo of before is still the one that is named.
        transaction.on_commit(lambda: vault.destroy(before))
    return person
