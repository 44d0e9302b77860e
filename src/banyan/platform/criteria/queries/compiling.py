"""From the typed tree to SQL, part by part.

What each part means is said by the evaluator in `rules.evaluating`; tests hold the two against each other.
"""

from collections.abc import Sequence
from datetime import date

from banyan.platform.criteria.queries import bounds
from banyan.platform.criteria.queries.frames import Frame, Gathered, GatheredBeside, Level, all_of, any_of, held
from banyan.platform.criteria.queries.leaves import Levels, case_of, constant_of, field_of, one_value
from banyan.platform.criteria.queries.truths import FALSE, TEXTS, TRUE, Stretch, Truth, Value, compared, negated
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.tree import Node, RelationRef

_NO_DATE = Value("NULL::date", "NULL::date", "date")


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
            return frame.once(node, levels, lambda: _quantified(node, levels, frame))
    raise TypeError(f"{type(node).__name__} is no condition")


def value_of(node: Node, levels: Levels, frame: Frame) -> Value:
    """A number, text or date, as the range it can have."""
    match node:
        case tree.Literal(value=value, kind=kind):
            return constant_of(value, kind, frame)
        case tree.Today():
            return constant_of(frame.today, "day", frame)
        case tree.FieldRef():
            return field_of(node, levels, frame.today)
        case tree.Negate(a=a):
            return _negative(value_of(a, levels, frame), frame)
        case tree.Arithmetic(op=op, a=a, b=b, kind=kind):
            return _reckoned(op, value_of(a, levels, frame), value_of(b, levels, frame), kind)
        case tree.Extremum(end=end, parts=inside, kind=kind):
            return _extremum(end, [value_of(part, levels, frame) for part in inside], kind)
        case tree.Lower(a=a):
            text = value_of(a, levels, frame).low
            return one_value(f'lower({text} COLLATE "C")', "text")
        case tree.Length(a=a):
            return one_value(f"char_length({value_of(a, levels, frame).low})", "integer")
        case tree.Choose(condition=chosen, then=then, otherwise=otherwise, kind=kind):
            which = truth_of(chosen, levels, frame)
            yes, no = value_of(then, levels, frame), value_of(otherwise, levels, frame)
            low = case_of((which.certain, yes.low), (which.refuted, no.low))
            exact = yes.exact and no.exact
            return Value(low, low if exact else case_of((which.certain, yes.high), (which.refuted, no.high)), kind)
        case tree.Aggregate():
            return frame.once(node, levels, lambda: _aggregate(node, levels, frame))
        case tree.DateMath():
            return _date_math(node, levels, frame)
    raise TypeError(f"{type(node).__name__} is no value")


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
        return constant_of(-a.constant, a.kind, frame)
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
                return one_value(f"({al} * {bl})", kind)
            pairs = dict.fromkeys(f"{x} * {y}" for x in (al, ah) for y in (bl, bh))
            return Value(held(f"least({', '.join(pairs)})"), held(f"greatest({', '.join(pairs)})"), kind)
        case "/":
            if exact:
                return one_value(_quotient(al, bl), kind)
            pairs = dict.fromkeys(_quotient(x, y) for x in (al, ah) for y in (bl, bh))
            # Of a range with zero in it nothing can be said.
            apart = f"{bl} > 0 OR {bh} < 0"
            low = case_of((apart, f"least({', '.join(pairs)})"))
            return Value(low, case_of((apart, f"greatest({', '.join(pairs)})")), kind)
    return _remainder(a, b, kind)


def _quotient(a: str, b: str) -> str:
    """Cut, not rounded, behind ten places: reckoned in whole numbers, so that every way of reckoning agrees."""
    return f"(div({a} * 10000000000, nullif({b}, 0)) * 0.0000000001)"


def _remainder(a: Value, b: Value, kind: str) -> Value:
    """`%` has the sign of the dividend. Of a range it is known only when the range is one value."""
    rest = f"mod(({a.low})::numeric, nullif(({b.low})::numeric, 0))"
    if a.exact and b.exact:
        return one_value(rest, kind)
    return one_value(case_of((f"{a.low} = {a.high} AND {b.low} = {b.high}", rest)), kind)


def _extremum(end: str, found: list[Value], kind: str) -> Value:
    """SQL's own least and greatest pass over what is not known; here it makes the whole unknown."""
    known = all_of([f"({one.low}) IS NOT NULL" for one in found if one.constant is None])
    low, high = (
        f"{end}({', '.join(f'({sql})::numeric' for sql in sqls)})"
        for sqls in ([one.low for one in found], [one.high for one in found])
    )
    return Value(case_of((known, low)), case_of((known, high)), kind)


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
        return field_of(node.a, levels, day.constant)
    born = field_of(node.a, levels, frame.today).born
    first, last = bounds.earliest_number(born), bounds.latest_number(born)
    begin, end = bounds.day_number(day.low), bounds.day_number(day.high)
    known = f"{first} <= {end}"
    low = case_of((known, bounds.ages(f"least({last}, {begin})", begin)))
    return Value(low, case_of((known, bounds.ages(first, end))), "integer")


def _moved(node: tree.DateMath, levels: Levels, frame: Frame) -> Value:
    """A date so many days or months later; a day that its month does not have is the last of the month."""
    a = value_of(node.a, levels, frame)
    number = tree.whole_number(node.b)
    days, months = (number, 0) if node.function == "add_days" else (0, number)
    if isinstance(a.constant, date):
        moved = bounds.moved(a.constant, days=days, months=months)
        return _NO_DATE if moved is None else constant_of(moved, a.kind, frame)
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
    low, high = (case_of((within, end)) for end in ends)
    return Value(low, high, a.kind)


def _below(node_variable: str, levels: Levels, level: Level) -> Levels:
    return {**levels, node_variable: level} if node_variable else levels


def _spoken_of(inside: list[Node | None], variable: str) -> set[str]:
    """The variables of records further out than its own that anything inside speaks of; "" is the subject."""
    bound, spoken = {variable}, set()
    for one in inside:
        if one is None:
            continue
        nodes = list(tree.walk(one))
        bound |= {node.variable for node in nodes if isinstance(node, tree.Quantified | tree.Aggregate)}
        for node in nodes:
            named = node if isinstance(node, tree.FieldRef) else getattr(node, "relation", None)
            if named is not None and (not named.variable or named.variable not in bound):
                spoken.add(named.variable)
    return spoken


def _gathering(
    relation: RelationRef, inside: list[Node | None], variable: str, levels: Levels
) -> tuple[Gathered, Levels]:
    """Where numbers over related records are gathered, and the levels that what is asked of them may speak of."""
    here, spoken = levels[relation.variable], _spoken_of(inside, variable)
    beside = here.gathered_beside(relation.steps) if spoken == {relation.variable} else None
    if beside is not None:
        return beside, _below(variable, {**levels, relation.variable: beside.again}, beside.level)
    gathered = here.gathered(relation.steps, apart=bool(spoken))
    return gathered, _below(variable, levels, gathered.level)


def _gathered(gathered: Gathered, relation: RelationRef, levels: Levels) -> None:
    """What was gathered apart is joined where it may see every level that it can speak of: innermost, or at its own rows."""
    here = levels[relation.variable] if isinstance(gathered, GatheredBeside) else list(levels.values())[-1]
    here.join(gathered)


def _quantified(node: tree.Quantified, levels: Levels, frame: Frame) -> Truth:
    outer, relation = levels[node.relation.variable], node.relation
    if node.quantifier == "exists_one":
        gathered, below = _gathering(relation, [node.condition], node.variable, levels)
        truth = truth_of(node.condition, below, frame)
        sure, maybe = _counted(gathered, truth.certain), _counted(gathered, truth.possible)
        _gathered(gathered, relation, levels)
        return Truth(f"({sure} = 1 AND {maybe} = 1)", f"({sure} > 1 OR {maybe} = 0)")
    if frame.many == "grouped":
        gathered, below = _gathering(relation, [node.condition], node.variable, levels)
        truth = _turned_for(node, truth_of(node.condition, below, frame))
        some = gathered.value("bool_or", truth.certain)
        known = settled(node.condition, below, frame)
        if known is None:
            maybe = gathered.value("bool_or", truth.possible)
        elif known == "TRUE":
            maybe = some
        else:
            # Whatever is settled is possible only if it is certain: most records need no second look.
            maybe = any_of([some, gathered.value("bool_or", truth.possible, negated(known))])
        if isinstance(gathered, GatheredBeside):
            gathered.rows = _perhaps(node, below, frame)
        _gathered(gathered, relation, levels)
        return _turned_for(node, Truth(some, negated(maybe)))
    here, _subject = outer.one(relation.steps[:-1])
    found = []
    for which in ("certain", "possible"):
        level = Level(frame, frame.subject(relation.subject))
        truth = _turned_for(node, truth_of(node.condition, _below(node.variable, levels, level), frame))
        found.append(held(level.exists_sql(relation.steps[-1], here, getattr(truth, which))))
    return _turned_for(node, Truth(found[0], f"NOT {found[1]}"))


def _perhaps(node: tree.Quantified, below: Levels, frame: Frame) -> list[str]:
    """Conditions that every record meets which may decide: part by part, so that the planner can ask each as soon as it may."""
    if node.quantifier == "exists" and isinstance(node.condition, tree.And):
        return [truth_of(part, below, frame).possible for part in node.condition.parts]
    return [_turned_for(node, truth_of(node.condition, below, frame)).possible]


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
    _gathered(gathered, node.relation, levels)
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
            number = case_of((chosen.certain, number), (chosen.possible, f"{choosing}({number}, 0)"))
        ends.append(case_of((negated(unknown), f"coalesce({gathered.value('sum', number)}, 0)")))
    return ends[0], ends[1]


def _extreme(node: tree.Aggregate, gathered: Gathered, chosen: Truth, value: Value) -> tuple[str, str]:
    """The least (greatest) lies between that of all that may count and that of all that certainly do; of none there is none."""
    name = node.aggregate
    ends = (chosen.possible, chosen.certain) if name == "min" else (chosen.certain, chosen.possible)
    low, high = gathered.value(name, value.low, ends[0]), gathered.value(name, value.high, ends[1])
    known = all_of([negated(_unknown(gathered, chosen, value)), f"{high if name == 'min' else low} IS NOT NULL"])
    low_sql = case_of((known, low))
    return low_sql, low_sql if low == high else case_of((known, high))


def settled(node: Node, levels: Levels, frame: Frame) -> str | None:
    """SQL that holds only where a condition or value is known: certainly true or certainly false, one value and no range.

    Cheaper than asking whether a thing is possible, and true of most records. "TRUE" where nothing can be unknown, None where
    there is no short answer. It may fail to hold, or be NULL, where something is known all the same.
    """
    match node:
        case tree.Literal() | tree.Has() | tree.Today():
            return "TRUE"
        case tree.And(parts=inside):
            gaps = [truth_of(part, levels, frame).refuted for part in inside if isinstance(part, tree.Has)]
            rest = _all_settled([part for part in inside if not isinstance(part, tree.Has)], levels, frame)
            return None if rest is None else any_of([*gaps, rest])
        case tree.FieldRef():
            return _field_settled(node, levels, frame)
        case tree.Quantified():
            return truth_of(node, levels, frame).decided
        case tree.Aggregate():
            value = value_of(node, levels, frame)
            counts = node.aggregate == "size"
            return ("TRUE" if counts else f"{value.low} IS NOT NULL") if value.exact else f"{value.low} = {value.high}"
        case tree.Arithmetic(op="/" | "%") | tree.DateMath(function="age_at" | "add_days" | "add_months"):
            return None
    return _all_settled(tree.parts(node), levels, frame)


def _all_settled(nodes: Sequence[Node], levels: Levels, frame: Frame) -> str | None:
    found = [settled(one, levels, frame) for one in nodes]
    return None if None in found else all_of([one for one in found if one is not None])


def _field_settled(node: tree.FieldRef, levels: Levels, frame: Frame) -> str:
    value = field_of(node, levels, frame.today)
    if value.born:
        # Who is born later than the day of use has no age.
        return all_of([bounds.exact(value.born), f"{value.born} <= {frame.bound.place(frame.today.isoformat())}"])
    if value.partial:
        return bounds.exact(value.partial)
    return f"{value.filled} <> '{value.empty}'" if value.filled else f"{value.low} IS NOT NULL"
