"""What the engine compares, in words: comparisons and their levels, by the names that `engine` gives them."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

LABELS: Final[Mapping[str, Text]] = {
    "names": _("Names"),
    "birth": _("Birth dates"),
    "sex": _("Sex"),
    "document": _("Documents"),
    "ties": _("Household, telephone and place"),
    "father": _("Names of the father"),
    "mother": _("Names of the mother"),
    "address": _("Addresses"),
}
_LEVELS: Final[Mapping[str, Mapping[str, Text]]] = {
    "names": {
        "same": _("Names: the same, in whatever order"),
        "alike": _("Names: the same but for a slip or a customary spelling"),
        "together": _("Names: the same, written together or apart"),
        "sound": _("Names: they sound alike"),
        "part": _("Names: all words of the shorter stand in the longer"),
        "slip": _("Names: a letter or two differ"),
        "near": _("Names: they resemble each other"),
        "two": _("Names: two words in common"),
        "one": _("Names: one word in common"),
        "other": _("Names: different"),
    },
    "birth": {
        "day": _("Birth dates: the same day"),
        "swapped": _("Birth dates: day and month changed places"),
        "slip": _("Birth dates: one digit differs"),
        "parts": _("Birth dates: the same month of one year, or the same day of another year"),
        "close": _("Birth dates: within two months"),
        "estimate": _("Birth dates: estimated, and they may be the same"),
        "estimate near": _("Birth dates: estimated, within three years"),
        "years": _("Birth dates: within two years"),
        "other": _("Birth dates: far apart"),
    },
    "sex": {"same": _("Sex: the same"), "other": _("Sex: not the same")},
    "document": {
        "same": _("Documents: the same number"),
        "other": _("Documents: of one kind, with different numbers"),
    },
    "ties": {
        "household": _("They are in one household"),
        "members": _("Two or more people of the same names live with both"),
        "phone": _("They share a telephone number"),
        "member": _("Somebody of the same name lives with both"),
        "village": _("They live in the same place"),
        "area": _("They live in the same area"),
        "elsewhere": _("They share no telephone, no household and no place"),
    },
    "father": {
        "same": _("Names of the father: the same"),
        "part": _("Names of the father: partly the same"),
        "other": _("Names of the father: different"),
    },
    "mother": {
        "same": _("Names of the mother: the same"),
        "part": _("Names of the mother: partly the same"),
        "other": _("Names of the mother: different"),
    },
    "address": {
        "same": _("Addresses: the same"),
        "most": _("Addresses: most words in common"),
        "some": _("Addresses: some words in common"),
        "other": _("Addresses: different"),
    },
}


def label(comparison: str) -> Text:
    """What a comparison is called."""
    return LABELS.get(comparison, comparison)


def words(comparison: str, level: str) -> Text:
    """What it means that two records reach a level. A level of a former engine is told by its name."""
    return _LEVELS.get(comparison, {}).get(level) or f"{label(comparison)}: {level}"


def lines(
    levels: Sequence[int], names: Mapping[str, Sequence[str]], weights: Mapping[str, Sequence[float]]
) -> list[tuple[str, Text, float]]:
    """What speaks for and against two records being one person: comparison, words, weight; what says most first.

    levels: one for each comparison, -1 where one side is unknown. names and weights: by comparison, of its levels, level 0 first.
    """
    found = [
        (comparison, words(comparison, names[comparison][level]), weights[comparison][level])
        for comparison, level in zip(names, levels, strict=True)
        if level >= 0
    ]
    return sorted(found, key=lambda each: -abs(each[2]))
