"""Names of a text: which record, field, relation or setting each means, and whether this purpose may use it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from banyan.platform.criteria.declarations import RESERVED, Field, Relation
from banyan.platform.criteria.rules import constants
from banyan.platform.criteria.rules.faults import fault, listed, nearest, quoted
from banyan.platform.criteria.rules.meanings import Meaning, Period, Record, Records, Several, Vocabulary
from banyan.platform.criteria.rules.syntax import Constant, Name, Select
from banyan.platform.criteria.rules.tree import FieldRef, Literal, RelationRef, Span, Today
from banyan.platform.criteria.vocabulary import KIND_WORDS
from banyan.platform.kernel.problems import Problem

MOST_RELATIONS: Final = 3  # questions about related records inside each other
EXTRAS: Final = "extras"
PARAMETERS: Final = "param"


class Names:
    """Knows the text, the vocabulary and the variables in scope; gathers faults, so that all are told at once."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text, self.vocabulary = text, vocabulary
        self.root = Record(Span(0, 0), "", (), vocabulary.subjects[vocabulary.subject])
        self.scope: dict[str, Record] = {}
        self.nesting = 0
        self.faults: list[Problem] = []

    def fault(self, code: str, at: Span, /, **parameters: Any) -> None:
        """Note what is wrong at a place and go on."""
        self.faults.append(fault(code, self.text, at, **parameters))

    def mismatch(self, at: Span, found: str, wanted: str) -> None:
        """Note that a part is of one kind where another belongs."""
        self.fault("type_mismatch", at, text=quoted(self.text, at), found=KIND_WORDS[found], wanted=KIND_WORDS[wanted])

    def unknown(self, name: str, at: Span, known: Sequence[str]) -> None:
        """Note that a name means nothing here."""
        self.fault("name_unknown", at, name=name, near=listed(nearest(name, list(known))))

    @contextmanager
    def within(self, name: str, at: Span, records: Records, variable: str) -> Iterator[None]:
        """While a macro's body is read: `name` stands for one of the records, which the tree calls `variable`."""
        taken = name in self.scope or any(one.variable == name for one in self.scope.values())
        if taken or name in RESERVED:
            self.fault("variable_taken", at, name=name)
        if self.nesting == MOST_RELATIONS:
            self.fault("too_many_relations", records.at, limit=MOST_RELATIONS)
        before = self.scope
        self.scope = before | {name: Record(at, variable, (), records.subject)}
        self.nesting += 1
        yield
        self.nesting -= 1
        self.scope = before

    def constant(self, node: Constant) -> Literal | None:
        """A number, text, true or false; null is the reader's."""
        if node.sort == "BOOL_LIT":
            return Literal(node.text == "true", "boolean", at=node.at)
        if node.sort in ("INT_LIT", "FLOAT_LIT"):
            found = constants.number(node.sort, node.text, node.at)
        else:
            words = constants.text(node.text)
            found = None if words is None else Literal(words, "text", at=node.at)
        if found is None:
            self.fault("value_unusable", node.at, text=quoted(self.text, node.at))
        return found

    def name(self, node: Name) -> Meaning | None:
        """A bare name: a variable, today, or something of the subject."""
        if node.name in self.scope:
            found = self.scope[node.name]
            return Record(node.at, found.variable, found.steps, found.subject)
        if node.name == "today":
            return Today(at=node.at)
        return self.member(self.root, node.name, node.at, node.at)

    def parameter(self, node: Select) -> Literal | Several | None:
        """`param.name`."""
        known = self.vocabulary.parameters
        if node.name not in known:
            self.fault("parameter_unknown", node.name_at, name=node.name, near=listed(nearest(node.name, list(known))))
            return None
        value = known[node.name]
        if isinstance(value, tuple):
            found = [constants.setting(one, f"{node.name}[]", node.at) for one in value]
            if None not in found:
                return Several(node.at, tuple(one for one in found if one))
        elif single := constants.setting(value, node.name, node.at):
            return single
        self.fault("value_unusable", node.at, text=quoted(self.text, node.at))
        return None

    def member(self, record: Record, name: str, at: Span, name_at: Span) -> Meaning | None:
        """A field or relation of a record."""
        field = next((one for one in self.vocabulary.fields_of(record.subject) if one.name == name), None)
        if field is not None:
            return FieldRef(record.variable, record.steps, field, at) if self.permitted(field, name_at) else None
        relation = record.subject.relation_named(name)
        if relation is not None:
            return self.reached(record, relation, at)
        self.unknown(name, name_at, self.known(record))
        return None

    def reached(self, record: Record, relation: Relation, at: Span) -> Record | Records:
        """What a relation leads to."""
        steps = (*record.steps, relation)
        subject = self.vocabulary.subjects[relation.subject]
        if relation.many:
            return Records(at, RelationRef(record.variable, steps, at), subject)
        return Record(at, record.variable, steps, subject)

    def known(self, record: Record) -> list[str]:
        """Names that may stand for something of a record; the variables too where a bare name may stand."""
        found = [one.name for one in self.vocabulary.fields_of(record.subject) if self.vocabulary.allows(one)]
        found += [one.name for one in record.subject.relations]
        return [*found, "today", *self.scope] if record is self.root else found

    def permitted(self, field: Field, at: Span) -> bool:
        """Whether the purpose allows the field; notes what forbids it."""
        if self.vocabulary.too_private(field):
            self.fault("field_too_private", at, name=field.name, privacy=field.privacy.value)
            return False
        if field.data_kind in self.vocabulary.forbidden:
            self.fault("field_forbidden", at, name=field.name)
            return False
        return True

    def alone(self, found: Record | Records) -> None:
        """Note that records stand where a value belongs."""
        name = quoted(self.text, found.at)
        fields = [one.name for one in self.vocabulary.fields_of(found.subject) if self.vocabulary.allows(one)]
        one = fields[0] if fields else "…"
        usage = f"{name}.{one}" if isinstance(found, Record) else f"{name}.exists(x, has(x.{one}))"
        self.fault("relation_alone", found.at, name=name, usage=usage)

    def no_value(self, found: Meaning) -> None:
        """Note why something that is no node of a tree cannot stand for a value."""
        if isinstance(found, Record | Records):
            self.alone(found)
        elif isinstance(found, Period | Several):
            self.mismatch(found.at, found.kind, "day" if isinstance(found, Period) else "written")
        else:
            self.fault("null_alone", found.at)
