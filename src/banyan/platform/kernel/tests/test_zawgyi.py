"""Zawgyi is recognised by columns and converted to what a Unicode keyboard would have written."""

import csv
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.kernel.names import Encoding, detect_column, to_unicode

# Zawgyi as typed, and the same in Unicode.
PAIRS = """
    ျမန္မာ        မြန်မာ
    ေအာင္ဆန္းစုၾကည္  အောင်ဆန်းစုကြည်
    ရန္ကုန္        ရန်ကုန်
    မႏၲေလး        မန္တလေး
    ေက်ာင္း        ကျောင်း
    သၾကၤန္        သင်္ကြန်
    ေဇာ္ဂ်ီ        ဇော်ဂျီ
    အိႏၵိယ        အိန္ဒိယ
    ဗုဒၶ          ဗုဒ္ဓ
    ကမၻာ         ကမ္ဘာ
    ႏွင့္          နှင့်
    ေယာက္်ား       ယောက်ျား
    ၿမိဳ႕          မြို့
    လႊတ္ေတာ္       လွှတ်တော်
    ညြန္႔          ညွန့်
    ဥကၠ႒         ဥက္ကဋ္ဌ
    ၁၀၀          ၁၀၀
    ဘ၀           ဘဝ
    ၇န္ကုန္        ရန်ကုန်
    ဥ္            ဉ်
    ၾသဂုတ္        သြဂုတ်
    ဦး           ဦး
    ၎             ၎င်း
    ေေအာင္        အောင်
    abc ျမန္မာ-၁   abc မြန်မာ-၁
"""
PAIRS = [line.strip().rsplit(maxsplit=1) for line in PAIRS.strip().splitlines()]
PAIRS[-1] = ["abc ျမန္မာ-၁", "abc မြန်မာ-၁"]


@pytest.mark.parametrize(("zawgyi", "text"), PAIRS)
def test_zawgyi_is_converted(zawgyi, text):
    assert to_unicode(zawgyi.strip()) == unicodedata.normalize("NFC", text)


def test_kinzi_with_a_vowel_keeps_both():
    assert to_unicode("သ\u1000\u108b") == "သ\u1004\u103a\u1039\u1000\u102d"


def test_zero_width_spaces_do_not_split_a_syllable():
    assert to_unicode("ေ\u200bအာ\u200bင္") == "အောင်"


@given(st.text("".join(chr(point) for point in range(0x1000, 0x10A0)) + " a", max_size=20))
def test_any_text_is_converted_without_breaking(text):
    once = to_unicode(text)
    assert unicodedata.is_normalized("NFC", once)


NAMES = ["အောင်ဆန်းစုကြည်", "ခင်ညွန့်", "မြင့်ဆွေ", "ကျော်သူ", "ရွှေမန်း", "သန်းရွှေ", "ထွန်းထွန်းမြင့်"]
ZAWGYI = ["ေအာင္ဆန္းစုၾကည္", "ခင္ညြန္႔", "ျမင့္ေဆြ", "ေက်ာ္သူ", "ေရႊမန္း", "သန္းေရႊ", "ထြန္းထြန္းျမင့္"]


def test_a_column_is_judged_as_a_whole():
    assert detect_column(NAMES).encoding is Encoding.UNICODE
    verdict = detect_column(["Name", None, "", *ZAWGYI])
    assert verdict.encoding is Encoding.ZAWGYI
    assert verdict.probability > 0.99


def test_too_little_text_is_undecided_and_no_burmese_is_none():
    assert detect_column(["က"]).encoding is Encoding.UNDECIDED
    assert detect_column(["Aung", None, ""]).encoding is Encoding.NONE
    assert detect_column([]).encoding is Encoding.NONE


def test_a_mixed_column_names_the_places_to_convert():
    verdict = detect_column([*NAMES, *ZAWGYI])
    assert verdict.encoding is Encoding.MIXED
    assert verdict.deviating
    assert min(verdict.deviating) >= len(NAMES)


def test_single_deviations_are_named():
    assert detect_column(NAMES * 10 + ["ေအာင္ဆန္းစုၾကည္"]).deviating == (len(NAMES) * 10,)
    assert detect_column(ZAWGYI * 10 + ["အောင်ဆန်းစုကြည်"]).deviating == (len(ZAWGYI) * 10,)


def test_converted_columns_are_unicode():
    assert [to_unicode(value) for value in ZAWGYI] == [unicodedata.normalize("NFC", name) for name in NAMES]


def test_real_burmese_lists_are_recognised_as_unicode(shared_data):
    with open(shared_data / "names" / "burmese_all_names.csv", encoding="utf-8-sig", newline="") as file:
        names = [row[0] for row in csv.reader(file)]
    verdict = detect_column(names)
    assert verdict.encoding is Encoding.UNICODE
    assert len(verdict.deviating) <= 2
