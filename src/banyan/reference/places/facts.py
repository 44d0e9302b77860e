"""What this room announces."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class PlacesImported(Fact):
    """An import was taken into releases."""

    batch_id: UUID
    release_ids: tuple[UUID, ...]
    added: int
    changed: int
    unchanged: int
    not_taken: int


@dataclass(frozen=True)
class ImportUndone(Fact):
    """What an import brought into its releases was taken out again."""

    batch_id: UUID
    removed: int


@dataclass(frozen=True)
class ReleaseMadeCurrent(Fact):
    """From now on the places of a country are those of this release."""

    release_id: UUID
    country: str
    changed: int
    retired: int


@dataclass(frozen=True)
class PlaceRenamed(Fact):
    """A person changed the preferred name of a place in a language."""

    place_id: UUID
    language: str
    name: str


@dataclass(frozen=True)
class PlaceAliasAdded(Fact):
    """Another name of a place became known."""

    place_id: UUID
    text: str
