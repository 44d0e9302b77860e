"""Kinds of place and the administrative level each stands on.

The level says how far down the hierarchy a place lies (0 = country); the kind says what it is called there. Two kinds may
share a level (town and village tract). Nothing is read from the shape of a P-code.
"""

from dataclasses import dataclass

# Access is granted down to this level; deeper places take the scope of their ancestor at it.
AREA_LEVEL = 3
DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place: its name, level, rank among kinds when a table names several, and the words that announce it."""

    name: str
    level: int
    rank: int
    words: tuple[str, ...]


# Words as headers spell them once punctuation is dropped. Longer phrases are tried first, so the order here is free.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("country", 0, 0, ("adm0", "admin0", "country")),
        Kind("state_region", 1, 10, ("state region", "region state", "sr", "st", "state", "region", "province")),
        Kind("self_administered_area", 2, 20, ("sad saz", "saz sad", "sad", "saz")),
        Kind("district", 2, 21, ("district saz", "district", "dist", "dt")),
        Kind("township", 3, 30, ("township", "tsp", "ts")),
        Kind("town", 4, 40, ("town",)),
        Kind("village_tract", 4, 41, ("village tract", "villagetract", "vt")),
        Kind("ward", 5, 50, ("ward",)),
        Kind("village", 5, 51, ("village",)),
    )
}


def kind_of_level(level: int) -> Kind:
    """The kind of a place of which a table tells only the level: "adm1", "adm2", …"""
    if level == 0:
        return KINDS["country"]
    return Kind(f"adm{level}", level, level * 10 + 5, (f"adm{level}", f"admin{level}"))


def kind_named(name: str) -> Kind:
    """The kind of that name. Raises KeyError when there is none."""
    if name in KINDS:
        return KINDS[name]
    if name.startswith("adm") and name[3:].isdecimal() and 0 < int(name[3:]) <= DEEPEST:
        return kind_of_level(int(name[3:]))
    raise KeyError(name)
