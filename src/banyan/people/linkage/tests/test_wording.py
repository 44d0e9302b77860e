"""Everything that the engine compares can be told in words."""

from banyan.people.linkage import wording
from banyan.people.linkage.engine.comparing import COMPARISONS


def test_every_level_of_every_comparison_has_words() -> None:
    for comparison in COMPARISONS:
        assert comparison.name in wording.LABELS
        for level in comparison.names:
            assert level in wording._LEVELS[comparison.name], f"{comparison.name}: {level}"


def test_a_level_nobody_knows_any_more_is_told_by_its_name() -> None:
    assert wording.words("names", "ancient") == "Names: ancient"
    assert wording.words("shoes", "ancient") == "shoes: ancient"


def test_what_says_most_comes_first_and_what_is_unknown_not_at_all() -> None:
    names = {"names": ["other", "same"], "sex": ["other", "same"], "address": ["other", "same"]}
    weights = {"names": [-4.0, 9.0], "sex": [-12.0, 1.0], "address": [0.0, 2.0]}
    told = wording.lines([1, 0, -1], names, weights)
    assert [(comparison, weight) for comparison, _words, weight in told] == [("sex", -12.0), ("names", 9.0)]
