"""Pages of samples: drawing, judging blind, figures in words, figures of groups to few; how many statements they take."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.people.linkage import queries
from banyan.people.linkage.models import Sample, SampleItem, SampleLabel
from banyan.people.linkage.tests.test_model_pages import OFFICER, client_of, page, send
from banyan.people.linkage.tests.test_models import APPROVER, TRAINER, who
from banyan.people.linkage.tests.test_samples import heavy, judge_all, pairs, sample_of
from banyan.people.linkage.tests.worlds import SYSTEM, World
from banyan.people.registry.models import Person
from banyan.platform.access.models import Area, ReadEntry
from banyan.platform.access.viewers import viewing

__all__ = ["pairs"]


@pytest.fixture
def sample(world: World, pairs: list[Any]) -> Sample:
    return sample_of(world, pairs, who(TRAINER))


def judged(sample: Sample) -> None:
    for judge in (who(OFFICER), who(OFFICER)):
        judge_all(sample, judge, heavy)


def item_of(text: str) -> str:
    return text.split('name="item" value="')[1].split('"')[0]


def test_a_sample_is_asked_for_and_listed(world: World) -> None:
    client = client_of(TRAINER)
    status, text = page(client, "samples")
    assert status == 200
    assert "Nobody has measured yet" in text
    assert page(client, "sample-new", world.operation.pk)[0] == 200
    assert send(client, "sample-new", world.operation.pk, label="Spring", size="3").status_code == 422
    assert send(client, "sample-new", world.operation.pk, label="", size="30").status_code == 422
    answer = send(client, "sample-new", world.operation.pk, label="Spring", size="30", seed="7")
    assert answer.status_code == 302
    text = client.get(answer["Location"]).content.decode()
    assert "Spring" in text
    assert "<dd><bdi>7</bdi></dd>" in text
    assert "Spring" in page(client, "samples", operation=world.operation.pk)[1]
    assert page(client_of("auditor"), "samples", operation=world.operation.pk)[0] == 200
    assert page(client_of("auditor"), "sample-new", world.operation.pk)[0] == 403
    assert page(client_of(), "samples")[0] == 403
    with viewing(SYSTEM):
        undrawn = Sample.objects.get()
    assert client_of(OFFICER).get(reverse("linkage:sample-label", args=[undrawn.pk])).status_code == 302
    assert send(client, "sample-close", undrawn.pk).status_code == 422


def test_the_page_of_judging_tells_nothing_but_the_records(sample: Sample) -> None:
    client = client_of(OFFICER)
    status, text = page(client, "sample-label", sample.pk)
    assert status == 200
    with viewing(SYSTEM):
        item = SampleItem.objects.get(pk=item_of(text))
        # Nothing else on the page is a figure of the engine.
        SampleItem.objects.filter(pk=item.pk).update(weight=77.77, probability=0.7777)
        logged = ReadEntry.objects.filter(purpose="linkage: quality sample").last()
    again = page(client, "sample-label", sample.pk)[1]
    for told in ("77.8", "77,8", "0.7777", "probable", "possible"):
        assert told not in again
    assert set(logged.ids) == {item.first_id, item.second_id}
    assert page(client_of(TRAINER), "sample-label", sample.pk)[0] == 403


def test_pairs_are_judged_one_after_the_other(sample: Sample) -> None:
    client = client_of(OFFICER)
    first = item_of(page(client, "sample-label", sample.pk)[1])
    assert send(client, "sample-label", sample.pk, item=first).status_code == 422
    assert send(client, "sample-label", sample.pk, item="x", decision="same").status_code == 404
    assert send(client, "sample-label", sample.pk, item=first, decision="same", note="one face").status_code == 302
    second = item_of(page(client, "sample-label", sample.pk)[1])
    assert second != first
    assert send(client, "sample-label", sample.pk, item=first, decision="same").status_code == 422
    with viewing(SYSTEM):
        label = SampleLabel.objects.get()
    assert (str(label.item_id), label.verdict, label.note) == (first, "same", "one face")
    for _pair in range(11):
        text = page(client, "sample-label", sample.pk)[1]
        send(client, "sample-label", sample.pk, item=item_of(text), decision="different")
    assert client.get(reverse("linkage:sample-label", args=[sample.pk])).status_code == 302


def test_a_pair_whose_record_moved_out_of_reach_is_passed_over(world: World, sample: Sample) -> None:
    client = client_of(OFFICER, operation=world.operation, area=Area.objects.get(key="XX01"))
    first = item_of(page(client, "sample-label", sample.pk)[1])
    with viewing(SYSTEM):
        gone = SampleItem.objects.get(pk=first)
        Person.objects.filter(pk=gone.first_id).update(scope_id=world.scopes["XX0201"])
    assert item_of(page(client, "sample-label", sample.pk)[1]) != first


def test_figures_are_told_in_words(sample: Sample) -> None:
    client = client_of(TRAINER)
    status, text = page(client, "sample", sample.pk)
    assert status == 200
    assert "Figures appear when the first pairs are settled" in text
    assert page(client, "sample-curve", sample.pk)[0] == 404, "nothing to draw yet"
    judged(sample)
    picture = client.get(reverse("linkage:sample-curve", args=[sample.pk]))
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")
    status, text = page(client, "sample", sample.pk)
    assert status == 200
    assert "Of 100 pairs that are shown" in text
    assert "Of 100 people registered twice" in text
    assert "kappa" in text
    assert "threshold of review" in text
    assert "for those who manage models and may see every record" in text, "no groups for an administrator"
    text = page(client_of(TRAINER, OFFICER), "sample", sample.pk)[1]
    assert "too few to say" in text
    assert "fewer than 20" in text
    assert send(client, "sample-close", sample.pk).status_code == 302
    assert send(client, "sample-close", sample.pk).status_code == 422
    assert send(client_of("registration-officer"), "sample-close", sample.pk).status_code == 403


def test_groups_are_hidden_from_who_approves_without_seeing_people(sample: Sample) -> None:
    judged(sample)
    assert "too few to say" not in page(client_of(APPROVER), "sample", sample.pk)[1]


def statements(client: Any, name: str, *args: Any) -> int:
    page(client, name, *args)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert page(client, name, *args)[0] == 200
    return len(caught)


def test_pages_take_as_many_statements_for_few_pairs_as_for_many(world: World, pairs: list[Any]) -> None:
    few, many = sample_of(world, pairs[:3], who(TRAINER)), sample_of(world, pairs, who(TRAINER))
    judged(few)
    judged(many)
    client = client_of(TRAINER, OFFICER)
    assert statements(client, "sample", few.pk) == statements(client, "sample", many.pk)
    with viewing(SYSTEM):
        assert queries.labelling(many.pk, seen_by=SYSTEM).settled == 12
