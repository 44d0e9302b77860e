"""Accounts through merges of the register: nobody's is lost, one person is paid into one, and undoing gives each back theirs."""

from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F

from banyan.aid.payments import actions, queries
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.models import Account, Line
from banyan.aid.payments.tests.provider_worlds import FROM, SYSTEM, UNTIL, Paying, make_paying, who
from banyan.aid.programmes.tests.worlds import SOUTH
from banyan.people.registry import actions as registry
from banyan.people.registry.facts import (
    HouseholdChanged,
    HouseholdsMerged,
    HouseholdSplit,
    MembershipChanged,
    PersonChanged,
)
from banyan.people.registry.models import Household, Person
from banyan.platform.access.models import Area
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_id

WAY = "mobile_money"


def make() -> Paying:
    """Two households with an account each, and a plan that pays them."""
    found = make_paying(2)
    budgets = [Budget(found.budget)]
    found.plan = actions.make_plan(found.run, by=found.officer, pay_from=FROM, pay_until=UNTIL, budgets=budgets)
    run_jobs()
    actions.lock_plan(found.plan.pk, by=found.officer)
    return found


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    return deepcopy(made)


def merge(survivor: UUID, *others: UUID) -> Any:
    """Two people put registrations together; calling what comes back takes the last of them apart again."""
    second = who("protection-officer")
    made = registry.merge_people(survivor, others, reason="one person", asked_by=(new_id(), "Somebody"), by=second)
    run_jobs()

    def undo() -> None:
        registry.unmerge(made[-1].pk, reason="two people", by=second)
        run_jobs()

    return undo


def kept() -> list[tuple[Any, ...]]:
    """Every account, to the letter."""
    with viewing(SYSTEM):
        return list(Account.objects.order_by("pk").values_list())


def paid_into(paying: Paying) -> list[str]:
    """The ends of the accounts into which the lines go when the provider is assigned, in the order of the households."""
    assert paying.plan
    key = paying.plan.pk
    actions.assign_provider(key, by=paying.officer, provider_id=paying.provider.pk, mechanism=WAY)
    lines = paying.lines()
    found = dict(paying.ask(queries.collector_accounts, key, WAY).iter_rows())
    assert {str(line.pk): line.account and str(line.account) for line in lines} == found
    without = paying.ask(queries.unpayable, key, paying.provider.pk, WAY).without_account
    assert without == sum(line.account is None for line in lines)
    assert actions.take_accounts(key, by=paying.officer) == len(lines) - without
    with viewing(SYSTEM):
        hints = dict(Account.objects.values_list("pk", "hint"))
    return [hints.get(line.account, "") for line in lines]


def in_use(paying: Paying, person: UUID) -> list[str]:
    """The ends of the accounts that are shown with somebody."""
    found = paying.ask(queries.accounts_of, [person])
    assert {each.payee for each in found} <= {person}
    return sorted(each.hint for each in found if each.ended_at is None)


def double(paying: Paying, number: str, *, area: str | None = None) -> UUID:
    """Another registration, with an account."""
    _home, (person,) = paying.world.household("1980-05-03", **({"area": area} if area else {}))
    actions.set_account(person, by=paying.officer, mechanism=WAY, number=number)
    return person


def use_no_longer(paying: Paying, person: UUID) -> None:
    with viewing(SYSTEM):
        account = Account.objects.get(person=person, mechanism=WAY, ended_at=None)
    actions.end_account(account.pk, by=paying.officer)


def test_the_account_of_a_merged_registration_is_used_where_there_is_no_other(paying: Paying) -> None:
    (_one, (head,)), (_two, _people) = paying.homes
    other = double(paying, "0955777")
    before = kept()
    undo = merge(head, other)
    # Both are shown, and what was written down of the survivor comes first.
    assert in_use(paying, head) == ["…000", "…777"]
    assert paid_into(paying) == ["…000", "…001"]
    use_no_longer(paying, head)
    assert paid_into(paying) == ["…777", "…001"]
    undo()
    assert (paid_into(paying), in_use(paying, other)) == (["", "…001"], ["…777"])
    # But for the one that a person ended, all is as it was.
    ended = {row[0] for row in kept() if row not in before}
    with viewing(SYSTEM):
        assert ended == {Account.objects.get(person=head).pk}


def test_a_chain_of_merges_and_several_at_once_lead_to_the_account_written_down_last(paying: Paying) -> None:
    (_one, (head,)), (_two, _people) = paying.homes
    use_no_longer(paying, head)
    first, second, third = (double(paying, f"0955{number}") for number in (111, 222, 333))
    before = kept()
    undo_chain = merge(second, first)
    undo_whole = merge(head, second, third)
    assert paid_into(paying) == ["…333", "…001"]
    undo_whole()
    assert paid_into(paying) == ["…222", "…001"]
    use_no_longer(paying, second)
    assert paid_into(paying) == ["…111", "…001"]
    assert undo_chain
    assert len(kept()) == len(before)
    assert [row for row in kept() if row[0] not in {old[0] for old in before}] == []


def test_a_line_of_a_registration_that_was_merged_since_is_paid_to_the_same_person(paying: Paying) -> None:
    (_one, (head,)), (_two, (other,)) = paying.homes
    undo = merge(head, other)
    assert paid_into(paying) == ["…000", "…001"], "each line by its own collector's account first"
    use_no_longer(paying, other)
    assert paid_into(paying) == ["…000", "…000"]
    third = double(paying, "0955444")
    merge(head, third)
    use_no_longer(paying, head)
    assert paid_into(paying) == ["…444", "…444"]
    # What is written down of a registration that leads elsewhere is written of the one that stands.
    written = actions.set_account(other, by=paying.officer, mechanism=WAY, number="0955888")
    assert written.person_id == head
    assert paid_into(paying) == ["…888", "…888"]
    assert undo


def test_accounts_are_seen_where_the_person_is_and_lie_again_where_they_lay(paying: Paying) -> None:
    head = paying.homes[0][1][0]
    away = double(paying, "0955777", area=SOUTH)
    with viewing(SYSTEM):
        north, south = (Person.objects.get(pk=each).scope_id for each in (head, away))
    assert north != south
    local = who("payment-officer", operation=paying.world.operation, area=Area.objects.get(key="XX0101"))
    before = kept()
    undo = merge(head, away)
    with viewing(local):
        assert [each.hint for each in queries.accounts_of([head], seen_by=local)] == ["…777", "…000"]
    undo()
    assert kept() == before
    with viewing(local):
        assert [each.hint for each in queries.accounts_of([head, away], seen_by=local)] == ["…000"]


def test_whoever_moves_takes_the_account_along(paying: Paying) -> None:
    (home, (person,)), (other, _people) = paying.homes
    facts = [
        PersonChanged(person), MembershipChanged(person, other, home), HouseholdChanged(home), HouseholdSplit(other, home),
        HouseholdsMerged(home, other),
    ]  # fmt: skip
    there = {paying.world.scopes["XX0201"], paying.world.scopes["XX0101"]}
    for fact in facts:
        with viewing(SYSTEM):
            one = Person.objects.get(pk=person)
            (goes_to,) = there - {one.scope_id}
            Person.objects.filter(pk=person).update(scope_id=goes_to, version=F("version") + 1)
            Household.objects.filter(pk=home).update(scope_id=goes_to, version=F("version") + 1)
            announce(fact, by=SYSTEM)
        run_jobs()
        with viewing(SYSTEM):
            assert Account.objects.get(person=person).scope_id == goes_to, fact
    # A second time there is nothing to do.
    assert actions.follow_register(people=[person], households=[home], by=SYSTEM) == 0
    with viewing(SYSTEM):
        assert Line.objects.filter(plan=paying.plan).count() == 2
