"""People read for comparison: what stands in a frame, and whom the viewer may see."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from banyan.people.registry import queries
from banyan.people.registry.models import Document, Household, Person, Phone
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import make_family, make_person
from banyan.platform.access.viewers import Viewer, viewing

pytestmark = pytest.mark.django_db


def read(by: Viewer = SYSTEM, **asked: Any) -> pl.DataFrame:
    with viewing(by):
        frames = list(queries.linkage_rows(seen_by=by, **asked))
    return pl.concat(frames) if frames else pl.DataFrame()


def test_a_frame_holds_what_is_compared(country: Field, register: Callable[..., Any], family: dict[str, Any]) -> None:
    register(family)
    with viewing(SYSTEM):
        first = Person.objects.get(full_name="Aung Kyaw Min")
        Phone.objects.create(person=first, scope_id=first.scope_id, number="+95900", position=1)
        Document.objects.create(
            person=first, scope_id=first.scope_id, type="a", number="x", number_key="X", is_current=False
        )
        home = Household.objects.get()
    rows = {row["full_name"]: row for row in read().to_dicts()}
    assert len(rows) == 4
    head = rows["Aung Kyaw Min"]
    assert head["person"] == str(first.pk)
    assert (head["operation"], head["household"]) == (str(country.operation.pk), str(home.pk))
    assert head["phones"] == ["+95912345678", "+95900"]
    assert head["documents"] == ["a:X", "national_id:12ABCN123456"]
    assert (head["is_head"], head["relationship"], head["birth_date"]) == (True, "head", "1980-05-01")
    assert head["place"] == "XX010101"
    assert head["batch"]
    assert rows["Khin Thu Zar"]["birth_date"] == "1984~"
    child = rows["မောင်မောင်"]
    assert (child["phones"], child["documents"], child["birth_date"], child["is_head"]) == ([], [], None, False)


def test_frames_are_cut_in_the_order_of_ids(country: Field) -> None:
    ids = sorted(make_person(country, f"Nu {number}").pk for number in range(7))
    with viewing(SYSTEM):
        frames = list(queries.linkage_rows(seen_by=SYSTEM, at_once=3, operation=country.operation.pk))
    assert [frame.height for frame in frames] == [3, 3, 1]
    assert [key for frame in frames for key in frame["person"]] == [str(key) for key in ids]
    assert read(ids=ids[:2]).height == 2
    assert read(ids=[]).height == 0
    assert read(ids=ids, operation=ids[0]).height == 0, "of another operation"
    assert read(operation=ids[0]).height == 0


def test_families_come_along_and_who_is_withdrawn_stays_away(country: Field) -> None:
    family = make_family(country, "Aung", "Khin", "Su")
    with viewing(SYSTEM):
        Person.objects.filter(pk=family["Su"].pk).update(status="withdrawn", status_reason="error")
    names = read(ids=[family["Khin"].pk], with_families=True)["full_name"]
    assert sorted(names) == ["Aung", "Khin"]
    assert list(read(ids=[family["Khin"].pk])["full_name"]) == ["Khin"]


def test_only_within_reach(country: Field, viewer_with: Any) -> None:
    make_family(country, "Aung")
    make_family(country, "Min", area="XX020101")
    north = country.officer(viewer_with, "XX0101")
    assert list(read(north)["full_name"]) == ["Aung"]
