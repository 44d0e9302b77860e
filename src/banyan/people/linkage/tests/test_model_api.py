"""Models and the quality of linkage for programs: the same rights as on the pages."""

from typing import Any

import pytest
from django.test import Client

from banyan.people.linkage.models import Sample
from banyan.people.linkage.tests.test_model_pages import OFFICER, client_of
from banyan.people.linkage.tests.test_models import APPROVER, TRAINER, trained, who
from banyan.people.linkage.tests.test_samples import heavy, judge_all, pairs, sample_of
from banyan.people.linkage.tests.worlds import World
from banyan.platform.kernel.ids import new_id

__all__ = ["pairs"]
ROOT = "/api/v1/linkage"


def call(client: Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    send = getattr(client, method)
    answer = send(f"{ROOT}{path}") if body is None else send(f"{ROOT}{path}", body, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_version_is_trained_approved_and_set_live(world: World) -> None:
    trainer, approver = client_of(TRAINER), client_of(APPROVER)
    status, draft = call(trainer, "post", "/models", {"operation": str(world.operation.pk), "note": "First"})
    assert (status, draft["state"], draft["version"], draft["based_on"]) == (201, "draft", 1, 0)
    assert call(trainer, "post", "/models", {"note": "\x00"})[0] == 422
    assert call(approver, "post", "/models", {})[0] == 403
    row = trained(world, who(TRAINER))
    status, report = call(approver, "get", f"/models/{row.pk}")
    assert status == 200
    assert report["report"]["people"] == 5000
    assert report["settings"]["review"] == 0.0
    assert call(trainer, "post", f"/models/{row.pk}/approve")[0] == 403
    assert call(approver, "post", f"/models/{row.pk}/start")[0] == 409
    assert call(approver, "post", f"/models/{row.pk}/approve")[1]["state"] == "approved"
    assert call(approver, "post", f"/models/{row.pk}/start")[1]["state"] == "live"
    status, other = call(trainer, "post", f"/models/{row.pk}/thresholds", {"review": 1.0, "probable": 6.0})
    assert (status, other["origin"], other["state"]) == (201, "thresholds", "trained")
    assert call(trainer, "post", f"/models/{row.pk}/thresholds", {"review": 9.0, "probable": 6.0})[0] == 422
    assert call(approver, "post", f"/models/{row.pk}/retire")[1]["state"] == "retired"
    versions = call(client_of("auditor"), "get", "/models")[1]
    assert [each["version"] for each in versions] == [3, 2, 1]
    assert call(approver, "get", f"/models/{new_id()}")[0] == 404


@pytest.fixture
def sample(world: World, pairs: list[Any]) -> Sample:
    return sample_of(world, pairs, who(TRAINER))


def test_figures_of_a_sample_are_told_without_anybody_in_them(world: World, sample: Sample) -> None:
    for judge in (who(OFFICER), who(OFFICER)):
        judge_all(sample, judge, heavy)
    auditor = client_of("auditor")
    status, found = call(auditor, "get", f"/{world.operation.pk}/samples")
    assert (status, found[0]["label"]) == (200, "Spring")
    status, told = call(auditor, "get", f"/samples/{sample.pk}/quality")
    assert status == 200
    assert told["probable"]["precision"]["value"] == 1.0
    assert told["probable"]["precision"]["low"] <= 1.0
    assert told["kappa"]["value"] == pytest.approx(1.0)
    assert set(told) == {"review", "probable", "kappa"}
    assert call(client_of(), "get", f"/samples/{sample.pk}/quality")[0] == 403
    assert call(auditor, "get", f"/samples/{new_id()}/quality")[0] == 404
