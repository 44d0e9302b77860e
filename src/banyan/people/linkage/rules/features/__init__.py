"""A person's record as it is compared: made by sets, one form for the night, the intake and the desk."""

from banyan.people.linkage.rules.features.keys import BROAD, KINDS, OUTSIDE, WEAK, kinds
from banyan.people.linkage.rules.features.people import FORMAT, PACKED, features_of, unpacked, unpacked_parts, wide_of

__all__ = [
    "BROAD",
    "FORMAT",
    "KINDS",
    "OUTSIDE",
    "PACKED",
    "WEAK",
    "features_of",
    "kinds",
    "unpacked",
    "unpacked_parts",
    "wide_of",
]
