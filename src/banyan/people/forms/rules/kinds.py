"""The closed words of this room that both declarations and pure rules need."""

from typing import Final, Literal

Subject = Literal["household", "person"]
"""What a field or a question is about."""

KIND_CODES: Final = (
    "gps",
    "biometrics",
    "ethnicity",
    "religion",
    "political",
    "photo",
    "document",
    "phone",
    "health",
    "disability",
    "gbv",
)
"""Kinds of data an operation may forbid; their labels stand in `declarations.KINDS_OF_DATA`."""
