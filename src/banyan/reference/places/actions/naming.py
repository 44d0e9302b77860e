"""Names changed by people: the preferred name in a language, further names with source and time."""

from uuid import UUID

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all
from banyan.reference.places.actions.taking import renew_keys
from banyan.reference.places.facts import PlaceAliasAdded, PlaceRenamed
from banyan.reference.places.models import Place, PlaceName, Relation
from banyan.reference.places.rules.checking import LONGEST_NAME
from banyan.reference.places.rules.naming import language_code, tidy


@action("places.change_place")
def rename_place(place_id: UUID, language: str, name: str, *, by: Viewer) -> Place:
    """Set the preferred name in a language; the one it replaces is kept as a former name. Raises Problem(s)."""
    place = _place(place_id, by)
    text, language = _checked(place.pcode, name, language)
    before = place.names.get(language)
    if before == text:
        return place
    place.names = {**place.names, language: text}
    if language == "en" or "en" not in place.names:
        place.name = text
    place.save()
    if before:
        _keep(place, before, Relation.FORMER, language, source=str(by.label))
    renew_keys([place.id])
    announce(PlaceRenamed(place_id=place.id, language=language, name=text), by=by)
    return place


@action("places.change_place")
def add_alias(
    place_id: UUID, text: str, *, by: Viewer, relation: str = Relation.ALIAS, language: str = "", source: str = "",
    since: PartialDate | None = None, until: PartialDate | None = None,
) -> PlaceName:  # fmt: skip
    """Add another name by which a place is known. Adding the same again changes nothing. Raises Problem(s)."""
    place = _place(place_id, by)
    text, language = _checked(place.pcode, text, language, needs_language=False)
    name = _keep(place, text, relation, language, source=source, since=since, until=until)
    renew_keys([place.id])
    announce(PlaceAliasAdded(place_id=place.id, text=text), by=by)
    return name


@action("places.change_place")
def end_alias(name_id: UUID, until: PartialDate, *, by: Viewer) -> PlaceName:
    """Say since when a further name is no longer used; it is still found. Raises Problem not_found, places.name_ended."""
    name = PlaceName.objects.filter(within(by.reach("places.change_place")), pk=name_id).select_for_update().first()
    if name is None:
        raise Problem("not_found")
    if name.until is not None:
        raise Problem("places.name_ended")
    name.until = until
    name.save()
    return name


def _place(place_id: UUID, by: Viewer) -> Place:
    place = Place.objects.filter(within(by.reach("places.change_place")), pk=place_id).select_for_update().first()
    if place is None:
        raise Problem("not_found")
    return place


def _checked(code: str, text: str, language: str, *, needs_language: bool = True) -> tuple[str, str]:
    problems = []
    text = tidy(text)
    if not text:
        problems.append(Problem("places.name_empty", at=Location(field="name")))
    if len(text) > LONGEST_NAME:
        problems.append(Problem("places.name_too_long", code=code, limit=LONGEST_NAME, at=Location(field="name")))
    language = language.strip().lower()
    if not language_code(language) and (language or needs_language):
        problems.append(Problem("places.language_unknown", value=language, at=Location(field="language")))
    raise_all(problems)
    return text, language


def _keep(
    place: Place, text: str, relation: str, language: str, *, source: str, since: PartialDate | None = None,
    until: PartialDate | None = None,
) -> PlaceName:  # fmt: skip
    name, _made = PlaceName.objects.get_or_create(
        place=place, relation=relation, language=language, text=text,
        defaults={"source": source, "since": since, "until": until, "scope_id": place.scope_id},
    )  # fmt: skip
    return name
