"""What a bank says of a file of ours as a whole: refused, it says so of every transfer in it, once."""

from typing import Final

import polars as pl
from django.db.models import Exists, OuterRef, Q

from banyan.aid.payments.models import Format, Line, PaymentFile, Plan, Provider, StatementFile, StatementRow
from banyan.aid.payments.rules import answers
from banyan.aid.payments.states import NOT_SENT, PlanState
from banyan.platform.kernel.problems import Problem

# The end of a message's name: so many signs of the digest of its lines.
_MARK: Final = 8


def require_sent(answer: answers.Answer, provider: Provider) -> None:
    """A bank may answer before anybody has said that the file went off. Raises Problem payments.plan_unsent."""
    for message in answer.messages:
        plan = _plan(message, provider)
        if plan is not None and plan.state == PlanState.RELEASED:
            raise Problem("payments.plan_unsent", plan=plan.reference)


def with_refusals(answer: answers.Answer, file: StatementFile) -> tuple[pl.DataFrame, set[str]]:
    """The rows of an answer and, where it refuses a file as a whole, a row for each transfer in it that it does not name.

    And the transfers among these of which the provider has said something else before: a file that was sent twice is refused too,
    and what was accepted of the first is not taken back by that. They wait for a person.
    """
    rows, contradicted = answer.rows, set()
    for message, reason in answer.refused:
        plan = _plan(message, file.provider)
        if plan is None:
            continue
        named = set(rows["line_key"])
        lines = Line.objects.filter(plan=plan).exclude(state__in=NOT_SENT).order_by("no").annotate(said=_said(file))
        found = [(str(key), said) for key, said in lines.values_list("key", "said") if str(key) not in named]
        keys = [key for key, _said in found]
        rows = rows.vstack(answers.refusals(keys, after=rows.height, message=message, reason=reason))
        contradicted |= {key for key, said in found if said}
    return rows, contradicted


def _plan(message: str, provider: Provider) -> Plan | None:
    """The plan whose file to this provider had this name (actions.files)."""
    reference, _hyphen, mark = message.rpartition("-")
    if len(mark) != _MARK:
        return None
    file = PaymentFile.objects.filter(
        provider=provider, format=Format.PAIN001, plan__reference=reference, digest__startswith=mark
    ).select_related("plan").first()  # fmt: skip
    return file.plan if file is not None else None


def _said(file: StatementFile) -> Exists:
    """Whether the provider has said of a line anything but that it failed, or that it was received."""
    nothing = (
        Q(outcome="failed") | Q(outcome="noted", reason__in=answers.NOT_LOOKED_AT) | Q(verdict__in=["", "duplicate"])
    )
    return Exists(StatementRow.objects.filter(line=OuterRef("pk"), provider=file.provider_id).exclude(nothing))
