"""Forms of address before names, by script: what is written U Thant in one list is Thant in the next.

Some are also names (Saw, Maung, Ko): with those both readings are kept. What stands alone, or doubled (Ko Ko), is
a name.
"""

from collections.abc import Sequence

from banyan.platform.kernel.names.scripts import Script


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ALWAYS = {
    Script.LATIN: _set("""
        u daw dr doctor mr mrs ms miss mme mlle prof professor eng rev sir madam
        sheikh shaikh sheik shaykh cheikh hajji haji hajj hadji hadj haj hajja hajjah alhaj alhajj elhadj
        ustaz ustad ustaza ostad mullah mulla maulana mawlana moulvi mawlawi molvi begum sayyidina
        senor senora mzee ato woizero weizero
        """),
    Script.ARABIC: _set("""
        شيخ شيخه حاج حاجه حجي حاجي دكتور دكتوره د سيده استاذ استاذه م مهندس مهندسه ملا مولانا مولوي انسه
        """),
    Script.BURMESE: frozenset({"ဦး", "ဒေါ်", "ဒေါက်"}),
    Script.OTHER: frozenset[str](),
}
_PERHAPS = {
    Script.LATIN: _set(
        "ko ma maung mg saw naw sai nang nan mai salai mahn man sao khun sayyid sayed syed said imam abu umm"
    ),
    Script.ARABIC: _set("سيد امام ابو ام"),
    Script.BURMESE: frozenset({"ကို", "မ", "မောင်", "စော", "နော်", "စိုင်း", "နန်း", "နန့်", "မိုင်", "မန်း", "ခွန်", "စဝ်"}),
    Script.OTHER: frozenset[str](),
}
# Between the links of a chain: son, daughter of.
_PARTICLES = {
    Script.LATIN: _set("bin ibn ben bint binti binte bt ould wuld walad"),
    Script.ARABIC: _set("بن ابن بنت ولد"),
    Script.BURMESE: frozenset[str](),
    Script.OTHER: frozenset[str](),
}


MAYBE_ADDRESS = _PERHAPS[Script.LATIN]
"""Latin forms of address that are also names."""


def is_address(word: str) -> bool:
    """Whether a Latin word is always a form of address at the beginning of a name, or a particle within it."""
    return word in _ALWAYS[Script.LATIN] or word in _PARTICLES[Script.LATIN]


def readings(words: Sequence[str], script: Script) -> list[tuple[str, ...]]:
    """The name without forms of address and particles; two readings when the first word may be either.

    The first reading takes the doubtful word as part of the name. Never empty for a name of at least one word.
    """
    rest = list(words)
    while _may_go(rest) and rest[0] in _ALWAYS[script]:
        del rest[0]
        if rest[0] == "တာ" and len(rest) > 1:  # ဒေါက်တာ, doctor, is two syllables
            del rest[0]
    kept = (*rest[:1], *(word for word in rest[1:] if word not in _PARTICLES[script]))
    if _may_go(kept) and kept[0] in _PERHAPS[script]:
        return [kept, kept[1:]]
    return [kept]


def _may_go(words: Sequence[str]) -> bool:
    """The first word can be a form of address only before another, different word."""
    return len(words) > 1 and words[0] != words[1]
