"""What the rules of binding need to know of a register field, without its translated label."""

from typing import Literal, Protocol

Subject = Literal["household", "person"]


class Field(Protocol):
    """A field of the register (`declarations.RegisterField` is one)."""

    @property
    def key(self) -> str:
        """ "person.full_name"."""

    @property
    def subject(self) -> Subject:
        """What it is about."""

    @property
    def kind(self) -> str:
        """The shape of its values."""

    @property
    def words(self) -> tuple[str, ...]:
        """Names by which questions about it are known."""

    @property
    def hxl(self) -> tuple[str, ...]:
        """HXL tags."""

    @property
    def required(self) -> bool:
        """Whether registering needs it."""
