"""Pages of models: versions, report, thresholds, approval by somebody else, comparison of two, weight of a pair."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from banyan.people.linkage import actions, engine, queries
from banyan.people.linkage.engine import training
from banyan.people.linkage.models import Pair, Run
from banyan.people.linkage.tests.test_models import APPROVER, TRAINER, trained, who
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, SYSTEM, World
from banyan.people.linkage.views import weighing
from banyan.platform.access.models import Area
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewer_of, viewing

OFFICER = "protection-officer"
REPORT = {
    "people": 5000, "seed": 1, "seconds": 3.2, "duplicates_per_person": 0.02, "companions": 4.1,
    "rules": {
        "rare name": {"pairs": 900, "of one person": 0.25},
        "document": {"pairs": 3, "skipped": "too few pairs"},
        "name and telephone": {"pairs": 44, "skipped": "not needed"},
        "birthday": {"pairs": 55, "skipped": "could not be learnt from: math domain error"},
    },
    "curve": {"weights": [-2.0, -1.0, 5.0], "counts": [500, 40, 90], "expected": [5.0, 20.0, 89.0]},
    "levels": {"sex": [0, 5, 95]},
    "crowded": [{"kind": "name", "keys": 3, "most_people": 4321, "left_out": 87654}],
}  # fmt: skip


def client_of(*roles: str, **where: Any) -> Client:
    client = Client()
    client.force_login(make_account(*roles, **where))
    return client


def page(client: Client, name: str, *args: Any, **query: Any) -> tuple[int, str]:
    answer = client.get(reverse(f"linkage:{name}", args=args), query)
    return answer.status_code, answer.content.decode()


def send(client: Client, name: str, *args: Any, **given: Any) -> Any:
    return client.post(reverse(f"linkage:{name}", args=args), given)


def reported(world: World) -> Any:
    row = trained(world, who(TRAINER))
    with viewing(SYSTEM):
        row.report = REPORT
        row.save()
    return row


def test_every_rule_that_teaches_has_its_words() -> None:
    assert set(weighing.RULES) == set(training.RULES)


def test_versions_are_listed_with_the_one_that_counts(world: World) -> None:
    client = client_of(TRAINER)
    status, text = page(client, "models")
    assert status == 200
    assert reverse("linkage:model-shipped") in text
    row = trained(world, who(TRAINER))
    status, text = page(client, "models", operation=world.operation.pk)
    assert reverse("linkage:model", args=[row.pk]) in text
    assert page(client, "models", operation="nonsense")[0] == 404
    assert page(client_of(), "models")[0] == 403


def test_the_model_shipped_shows_what_it_makes_of_each_comparison(world: World) -> None:
    status, text = page(client_of("auditor"), "model-shipped")
    assert status == 200
    for name in engine.comparisons(engine.first_model()):
        assert f'id="comparison-{name}"' in text
    assert "aria-disabled" in text, "an auditor sets no thresholds"


def test_a_version_shows_its_report_and_its_drift(world: World) -> None:
    row = reported(world)
    with viewing(SYSTEM):
        Run.objects.create(
            kind="night", operation=world.operation, model=row, whole=True, finished_at=timezone.now(),
            drift={"levels": {"sex": [0, 900, 100]}, "pairs": 1000},
        )  # fmt: skip
    status, text = page(client_of(APPROVER), "model", row.pk)
    assert status == 200
    assert "5,000" in text
    assert "25 %" in text, "of the pairs of a rule, how many it takes for one person"
    for why in ("too few pairs to learn from", "not needed: others taught enough", "nothing could be learnt from them"):
        assert text.count(why) == 1
    assert "87,654" in text, "pairs that a common key left out"
    assert "630" in text, "pairs from the lowest weight upwards"
    assert "has moved far" in text
    assert reverse("linkage:model-move", args=[row.pk, "approve"]) in text


def test_one_trains_and_another_approves(world: World) -> None:
    trainer = client_of(TRAINER)
    status, text = page(trainer, "model-train")
    assert status == 200
    assert "all operations" in text
    answer = send(trainer, "model-train", operation=str(world.operation.pk), note="", seed="1")
    assert answer.status_code == 422
    answer = send(trainer, "model-train", operation=str(world.operation.pk), note="First of our own", seed="1")
    assert answer.status_code == 302
    with viewing(SYSTEM):
        row = queries.model_versions(seen_by=SYSTEM)[0]
    status, text = page(trainer, "model", row.pk)
    assert status == 200
    assert "First of our own" in text
    assert "draft" in text
    assert send(client_of("auditor"), "model-train").status_code == 403
    both = client_of(TRAINER, APPROVER)
    ready = trained(world, viewer_of(make_account(TRAINER)))
    assert send(both, "model-move", ready.pk, "nonsense").status_code == 404
    assert send(both, "model-move", ready.pk, "start").status_code == 422
    for verb in ("approve", "start", "retire"):
        assert send(both, "model-move", ready.pk, verb).status_code == 302
    assert send(trainer, "model-move", ready.pk, "approve").status_code == 403


def test_who_trained_it_is_told_why_they_cannot_approve(world: World) -> None:
    account = make_account(TRAINER, APPROVER)
    row = trained(world, viewer_of(account))
    client = Client()
    client.force_login(account)
    assert "You trained it" in page(client, "model", row.pk)[1]
    assert send(client, "model-move", row.pk, "approve").status_code == 422


def test_thresholds_make_a_new_version(world: World) -> None:
    client = client_of(TRAINER)
    row = trained(world, who(TRAINER))
    assert page(client, "model-thresholds", row.pk)[0] == 200
    assert page(client, "model-shipped-thresholds")[0] == 200
    assert send(client, "model-thresholds", row.pk, review="9", probable="2", note="x").status_code == 422
    assert send(client, "model-thresholds", row.pk, review="1", probable="2", note="Fewer").status_code == 302
    assert send(client, "model-shipped-thresholds", review="1", probable="2", note="Fewer").status_code == 302
    with viewing(SYSTEM):
        assert [each.based_on for each in queries.model_versions(seen_by=SYSTEM)[:2]] == [0, 1]


def test_two_versions_are_compared(world: World) -> None:
    client = client_of(TRAINER)
    row = trained(world, who(TRAINER))
    assert page(client, "model-compare")[0] == 200
    same = {"operation": str(world.operation.pk), "former": "none", "latter": "none"}
    assert send(client, "model-compare", **same).status_code == 422
    answer = send(client, "model-compare", **{**same, "latter": str(row.pk)})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    with viewing(SYSTEM):
        found = queries.model_comparisons(world.operation.pk, seen_by=SYSTEM)[0]
        moved = {"possible>unlikely": 12, "unlikely>probable": 3, "probable>probable": 40}
        actions.keep_comparison(found.pk, by=SYSTEM, people=5000, moved=moved)
    status, text = page(client, "model-comparison", found.pk)
    assert status == 200
    assert "<strong>12</strong>" in text
    assert ">40<" in text
    listed = page(client, "models", operation=world.operation.pk)[1]
    assert reverse("linkage:model-comparison", args=[found.pk]) in listed
    assert "5,000" in text


@pytest.fixture
def pair(world: World) -> Pair:
    one, other = sorted([world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN)[0]])
    levels = [len(each) - 1 for each in engine.level_names(engine.first_model()).values()]
    levels[-1] = -1
    with viewing(SYSTEM):
        return Pair.objects.create(
            first_id=one, second_id=other, operation=world.operation, scope_id=world.scopes["XX0101"],
            second_scope_id=world.scopes["XX0101"], weight=21.5, probability=0.99, zone="probable", levels=levels,
            found_on=timezone.localdate(), digest_first=1, digest_second=2,
        )  # fmt: skip


def test_the_weight_of_a_pair_is_told_step_by_step(world: World, pair: Pair) -> None:
    status, text = page(client_of(OFFICER), "model-pair", pair.pk)
    assert status == 200
    assert "21.5" in text
    drawn = len(re.findall(r'<rect class="fill-(?:primary|error)"', text))
    assert drawn == len(pair.levels) + 1, "the prior, all known levels, and the rest"
    south = client_of(OFFICER, operation=world.operation, area=Area.objects.get(key="XX02"))
    assert page(south, "model-pair", pair.pk)[0] == 404
    assert page(client_of(APPROVER), "model-pair", pair.pk)[0] == 403
