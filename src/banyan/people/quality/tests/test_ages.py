"""Age quality against published values, and against populations whose answer is plain."""

import pytest

from banyan.people.quality.rules import ages

# Males by single age of the worked example that comes with the United States Census Bureau's spreadsheet SINGAGE (PASEX),
# which also gives its indices: Whipple 2.34 (of 1, not of 100), Myers 47.46 (the whole sum, not half of it).
SINGAGE = [
    80626, 95823, 104315, 115813, 100796, 105086, 97266, 116328, 75984, 89982, 95525, 56973, 78767, 65672, 53438, 85014,
    47600, 64363, 42195, 42262, 73221, 30080, 34391, 29072, 20531, 66171, 24029, 44227, 24128, 23599, 82088, 16454, 22628,
    17108, 12531, 57325, 17220, 28425, 16206, 17532, 65976, 11593, 15828, 13541, 8133, 44696, 11165, 18543, 12614, 12041,
    55798, 9324, 10772, 10453, 6773, 28358, 9916, 13348, 8039, 7583, 42470, 5288, 5317, 6582, 3361, 17949, 3650, 5873,
    3279, 3336, 27368, 1965, 2495, 2319, 1335, 12022, 1401, 1668, 1360, 1185, 9167, 424, 568, 462, 282, 6206, 343, 409,
    333, 291, 4137, 133, 169, 157, 89, 2068, 68, 81, 66, 57,
]  # fmt: skip


def test_the_indices_are_those_published_for_a_real_population() -> None:
    whipple, myers = ages.whipple(SINGAGE), ages.myers(SINGAGE)
    assert whipple == pytest.approx(234, abs=0.5)
    assert myers == pytest.approx(47.46 / 2, abs=0.05)
    assert ages.grade(whipple) == "very rough"
