"""Why somebody is entitled to just this: in words, from the figures that were written down when it was computed."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from banyan.aid.programmes.models import Entitlement, EntitlementRun, RoundingName
from banyan.aid.programmes.models.entitlements import CAUSES
from banyan.aid.programmes.queries.entitlements import entitlement, entitlement_run
from banyan.aid.programmes.rules.entitling import Cause, rounded, terms_of
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.declarations import Field
from banyan.platform.criteria.rules import Words, Working, explain_figures, read_number, tree, write
from banyan.platform.criteria.rules.evaluating import Frozen
from banyan.platform.criteria.rules.tree import Node
from banyan.platform.criteria.rules.values import Range, point
from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class Explained:
    """How an entitlement came about: the formula, its parts with their numbers, and the steps from its number to what is due.

    `working` is None where the formula asks for something that is no longer collected, or where an amendment took it back.
    """

    entitlement: Entitlement
    run: EntitlementRun
    formula: str
    working: Working | None
    steps: tuple[str, ...]


def explain_entitlement(entitlement_id: UUID, *, seen_by: Viewer, words: Words | None = None) -> Explained:
    """Why somebody is entitled to this, in the language that is active. Values that the viewer may not see are hidden.

    It reads what was kept when it was computed, never the register: a record that changed since does not change the reason.
    Whoever shows it to people writes that into the log of reads. Raises Problem not_found.
    """
    found = entitlement(entitlement_id, seen_by=seen_by)
    run = entitlement_run(found.run_id, seen_by=seen_by)
    words = words or Words()
    line = next((one for one in run.lines if one["item"] == found.item), None)
    if line is None or found.cause == Cause.WITHDRAWN:
        return Explained(found, run, "", None, (str(CAUSES[Cause(found.cause)]), *([run.reason] if run.reason else [])))
    kept = _kept(run, line, found)
    working = None
    if kept is not None:
        formula, figures = kept
        working = explain_figures(formula, figures, today=run.day, words=_allowed(run, words, seen_by))
    return Explained(found, run, line["formula"], working, tuple(_steps(run, found, kept, words)))


def _kept(run: EntitlementRun, line: dict[str, Any], found: Entitlement) -> tuple[Node, dict[Node, Any]] | None:
    """The formula as a tree with the figures kept of it; None where they are no longer understood."""
    # Read by the program: whoever may see the amount may know how it came about, but not every value in it.
    with viewing(system_viewer("programmes")) as reader:
        known = criteria.vocabulary(run.subject, seen_by=reader, operation_id=run.operation_id, purpose="entitlement")
    try:
        formula = read_number(line["formula"], known)
    except Problem:
        return None
    figures = tree.figures(formula)
    if [write(one) for one in figures] != line["figures"] or len(found.parts) != len(figures):
        return None
    return formula, {figure: _value(raw) for figure, raw in zip(figures, found.parts, strict=True)}


def _value(raw: Any) -> Any:
    """A figure as it was kept: yes or no, a number, the two ends of one, or nothing known."""
    if raw is None or isinstance(raw, bool):
        return raw
    return Range(*map(Fraction, raw)) if isinstance(raw, list) else point(Fraction(raw))


def _allowed(run: EntitlementRun, words: Words, viewer: Viewer) -> Words:
    """Words that hide what the viewer may not ask for."""
    known = criteria.vocabulary(run.subject, seen_by=viewer, operation_id=run.operation_id, purpose="entitlement")

    def hidden(one: Field) -> bool:
        return words.hidden(one) or not known.allows(one)

    return replace(words, hidden=hidden)


def _steps(
    run: EntitlementRun, found: Entitlement, kept: tuple[Node, dict[Node, Any]] | None, words: Words
) -> list[str]:
    """From the number of the formula to what is due."""
    if found.undecided:
        return [str(CAUSES[Cause(found.cause)])]
    came_to = found.amount if found.amount is not None else found.quantity
    measure = found.currency or found.unit
    terms, steps = terms_of(run.rounding, run.step, run.cap, run.currency), []
    number = _number(kept, run.day)
    if number is not None and came_to is not None:
        whole = rounded(number, terms)
        if whole != number:
            steps.append(
                _("Rounded to %(step)s %(unit)s, %(rounding)s: %(amount)s") % {
                    "step": words.number(_plain(terms.unit)), "unit": measure, "rounding": RoundingName(run.rounding).label,
                    "amount": words.number(_plain(whole)),
                }
            )  # fmt: skip
        if terms.cap is not None and whole > terms.cap:
            steps.append(_("At most: %(amount)s") % {"amount": words.number(_plain(terms.cap))})
    due = words.number(_plain(came_to or Decimal(0)))
    return [*steps, _("Entitled to: %(amount)s %(unit)s") % {"amount": due, "unit": measure}]


def _number(kept: tuple[Node, dict[Node, Any]] | None, day: date) -> Fraction | None:
    if kept is None:
        return None
    formula, figures = kept
    found = Frozen(day, figures).of(formula, {"": None})
    return found.low if isinstance(found, Range) and found.known else None


def _plain(amount: Decimal) -> int | Decimal:
    """Without zeros behind the point."""
    return int(amount) if amount == int(amount) else amount.normalize()
