"""Whom a question is about: the household, or one of its members."""

from dataclasses import dataclass
from typing import Final

from banyan.people.forms.rules.binding.fields import Subject
from banyan.people.forms.rules.schema import Question, Schema, spoken
from banyan.people.forms.rules.words import plain, subject_ending, telling

_MEMBER_TEXT: Final = """
    member members individual individuals person persons people roster individu individus membre membres personne personnes
    miembro miembros persona personas integrante integrantes registrant registrants pp ind hhmember hhmembers mem
"""
_MEMBER_WORDS: Final = frozenset(_MEMBER_TEXT.split())
_MEMBER_PARTS: Final = ("أفراد", "فرد", "الأعضاء", "مستفيد", "အိမ်ထောင်စုဝင်", "မိသားစုဝင်", "လူပုဂ္ဂိုလ်")
_PERSON_WORDS: Final = frozenset(
    {"name", "sex", "gender", "age", "dob", "birth", "relationship", "nom", "sexe", "nombre", "sexo", "edad"}
)


@dataclass(frozen=True)
class Subjects:
    """Whom the questions of a form are about. `members` is the repeat whose instances are people, "" if there is none.

    `is_single` says that the form is about one person at a time: its questions may feed both household and person.
    """

    members: str
    is_single: bool

    def of(self, question: Question) -> frozenset[Subject]:
        """The subjects whose fields a question may feed; none inside of repeats of other things."""
        if self.members and (question.repeat == self.members):
            return frozenset({"person"})
        if question.repeat:
            return frozenset()
        return frozenset({"household", "person"}) if self.is_single else frozenset({"household"})

    def about(self, question: Question) -> Subject:
        """The subject that keeps a question as a further attribute."""
        if self.members and question.repeat.startswith(self.members):
            return "person"
        return (
            "person"
            if self.is_single and not question.repeat and subject_ending(question.name) != "household"
            else "household"
        )


def subjects(schema: Schema) -> Subjects:
    """Find the repeat of the members: by its name and label, and by what it asks (a name with sex, age or relationship)."""
    labels = {group.path: spoken(group.labels, schema.default_language) for group in schema.groups}
    best, most = "", 0
    for repeat in schema.repeats:
        score = _likeness(schema, repeat, labels.get(repeat, ""))
        if score > most:
            best, most = repeat, score
    if most < 2:
        best = ""
    return Subjects(best, not best and _asks_of_person(schema, "") >= 2)


def _likeness(schema: Schema, repeat: str, label: str) -> int:
    words = set(plain(repeat.rpartition("/")[2].replace("_", " ")).split()) | set(plain(label).split())
    named = bool(words & _MEMBER_WORDS) or any(part in plain(label) for part in map(plain, _MEMBER_PARTS))
    return 2 * named + _asks_of_person(schema, repeat)


def _asks_of_person(schema: Schema, repeat: str) -> int:
    """How many of the things that are asked of people are asked there."""
    found: set[str] = set()
    for question in schema.inside(repeat):
        text = spoken(question.labels, schema.default_language)
        words = telling(tuple(plain(f"{question.name.replace('_', ' ')}").split())) + telling(
            tuple(plain(text).split())[:8]
        )
        found |= _PERSON_WORDS & set(words)
    return len(found)
