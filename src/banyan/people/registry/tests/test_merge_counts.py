"""Whoever was merged is counted nowhere twice, and is no row of a batch like any other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from banyan.people.quality import actions as quality
from banyan.people.quality import queries as quality_queries
from banyan.people.registry import actions, queries
from banyan.people.registry.actions.batches import withdraw_batch
from banyan.people.registry.models import Household, Person
from banyan.people.registry.tests.conftest import SYSTEM, Batch, Field
from banyan.people.registry.tests.families import make_family
from banyan.people.registry.tests.test_merging import MERGER, again, merge
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel import vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def merger(viewer_with: Any) -> Viewer:
    return viewer_with(*MERGER)


def test_the_register_counts_them_once(country: Field, merger: Viewer) -> None:
    """Lists of who is registered, sizes, exports, and the check of suspicions left open."""
    one, two = make_family(country, "Aung", "Khin"), make_family(country, "Aung K", "Nu")
    quality.run_pass(country.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        actions.note_pair(one["Aung"].pk, two["Aung K"].pk, by=SYSTEM, since=date(2026, 2, 1))
    assert suspected(country) == {one["Aung"].pk, two["Aung K"].pk}
    (made,) = merge(one["Aung"], two["Aung K"], by=merger)
    assert suspected(country) == set()
    with viewing(SYSTEM):
        assert queries.sizes([one.household.pk, two.household.pk], seen_by=SYSTEM) == {
            one.household.pk: 2,
            two.household.pk: 1,
        }
        (_columns, rows), ids, _left = queries.export_table(
            "people", {}, use="internal", sensitive=False, most=99, seen_by=SYSTEM
        )
        assert len(rows) == queries.count_up_to(queries.people(seen_by=SYSTEM), 99, seen_by=SYSTEM) == 3
        assert two["Aung K"].pk not in ids
        assert [each.people.number for each in queries.operation_numbers(seen_by=SYSTEM)] == [3]
    actions.unmerge(made.pk, reason="x", by=merger)
    assert suspected(country) == {one["Aung"].pk, two["Aung K"].pk}


def suspected(country: Field) -> set[Any]:
    """Whom the check of suspicions left open finds."""
    quality.run_pass(country.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        found = quality_queries.findings(country.operation.pk, "open_pairs", seen_by=SYSTEM)
        return {row.id for row in found}


def test_people_of_a_batch_that_was_undone(country: Field, register: Callable[..., Any], merger: Viewer) -> None:
    """Whoever was merged, or took somebody over, was worked on: they stay, and so does the household they came with."""
    batch = Batch(country.operation.pk, country.scopes[""])
    person = {"person.sex": "male", "person.relationship": "head"}
    homes = [{"household.number": f"H{name}", "people": [person | {"person.full_name": name}]} for name in "ABC"]
    register(*homes, batch=batch)
    other = make_family(country, "D")
    with viewing(SYSTEM):
        a, b, c = (Person.objects.get(full_name=name) for name in "ABC")
    (away,) = merge(other["D"], a, by=merger)
    merge(b, make_family(country, "E")["E"], by=merger)
    done = withdraw_batch(batch.id, country.operation.pk, by=SYSTEM)
    assert (done.people, done.kept) == (1, 2)
    assert again(b).status == "active"
    assert again(c).status_reason == "batch-undone"
    actions.unmerge(away.pk, reason="x", by=merger)
    assert again(a).status == "active"
    with viewing(SYSTEM):
        assert Household.objects.get(number="HA").status == "active"


def test_the_photo_of_before_is_kept_for_undoing(
    country: Field, merger: Viewer, django_capture_on_commit_callbacks: Any, viewer_with: Any
) -> None:
    one, two = make_family(country, "Aung"), make_family(country, "Aung")
    first, second = (vault.keep(content, folder="photos") for content in (b"one", b"two"))
    with viewing(SYSTEM):
        Person.objects.filter(pk=one["Aung"].pk).update(photo=first)
        Person.objects.filter(pk=two["Aung"].pk).update(photo=second)
    (made,) = merge(one["Aung"], two["Aung"], by=merger, take={"photo": two["Aung"].pk})
    officer = country.officer(viewer_with)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_photo(one["Aung"].pk, by=officer)
    kept = actions.unmerge(made.pk, reason="x", by=merger).kept
    assert [each["field"] for each in kept] == ["photo"]
    assert again(two["Aung"]).photo == second
    assert vault.fetch(second) == b"two"
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_photo(two["Aung"].pk, by=officer)
    with pytest.raises(FileNotFoundError):
        vault.fetch(second)
