"""How carefully a stored value must be handled. Every column of every model says which class it is."""

from enum import StrEnum


class Privacy(StrEnum):
    """Privacy class of a column, from freely published to never shown."""

    PUBLIC = "public"  # may be published as it is
    INTERNAL = "internal"  # about the work, not about people
    PERSONAL = "personal"  # identifies a person, alone or with other columns
    SENSITIVE = "sensitive"  # could bring harm: health, origin, protection needs
    SECRET = "secret"  # noqa: S105 - passwords, keys, tokens: never shown, exported or written to history

    @property
    def about_people(self) -> bool:
        """True when reading the value has to be logged as reading personal data."""
        return self in (Privacy.PERSONAL, Privacy.SENSITIVE)


def classed(privacy: Privacy, *fields: str) -> dict[str, Privacy]:
    """One privacy class for several columns."""
    return dict.fromkeys(fields, privacy)
