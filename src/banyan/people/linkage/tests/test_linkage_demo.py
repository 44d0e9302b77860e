"""The demo of linkage over a small demo register: it finds whom the register's demo recorded twice, and leaves work of every kind."""

from collections import Counter
from typing import Any

import pytest

from banyan.config import demonstration
from banyan.people.linkage import demo
from banyan.people.linkage.models import Case, Pair, ScreeningHit
from banyan.people.linkage.tests.worlds import SYSTEM
from banyan.people.registry import demo as registered
from banyan.people.registry.models import Merge
from banyan.platform.access import actions as access
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import viewing
from banyan.reference.codes import actions as codes
from banyan.reference.places.models import Place

LISTS = (
    "biometric-status", "contact-preference", "document-types", "education", "functioning-difficulty", "inactive-reasons", "iso-3166-1",
    "legal-status", "marital-status", "occupation-groups", "relationship", "residence-status", "sex", "specific-needs",
)  # fmt: skip
HOUSEHOLDS = 240


class Step:
    """Progress that nobody watches."""

    size = "first"

    def report(self, done: int, total: int) -> None:
        """So many are done."""

    def text(self, words: str) -> None:
        """Something to say."""


@pytest.fixture
def loaded(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A country with the townships of the demo's offices; its register, accounts, and what linkage makes of them."""
    monkeypatch.setitem(registered.HOUSEHOLDS, "first", HOUSEHOLDS)
    monkeypatch.setattr(registered, "IN_REVIEW", 4)
    townships = [code for _name, codes_of, _kind in registered.OFFICES for code in codes_of]
    with viewing(SYSTEM):
        areas = [
            ("MMR", "Myanmar", None, "MMR"),
            *((code[:6], code[:6], "MMR", "MMR") for code in sorted({c[:6] + "000" for c in townships})),
        ]
        reference = access.register_areas(areas, by=SYSTEM)
        codes.load_shipped_lists(by=SYSTEM, only=LISTS)
        for code in townships:
            Place.objects.create(
                country="MMR", pcode=code, level=3, kind="township", name=code, names={}, scope_id=reference[code[:6]]
            )
    registered.load(Step())
    demonstration.make_accounts(Step())
    return demo.load(Step()) or {}


def test_the_demo_finds_who_was_recorded_twice_and_leaves_work(loaded: dict[str, int], capsys: Any) -> None:
    with viewing(SYSTEM):
        operation = Operation.objects.get(code="MMR")
        truth = demo.truth_of(operation.pk, seen_by=SYSTEM)
        pairs = [
            (truth.get(a), truth.get(b), zone) for a, b, zone in Pair.objects.values_list("first", "second", "zone")
        ]
        merged = Merge.objects.count()
        states = Counter(Case.objects.values_list("state", flat=True))
    recorded = sum(count - 1 for count in Counter(truth.values()).values())
    judged = [(one == other, zone) for one, other, zone in pairs if one and other]
    right = sum(same for same, _zone in judged)
    probable = [same for same, zone in judged if zone == "probable"]
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{len(truth)} people, {recorded} recorded twice: {right} found (recall {right / recorded:.3f}); "
            f"precision of all {right / len(judged):.3f}, of probable pairs {sum(probable) / len(probable):.3f}"
        )
    assert recorded >= 20
    assert right / recorded >= 0.9
    assert sum(probable) / len(probable) >= 0.9
    assert (merged, states["merged"], states["proposed"]) == (1, 1, 1)
    assert states["open"] >= 5
    assert loaded["decided"] == states["merged"] + states["proposed"] + states["separate"] + states["shelved"]
    # A made-up list: one hit is cleared, one waits for a second person; and nothing is done twice.
    assert loaded["hits"] >= 2
    with viewing(SYSTEM):
        hits = Counter(ScreeningHit.objects.values_list("state", flat=True))
    assert (hits["escalated"], hits["cleared"]) == (1, 1)
    assert demo.load(Step()) is None
