"""Guess which question feeds which field, with how certain the guess is and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from banyan.people.forms.rules.binding.fields import Field, Subject
from banyan.people.forms.rules.binding.subjects import Subjects, subjects
from banyan.people.forms.rules.binding.types import fits
from banyan.people.forms.rules.schema import Choice, Question, Schema
from banyan.people.forms.rules.words import holds_phrase, name_words, plain, telling

LEAST: Final = 0.5  # guesses below are not made
_YES_NO_TEXT: Final = "yes no y n 1 0 true false oui non o si s نعم لا ဟုတ် မဟုတ် ရှိ မရှိ"
_SEXES_TEXT: Final = """
    male female m f man woman boy girl homme femme hombre mujer masculin feminin masculino femenino ذكر أنثى انثى ကျား မ
"""
_YES_NO: Final = frozenset(_YES_NO_TEXT.split())
_SEXES: Final = frozenset(_SEXES_TEXT.split())


@dataclass(frozen=True)
class Bond:
    """What one question feeds.

    `field` is the key of a register field; else `extra_key` names a further attribute; both "" means that it is not
    kept. `certainty` runs from 0 to 1; `why` is name, label, hxl, carried, chosen or "".
    """

    path: str
    field: str = ""
    extra_key: str = ""
    subject: Subject = "household"
    certainty: float = 0.0
    why: str = ""


def suggest(schema: Schema, fields: Mapping[str, Field]) -> list[Bond]:
    """One bond per question that is not mere text, in the order of the form. No field is fed twice."""
    whom = subjects(schema)
    index = _Index(fields.values())
    offers: list[tuple[float, int, Bond]] = []
    for place, question in enumerate(schema.questions):
        for bond in index.offers(question, whom, schema):
            offers.append((bond.certainty, -place, bond))
    taken: dict[str, Bond] = {}
    fed: set[str] = set()
    for _certainty, _place, bond in sorted(offers, key=lambda offer: offer[:2], reverse=True):
        if bond.path not in taken and bond.field not in fed:
            taken[bond.path] = bond
            fed.add(bond.field)
    return with_extras(schema, whom, taken)


def with_extras(schema: Schema, whom: Subjects, taken: Mapping[str, Bond]) -> list[Bond]:
    """Complete bonds: what is answered but feeds no field is kept as a further attribute under a key of its own."""
    found = []
    used: dict[Subject, set[str]] = {"household": set(), "person": set()}
    for bond in taken.values():
        used[bond.subject].add(bond.extra_key)
    for question in schema.questions:
        if question.type == "note":
            continue
        known = taken.get(question.path)
        if known is None:
            subject = whom.about(question)
            key = extra_key(question, used[subject]) if question.is_answered else ""
            used[subject].add(key)
            known = Bond(question.path, "", key, subject)
        found.append(known)
    return found


def extra_key(question: Question, used: set[str]) -> str:
    """The key of a further attribute: the question's name; with its group before it where the name is taken."""
    parts = [part.lower() for part in question.path.split("/")]
    for count in range(1, len(parts) + 1):
        key = ".".join(parts[-count:])[:200]
        if key not in used:
            return key
    return f"{'.'.join(parts)[:190]}.{len(used)}"


class _Index:
    """Fields by the words and tags under which they are known."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.phrases: dict[str, list[tuple[tuple[str, ...], Field]]] = {}
        self.tags: list[tuple[str, frozenset[str], Field]] = []
        for field in fields:
            for word in field.words:
                phrase = tuple(plain(word).split())
                if phrase:
                    self.phrases.setdefault(phrase[0], []).append((phrase, field))
            self.tags += [(*_tag(tag), field) for tag in field.hxl]

    def offers(self, question: Question, whom: Subjects, schema: Schema) -> list[Bond]:
        """Every field a question may feed, the best guess for each."""
        allowed = whom.of(question)
        best: dict[str, Bond] = {}
        for field, certainty, why in self._matches(question):
            if field.subject not in allowed or not fits(question, field.kind):
                continue
            weighed = _weighed(certainty, field, question, schema.choices.get(question.list_name, ()))
            known = best.get(field.key)
            if known is not None and known.why != why:  # two witnesses agree
                weighed = min(0.99, max(weighed, known.certainty) + 0.03)
            if weighed >= LEAST and (known is None or weighed > known.certainty):
                best[field.key] = Bond(question.path, field.key, "", field.subject, round(weighed, 2), why)
        return [replace(bond) for bond in best.values()]

    def _matches(self, question: Question) -> Iterable[tuple[Field, float, str]]:
        if question.hxl:
            base, attributes = _tag(question.hxl)
            for other_base, others, field in self.tags:
                if base == other_base and attributes == others:
                    yield field, 0.98, "hxl"
                elif base == other_base and others and others < attributes:
                    yield field, 0.7, "hxl"
        full, named = tuple(plain(question.name.replace("_", " ")).split()), name_words(question.name)
        yield from self._by_words({full: 0.97, named: 0.96, telling(named): 0.93}, 0.62, "name")
        for label in question.labels.values():
            words = tuple(plain(label).split())
            if 0 < len(words) <= 40:
                yield from self._by_words({words: 0.92, telling(words): 0.86}, 0.5, "label")

    def _by_words(
        self, readings: Mapping[tuple[str, ...], float], share: float, why: str
    ) -> Iterable[tuple[Field, float, str]]:
        for words, whole in readings.items():
            for word in set(words):
                for phrase, field in self.phrases.get(word, ()):
                    if phrase == words:
                        yield field, whole, why
                    elif len(phrase) < len(words) and holds_phrase(words, phrase):
                        part = len(phrase) / len(words)
                        if part >= share:
                            yield field, whole - 0.35 * (1 - part) - 0.1, why


def _tag(text: str) -> tuple[str, frozenset[str]]:
    base, *attributes = text.lower().replace(" ", "").split("+")
    return base, frozenset(attributes)


def _weighed(certainty: float, field: Field, question: Question, choices: tuple[Choice, ...]) -> float:
    """A guess in the light of the choices offered: yes and no for truths, sexes for the sex."""
    if field.kind == "boolean" and question.type in ("text", "integer"):
        return certainty - 0.25  # "name of the head of the household" is no yes or no
    if question.type not in ("select_one", "select_multiple"):
        return certainty
    words = {plain(text) for choice in choices for text in (choice.name, *choice.labels.values())}
    if field.kind == "boolean":
        return certainty if words & _YES_NO and len(choices) <= 5 else certainty - 0.5
    if field.kind == "choice" and words and words <= _YES_NO:
        return certainty - 0.5
    if field.key == "person.sex":
        return min(0.99, certainty + 0.02) if words & _SEXES else certainty - 0.3
    return certainty
