"""From the typed tree to SQL, part by part.

What each part means is said by the evaluator in `rules.evaluating`; tests hold the two against each other.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from banyan.platform.criteria.declarations import Field
from banyan.platform.criteria.queries import bounds
from banyan.platform.criteria.queries.frames import Frame, Gathered, Level, all_of, any_of, held
from banyan.platform.criteria.queries.truths import FALSE, TEXTS, TRUE, Stretch, Truth, Value, compared, negated
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.tree import Node, RelationRef

Levels = Mapping[str, Level]
_NO_DATE = Value("NULL::date", "NULL::date", "date")
_MARKED = re.compile(r"nullif\((\w+\.\w+), ?'(\w+)'\)", re.ASCII)


def truth_of(node: Node, levels: Levels, frame: Frame) -> Truth:
    """A condition, on the records that its variables stand for. Raises Problem criteria.too_involved."""
    match node:
        case tree.Literal(value=bool(value)):
            return TRUE if value else FALSE
        case tree.FieldRef():
            column = levels[node.variable].field(node.steps, node.field)
            return Truth(column, f"NOT {column}")
        case tree.Not(a=a):
            return truth_of(a, levels, frame).turned()
        case tree.And(parts=inside):
            truths = [truth_of(part, levels, frame) for part in inside]
            return Truth(all_of([one.certain for one in truths]), any_of([one.refuted for one in truths]))
        case tree.Or(parts=inside):
            truths = [truth_of(part, levels, frame) for part in inside]
            return Truth(any_of([one.certain for one in truths]), all_of([one.refuted for one in truths]))
        case tree.Compare(op=op, a=a, b=b):
            return compared(op, value_of(a, levels, frame), value_of(b, levels, frame), frame.bound)
        case tree.In(a=a, options=options):
            return _among(value_of(a, levels, frame), [value_of(one, levels, frame) for one in options], frame)
        case tree.Has(ref=ref):
            column = levels[ref.variable].field(ref.steps, ref.field)
            known = f"{column} <> ''" if ref.field.empty == "blank" else f"{column} IS NOT NULL"
            return Truth(known, negated(known))
        case tree.TextTest(test=test, a=a, pattern=pattern):
            found = _found(test, value_of(a, levels, frame).low, frame.bound.place(pattern))
            return Truth(found, f"NOT ({found})")
        case tree.Choose(condition=chosen, then=then, otherwise=otherwise):
            which = truth_of(chosen, levels, frame)
            yes, no = truth_of(then, levels, frame), truth_of(otherwise, levels, frame)
            return Truth(
                any_of([all_of([which.certain, yes.certain]), all_of([which.refuted, no.certain])]),
                any_of([all_of([which.certain, yes.refuted]), all_of([which.refuted, no.refuted])]),
            )
        case tree.Quantified():
            return _quantified(node, levels, frame)
    raise TypeError(f"{type(node).__name__} is no condition")


def value_of(node: Node, levels: Levels, frame: Frame) -> Value:
    """A number, text or date, as the range it can have."""
    match node:
        case tree.Literal(value=value, kind=kind):
            return _constant(value, kind, frame)
        case tree.Today():
            return _constant(frame.today, "day", frame)
        case tree.FieldRef():
            return _field(node, levels, frame.today)
        case tree.Negate(a=a):
            return _negative(value_of(a, levels, frame), frame)
        case tree.Arithmetic(op=op, a=a, b=b, kind=kind):
            return _reckoned(op, value_of(a, levels, frame), value_of(b, levels, frame), kind)
        case tree.Lower(a=a):
            text = value_of(a, levels, frame).low
            return _exact(f'lower({text} COLLATE "C")', "text")
        case tree.Length(a=a):
            return _exact(f"char_length({value_of(a, levels, frame).low})", "integer")
        case tree.Choose(condition=chosen, then=then, otherwise=otherwise, kind=kind):
            which = truth_of(chosen, levels, frame)
            yes, no = value_of(then, levels, frame), value_of(otherwise, levels, frame)
            low = _case((which.certain, yes.low), (which.refuted, no.low))
            exact = yes.exact and no.exact
            return Value(low, low if exact else _case((which.certain, yes.high), (which.refuted, no.high)), kind)
        case tree.Aggregate():
            return _aggregate(node, levels, frame)
        case tree.DateMath():
            return _date_math(node, levels, frame)
    raise TypeError(f"{type(node).__name__} is no value")


def _exact(sql: str, kind: str) -> Value:
    return Value(held(sql), sql, kind)


def _case(*cases: tuple[str, str]) -> str:
    whens = " ".join(f"WHEN {when} THEN {then}" for when, then in cases)
    return held(f"(CASE {whens} END)")


def _constant(value: bool | int | Decimal | str | date, kind: str, frame: Frame) -> Value:
    place = frame.bound.place(value)
    return Value(place, place, kind, constant=value)


def _field(node: tree.FieldRef, levels: Levels, today: date) -> Value:
    one = node.field
    column = levels[node.variable].field(node.steps, one)
    known = f"nullif({column}, '')" if one.empty == "blank" else column
    if one.derived == "age":
        return _age(f'({known}) COLLATE "C"', today)
    match one.kind:
        case "date":
            text = f'({known}) COLLATE "C"'
            return Value(bounds.earliest(text), bounds.latest(text), "date", partial=text)
        case "text" | "code":
            return _written(column, known, one)
    return _exact(known, one.kind)


def _written(column: str, known: str, one: Field) -> Value:
    """A text or code. A declaration may say by nullif which text means not known."""
    if one.empty == "blank":
        return Value(known, known, one.kind, filled=column)
    marked = _MARKED.fullmatch(column)
    return Value(known, known, one.kind, filled=marked[1], empty=marked[2]) if marked else Value(known, known, one.kind)


def _age(born: str, on: date) -> Value:
    """Completed years on a day; days of birth behind it count as that day, and a whole date behind it gives no age."""
    day = on.strftime("%Y%m%d").rjust(8, "0")
    first = bounds.earliest_number(born)
    low = _case((f"{first} <= {day}", bounds.ages(f"least({bounds.latest_number(born)}, {day})", day)))
    high = _case((f"{first} <= {day}", bounds.ages(first, day)))
    return Value(low, high, "integer", born=born, on=on)


def _among(a: Value, options: list[Value], frame: Frame) -> Truth:
    if a.kind in (*TEXTS, "day", "integer", "decimal") and a.exact:
        places = ", ".join(one.low for one in options)
        if a.filled and all(one.constant != a.empty for one in options):
            return Truth(f"{a.filled} IN ({places})", f"({a.filled} NOT IN ({places}) AND {a.filled} <> '{a.empty}')")
        return Truth(held(f"{a.low} IN ({places})"), held(f"{a.low} NOT IN ({places})"))
    truths = [compared("==", a, one, frame.bound) for one in options]
    return Truth(any_of([one.certain for one in truths]), all_of([one.refuted for one in truths]))


def _found(test: str, text: str, pattern: str) -> str:
    match test:
        case "contains":
            return held(f"strpos({text}, {pattern}) > 0")
        case "startsWith":
            return held(f"starts_with({text}, {pattern})")
        case "endsWith":
            return held(f"right({text}, char_length({pattern})) = {pattern}")
    return held(f'({text} COLLATE "C") ~ {pattern}')


def _negative(a: Value, frame: Frame) -> Value:
    if a.constant is not None:
        return _constant(-a.constant, a.kind, frame)
    low, high = f"(-({a.high}))", f"(-({a.low}))"
    return Value(held(low), held(high), a.kind)


def _reckoned(op: str, a: Value, b: Value, kind: str) -> Value:
    """Two numbers; as numeric, which no sum or product overflows."""
    al, ah, bl, bh = (f"({one})::numeric" for one in (a.low, a.high, b.low, b.high))
    exact = a.exact and b.exact
    match op:
        case "+" | "-":
            low = f"({al} {op} {bl if op == '+' else bh})"
            return Value(held(low), low if exact else held(f"({ah} {op} {bh if op == '+' else bl})"), kind)
        case "*":
            if exact:
                return _exact(f"({al} * {bl})", kind)
            pairs = dict.fromkeys(f"{x} * {y}" for x in (al, ah) for y in (bl, bh))
            return Value(held(f"least({', '.join(pairs)})"), held(f"greatest({', '.join(pairs)})"), kind)
        case "/":
            if exact:
                return _exact(_quotient(al, bl), kind)
            pairs = dict.fromkeys(_quotient(x, y) for x in (al, ah) for y in (bl, bh))
            # Of a range with zero in it nothing can be said.
            apart = f"{bl} > 0 OR {bh} < 0"
            low = _case((apart, f"least({', '.join(pairs)})"))
            return Value(low, _case((apart, f"greatest({', '.join(pairs)})")), kind)
    return _remainder(a, b, kind)


def _quotient(a: str, b: str) -> str:
    """Cut, not rounded, behind ten places: reckoned in whole numbers, so that every way of reckoning agrees."""
    return f"(div({a} * 10000000000, nullif({b}, 0)) * 0.0000000001)"


def _remainder(a: Value, b: Value, kind: str) -> Value:
    """`%` has the sign of the dividend. Of a range it is known only when the range is one value."""
    rest = f"mod(({a.low})::numeric, nullif(({b.low})::numeric, 0))"
    if a.exact and b.exact:
        return _exact(rest, kind)
    return _exact(_case((f"{a.low} = {a.high} AND {b.low} = {b.high}", rest)), kind)


def _date_math(node: tree.DateMath, levels: Levels, frame: Frame) -> Value:
    match node.function:
        case "age_at":
            return _age_at(node, levels, frame)
        case "add_days" | "add_months":
            return _moved(node, levels, frame)
    a, b = value_of(node.a, levels, frame), value_of(node.b, levels, frame)
    days = node.function == "days_between"
    between, stretch = _days if days else bounds.years, Stretch(a, b, "days" if days else "years")
    return Value(held(between(a.high, b.low)), held(between(a.low, b.high)), "integer", stretch=stretch)


def _days(first: str, last: str) -> str:
    # Two dates of PostgreSQL subtracted are whole days.
    return f"({last} - {first})"


def _age_at(node: tree.DateMath, levels: Levels, frame: Frame) -> Value:
    assert isinstance(node.a, tree.FieldRef)  # noqa: S101 — the typed tree allows nothing else
    day = value_of(node.b, levels, frame)
    if isinstance(day.constant, date):
        return _field(node.a, levels, day.constant)
    born = _field(node.a, levels, frame.today).born
    first, last = bounds.earliest_number(born), bounds.latest_number(born)
    begin, end = bounds.day_number(day.low), bounds.day_number(day.high)
    known = f"{first} <= {end}"
    low = _case((known, bounds.ages(f"least({last}, {begin})", begin)))
    return Value(low, _case((known, bounds.ages(first, end))), "integer")


def _moved(node: tree.DateMath, levels: Levels, frame: Frame) -> Value:
    """A date so many days or months later; a day that its month does not have is the last of the month."""
    a = value_of(node.a, levels, frame)
    number = tree.whole_number(node.b)
    days, months = (number, 0) if node.function == "add_days" else (0, number)
    if isinstance(a.constant, date):
        moved = bounds.moved(a.constant, days=days, months=months)
        return _NO_DATE if moved is None else _constant(moved, a.kind, frame)
    room = bounds.movable(days=days, months=months)
    if room is None:
        return _NO_DATE
    first, last = (frame.bound.place(day) for day in room)
    # Asked first: a date that the database does not have either would be an error.
    within = all_of([f"{a.low} >= {first}", f"{a.high} <= {last}"])
    place = frame.bound.place(number)
    ends = (
        f"{end} + {place}" if days else f"({end} + make_interval(months => {place}))::date" for end in (a.low, a.high)
    )
    low, high = (_case((within, end)) for end in ends)
    return Value(low, high, a.kind)


def _below(node_variable: str, levels: Levels, level: Level) -> Levels:
    return {**levels, node_variable: level} if node_variable else levels


def _outer(inside: list[Node | None], variable: str) -> bool:
    """Whether anything inside speaks of a record further out than its own."""
    bound = {variable}
    for one in inside:
        if one is None:
            continue
        nodes = list(tree.walk(one))
        bound |= {node.variable for node in nodes if isinstance(node, tree.Quantified | tree.Aggregate)}
        for node in nodes:
            named = node if isinstance(node, tree.FieldRef) else getattr(node, "relation", None)
            if named is not None and (not named.variable or named.variable not in bound):
                return True
    return False


def _gathering(
    relation: RelationRef, inside: list[Node | None], variable: str, levels: Levels
) -> tuple[Gathered, Levels]:
    """Where numbers over related records are gathered, and the levels that what is asked of them may speak of."""
    gathered = levels[relation.variable].gathered(relation.steps, apart=_outer(inside, variable))
    return gathered, _below(variable, levels, gathered.level)


def _gathered(gathered: Gathered, levels: Levels) -> None:
    """What was gathered apart is joined where it may see every level that it can speak of: innermost."""
    list(levels.values())[-1].join(gathered)


def _quantified(node: tree.Quantified, levels: Levels, frame: Frame) -> Truth:
    outer, relation = levels[node.relation.variable], node.relation
    if node.quantifier == "exists_one":
        gathered, below = _gathering(relation, [node.condition], node.variable, levels)
        truth = truth_of(node.condition, below, frame)
        sure, maybe = _counted(gathered, truth.certain), _counted(gathered, truth.possible)
        _gathered(gathered, levels)
        return Truth(f"({sure} = 1 AND {maybe} = 1)", f"({sure} > 1 OR {maybe} = 0)")
    if frame.many == "grouped":
        gathered, below = _gathering(relation, [node.condition], node.variable, levels)
        truth = _turned_for(node, truth_of(node.condition, below, frame))
        some = gathered.value("bool_or", truth.certain)
        none = negated(gathered.value("bool_or", truth.possible))
        _gathered(gathered, levels)
        return _turned_for(node, Truth(some, none))
    here, _subject = outer.one(relation.steps[:-1])
    found = []
    for which in ("certain", "possible"):
        level = Level(frame, frame.subject(relation.subject))
        truth = _turned_for(node, truth_of(node.condition, _below(node.variable, levels, level), frame))
        found.append(held(level.exists_sql(relation.steps[-1], here, getattr(truth, which))))
    return _turned_for(node, Truth(found[0], f"NOT {found[1]}"))


def _turned_for(node: tree.Quantified, truth: Truth) -> Truth:
    """All are so: none is certainly or possibly not so."""
    return truth.turned() if node.quantifier == "all" else truth


def _counted(gathered: Gathered, which: str) -> str:
    return f"coalesce({gathered.value('count', '*', which)}, 0)"


def _aggregate(node: tree.Aggregate, levels: Levels, frame: Frame) -> Value:
    gathered, below = _gathering(node.relation, [node.filter, node.value], node.variable, levels)
    chosen = TRUE if node.filter is None else truth_of(node.filter, below, frame)
    if node.value is None:
        low, high = _counted(gathered, chosen.certain), _counted(gathered, chosen.possible)
    else:
        value = value_of(node.value, below, frame)
        low, high = (_summed if node.aggregate == "sum" else _extreme)(node, gathered, chosen, value)
    _gathered(gathered, levels)
    return Value(held(low), held(high), node.kind)


def _unknown(gathered: Gathered, chosen: Truth, value: Value) -> str:
    """Whether anything that may count is not known."""
    return gathered.value("bool_or", all_of([chosen.possible, f"({value.low}) IS NULL"]))


def _summed(_node: tree.Aggregate, gathered: Gathered, chosen: Truth, value: Value) -> tuple[str, str]:
    """Records that may or may not count add nothing or their value, whichever is less, and whichever is more."""
    unknown = _unknown(gathered, chosen, value)
    ends = []
    for end, choosing in ((value.low, "least"), (value.high, "greatest")):
        number = f"({end})::numeric"
        if chosen != TRUE:
            number = _case((chosen.certain, number), (chosen.possible, f"{choosing}({number}, 0)"))
        ends.append(_case((negated(unknown), f"coalesce({gathered.value('sum', number)}, 0)")))
    return ends[0], ends[1]


def _extreme(node: tree.Aggregate, gathered: Gathered, chosen: Truth, value: Value) -> tuple[str, str]:
    """The least (greatest) lies between that of all that may count and that of all that certainly do; of none there is none."""
    name = node.aggregate
    ends = (chosen.possible, chosen.certain) if name == "min" else (chosen.certain, chosen.possible)
    low, high = gathered.value(name, value.low, ends[0]), gathered.value(name, value.high, ends[1])
    known = all_of([negated(_unknown(gathered, chosen, value)), f"{high if name == 'min' else low} IS NOT NULL"])
    low_sql = _case((known, low))
    return low_sql, low_sql if low == high else _case((known, high))
