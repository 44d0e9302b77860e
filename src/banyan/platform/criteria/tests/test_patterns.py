"""Patterns of the subset are read, all others refused, and none takes long."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.criteria.rules.patterns import compiled_pattern, normal_pattern


@pytest.mark.parametrize(
    ("pattern", "normal"),
    [
        ("abc", "abc"),
        (r"^\d+$", "^[0-9]+$"),
        (r"\D\w\W\s\S", r"[^0-9][A-Za-z0-9_][^A-Za-z0-9_][ \t\n\r\f\v][^ \t\n\r\f\v]"),
        (r"[\da-fA-F]{02,4}", "[0-9a-fA-F]{2,4}"),
        ("a{2}b{2,}", "a{2}b{2,}"),
        ("(ab|cd)?x", "(ab|cd)?x"),
        ("(ab)*", "(ab)*"),
        ("(a*|b)?c", "(a*|b)?c"),
        ("(a+)b", "(a+)b"),
        (r"a\.b\-c\/d", r"a\.b\-c/d"),
        (r"[^a-c\]\-.]", r"[^a-c\]\-\.]"),
        ("[a-]", r"[a\-]"),
        ("[$]", r"[\$]"),
        (r"\t\n\r", r"\t\n\r"),
        ("မြန်မာ|العربية", "မြန်မာ|العربية"),
        (".", "."),
    ],
)
def test_patterns_of_the_subset_have_one_form(pattern: str, normal: str) -> None:
    assert normal_pattern(pattern) == normal
    assert normal_pattern(normal) == normal
    re.compile(normal)


@pytest.mark.parametrize(
    "pattern",
    [
        "", "a" * 401, r"\w" * 40, "(", ")", "(a", "a)", "()", "[", "[]", "[]a]", "[^]", "[a", "]", "{", "}", "a{", "a{,3}", "a{3,2}", "a{51}", "a{2,51}", "a{1000}",
        "*", "+a", "?", "|a", "a|", "a||b", "a**", "a+?", "a{2}{3}", "^*", "$+", "(?:a)", "(?i)a", "(?=a)", r"\1", r"\b", r"\x41", r"\A", "\\", "a\\",
        "[[:alpha:]]", "[a[b]", "[z-a]", "[é-ü]", "[^^]", r"[\D]", r"[\S]", "[a-z-9]x-[", "(a+)+", "(a|b)*", "((a|b))+", "(a?){2}", "(a{2})*", "a*" * 5, "a?" * 11,
    ],
)  # fmt: skip
def test_other_patterns_are_refused(pattern: str) -> None:
    assert normal_pattern(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("c$", "abc\n", False),
        ("c$", "abc", True),
        ("a.c", "a\nc", True),
        (r"^\d+$", "١٢", False),
        (r"^\w$", "é", False),
        (r"\$", "5$", True),
        ("[$]$", "5$", True),
        ("A", "a", False),
    ],
)
def test_patterns_mean_what_postgresql_takes_them_for(pattern: str, text: str, found: bool) -> None:
    normal = normal_pattern(pattern)
    assert normal is not None
    assert bool(compiled_pattern(normal).search(text)) is found


@given(st.text(alphabet="ab.^$|?*+()[]{}\\-0129,dws", max_size=30))
def test_whatever_is_accepted_compiles_quickly_and_stays_itself(pattern: str) -> None:
    normal = normal_pattern(pattern)
    if normal is not None:
        assert normal_pattern(normal) == normal
        start = time.perf_counter()
        compiled_pattern(normal).search("ab" * 40 + "-")
        assert time.perf_counter() - start < 5
