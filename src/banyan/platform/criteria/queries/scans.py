"""Several criteria and formulas over the rows of one subject in one statement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from banyan.platform.criteria.declarations import Subject
from banyan.platform.criteria.queries.compiling import settled, truth_of, value_of
from banyan.platform.criteria.queries.frames import Frame, Many, all_of
from banyan.platform.criteria.queries.truths import TRUE, Truth
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.tree import Condition, FieldRef, Node


class Scan:
    """Criteria over the rows of one subject, compiled into one statement: joins, grouped scans and values are shared by all.

    `only`: few rows are looked at, named by their ids. `many`: how related records are asked, see frames.Many. `within`: scopes in
    which every row read must lie, besides what row-level security leaves. `prefix` begins the names of values and aliases.
    """

    def __init__(
        self,
        subject: Subject | str,
        *,
        today: date,
        only: bool = False,
        many: Many | None = None,
        within: Collection[int] | None = None,
        known: Mapping[str, Subject] | None = None,
        prefix: str = "c",
    ) -> None:
        many = many or ("each" if only else "grouped")
        self.frame = Frame(subject, today=today, many=many, within=within, known=known, prefix=prefix)
        self._truths: dict[Condition, Truth] = {}

    def truth(self, node: Condition | None) -> Truth:
        """Conditions on the rows, for certainly true and certainly false. None is always true."""
        if node is None:
            return TRUE
        if node not in self._truths:
            self._truths[node] = truth_of(node, {"": self.frame.level}, self.frame)
        return self._truths[node]

    def where(self, node: Condition | None) -> str:
        """Certainly true, or NULL: for WHERE, FILTER and CASE, where planners understand it best."""
        return self.truth(node).certain

    def certain(self, node: Condition | None) -> str:
        """Certainly true; never NULL."""
        sql = self.truth(node).certain
        return sql if sql in ("TRUE", "FALSE") else f"({sql}) IS TRUE"

    def refuted(self, node: Condition | None) -> str:
        """Certainly false; never NULL."""
        sql = self.truth(node).refuted
        return sql if sql in ("TRUE", "FALSE") else f"({sql}) IS TRUE"

    def possible(self, node: Condition | None) -> str:
        """Not certainly false; never NULL. The same text as `certain` where nothing can be unknown."""
        return self.certain(node) if node is None or _always_known(node) else self.truth(node).possible

    def number(self, node: Node) -> tuple[str, str]:
        """SQL of the least and the greatest that a number can be: the same text where it is one number wherever it is known.

        Both are NULL where nothing is known of it; it is one number only where the two are equal.
        """
        value = value_of(node, {"": self.frame.level}, self.frame)
        return f"({value.low})::numeric", f"({value.high})::numeric"

    def known_number(self, node: Node) -> str:
        """SQL of a number where it is known to be one, NULL everywhere else."""
        low, high = self.number(node)
        return low if low == high else f"(CASE WHEN {low} = {high} THEN {low} END)"

    def settled(self, node: Condition) -> str | None:
        """Holds only where nothing about the condition is unknown; see compiling.settled."""
        return settled(node, {"": self.frame.level}, self.frame)

    def column(self, node: FieldRef) -> str:
        """SQL of a field as it stands in its column."""
        return self.frame.level.field(node.steps, node.field)

    def bind(self, value: Any) -> str:
        """Bind a value and return its place."""
        return self.frame.bound.place(value)

    def from_sql(self) -> str:
        """What stands behind FROM. Asked for when everything has been compiled."""
        return self.frame.from_sql()

    def where_sql(
        self, *conditions: str, only: Sequence[Any] | None = None, operation: UUID | None = None, inactive: bool = False
    ) -> str:
        """What stands behind WHERE: live rows within reach that meet the conditions.

        `only`: ids of the rows; `operation`: the one operation, where the subject has that column; `inactive`: rows that are no
        longer live as well, which only who judges rows for their own sake may ask for.
        """
        subject = self.frame.level.subject
        rows = self.frame.live(subject, self.alias, inactive=inactive)
        if operation is not None and subject.operation:
            rows.append(f"{self.alias}.{subject.operation} = {self.bind(operation)}")
        if only is not None:
            rows.append(f"{self.id} = ANY({self.bind(list(only))})")
        return all_of([*rows, *conditions])

    @property
    def alias(self) -> str:
        """Alias of the rows."""
        return self.frame.level.alias

    @property
    def id(self) -> str:
        """The column of their id."""
        return f"{self.alias}.{self.frame.level.subject.id}"

    @property
    def values(self) -> dict[str, Any]:
        """The values bound so far, by name, for psycopg."""
        return self.frame.bound.values

    @staticmethod
    def always_known(node: Node) -> bool:
        """Whether a condition can never be unknown, whatever a record holds."""
        return _always_known(node)


def _always_known(node: Node) -> bool:
    match node:
        case tree.Literal() | tree.Has() | tree.Today():
            return True
        case tree.Not() | tree.And() | tree.Or() | tree.Quantified() | tree.Compare() | tree.Choose():
            return all(_always_known(part) for part in tree.parts(node))
        case tree.Aggregate(aggregate="size", filter=chosen):
            return chosen is None or _always_known(chosen)
    return False
