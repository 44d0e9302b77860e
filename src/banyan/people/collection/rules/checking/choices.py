"""Choices, yes and no, countries: what people write for a code, in any language of its labels."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from banyan.people.collection.rules.checking.ledger import ERROR, WARNING, Verdict
from banyan.people.collection.rules.checking.vocabulary import EMPTY_WORDS, NO, YES, near_word, plain_word
from banyan.people.collection.rules.shapes import ListedCode

Judge = Callable[[Iterable[str]], Mapping[str, Verdict]]
# So many of a list's codes are named in a message.
_NAMED = 12
_SEPARATORS = re.compile(r"\s*[;,|\n]+\s*")


def known_words(entries: Sequence[ListedCode], further: Mapping[str, str]) -> dict[str, str]:
    """Plain word → code: codes before labels before further words; a word of two codes means neither."""
    codes = {entry.code for entry in entries}
    found = {plain_word(entry.code): entry.code for entry in entries}
    labelled: dict[str, set[str]] = {}
    for entry in entries:
        for word in entry.words:
            labelled.setdefault(plain_word(word), set()).add(entry.code)
    for word, meant in labelled.items():
        if len(meant) == 1 and word:
            found.setdefault(word, next(iter(meant)))
    for word, code in further.items():
        if code in codes:
            found.setdefault(word, code)
    return found


def judge_choices(entries: Sequence[ListedCode], further: Mapping[str, str], *, severity: str = ERROR) -> Judge:
    """Verdicts on values that must be one entry of a list."""
    words = known_words(entries, further)
    shown = _shown(entries)

    def judge(values: Iterable[str]) -> Mapping[str, Verdict]:
        return {value: _one(value, words, shown, severity) for value in values}

    return judge


def judge_many(entries: Sequence[ListedCode], further: Mapping[str, str], *, severity: str = ERROR) -> Judge:
    """Verdicts on values that may name several entries, with commas, semicolons, bars, line ends or spaces between."""
    words = known_words(entries, further)
    shown = _shown(entries)

    def one(value: str) -> Verdict:
        for parts in ([value], _SEPARATORS.split(value.strip(" ;,|")), value.split()):
            codes = [words.get(plain_word(part)) for part in parts if part.strip()]
            if codes and all(codes):
                return Verdict(" ".join(dict.fromkeys(code for code in codes if code)))
        if plain_word(value) in EMPTY_WORDS:
            return Verdict(None, "no_value", WARNING)
        return Verdict(None, "choice_unknown", severity, params={"choices": shown})

    def judge(values: Iterable[str]) -> Mapping[str, Verdict]:
        return {value: one(value) for value in values}

    return judge


def _one(value: str, words: Mapping[str, str], shown: str, severity: str) -> Verdict:
    word = plain_word(value)
    if word in words:
        return Verdict(words[word])
    if word in EMPTY_WORDS:
        return Verdict(None, "no_value", WARNING)
    near = {words[other] for other in near_word(word, words)} if len(word) > 3 else set()
    proposed = next(iter(near)) if len(near) == 1 else None
    return Verdict(None, "choice_unknown", severity, proposed, {"choices": shown})


def _shown(entries: Sequence[ListedCode]) -> str:
    named = ", ".join(islice((entry.code for entry in entries), _NAMED))
    return f"{named}, …" if len(entries) > _NAMED else named


def judge_yes_or_no(values: Iterable[str]) -> Mapping[str, Verdict]:
    """Verdicts on yes and no in many languages; clean are "true" and "false"."""
    found = {}
    for value in values:
        word = plain_word(value)
        if word in YES or word in NO:
            found[value] = Verdict("true" if word in YES else "false")
        elif word in EMPTY_WORDS:
            found[value] = Verdict(None, "no_value", WARNING)
        else:
            found[value] = Verdict(None, "no_yes_or_no", ERROR)
    return found
