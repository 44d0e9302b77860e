"""Words within a slip of the finger of each other share a shortening, and a question asks for the words that may be meant."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from banyan.platform.kernel.names import asked_key_hashes, chains, respelt, shortenings, spellings, stored_key_hashes

WORDS = st.text("abcdefghiklmnoprstuwyz", min_size=3, max_size=15)


@given(WORDS, st.integers(0, 20), st.sampled_from("aeiknz"), st.sampled_from(["less", "more", "another", "swapped"]))
def test_words_one_slip_apart_share_a_shortening(word, place, letter, kind):
    place %= len(word)
    slipped = {
        "less": word[:place] + word[place + 1 :],
        "more": word[:place] + letter + word[place:],
        "another": word[:place] + letter + word[place + 1 :],
        "swapped": word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    }[kind]
    assume(len(slipped) > 2)
    assert shortenings(word) & shortenings(slipped)


def test_short_words_have_no_shortening_but_themselves():
    assert len(shortenings("oo")) == 1
    assert len(shortenings("aye")) == 4
    assert len(shortenings("")) == 1
    assert shortenings("a" * 40) == shortenings("a" * 16)


def test_the_register_keeps_each_word_with_its_usual_key():
    kept = spellings(["Khin Thu Zar", "ခင်သူဇာ", "12"])
    keys = {word.keys[0] for chain in chains("Khin Thu Zar") for word in chain}
    assert keys <= {key for _short, key in kept}
    assert {short for short, _key in kept} >= shortenings("khin")
    assert spellings([]) == spellings(["", "–"]) == set()


def test_a_question_asks_for_the_pairs_that_may_be_meant():
    asked = asked_key_hashes("hKin Zar")
    (word,) = chains("Khin")[0]
    ((here, there, hashes),) = respelt(asked, [[word.keys[0]], []])
    assert (here, there) == (0, 1)
    assert hashes & stored_key_hashes(["Khin Zar"])
    assert not hashes & asked.pairs[0][2], "what the question asks for already is left out"
    assert respelt(asked, [[], []]) == []
    assert respelt(asked_key_hashes("Zar"), [["KN"]]) == []


def test_further_readings_must_fit_the_words():
    with pytest.raises(ValueError, match="shorter"):
        respelt(asked_key_hashes("Khin Zar"), [[]])
