"""Pages of criteria through the real doors: made by text, checked, changed, compared, tried, retired."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.criteria.models import Criterion, CriterionVersion

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("tests")
MAKE = "/criteria/new/?subject=operation"
BURMA = 'country == "MMR"'


def client_of(make_account, *roles, **where):
    client = Client()
    client.force_login(make_account(*roles, **where))
    return client


@pytest.fixture
def keeper(make_account, operations):
    return client_of(make_account, "information-manager")


def made(client, text=BURMA, name="Burma", **more):
    answer = client.post(MAKE, {"name": name, "purpose": "selection", "operation": "", "text": text, **more})
    assert answer.status_code == 302, answer.content.decode()
    with viewing(SYSTEM):
        return Criterion.objects.order_by("-created_at").first()


def page(client, url, status=200, **data):
    answer = client.post(url, data) if data else client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_what_is_selected_is_chosen_first(keeper):
    assert "No criteria are saved yet" in page(keeper, reverse("criteria:list"))
    chosen = page(keeper, reverse("criteria:new"))
    assert "?subject=operation" in chosen
    form = page(keeper, MAKE)
    vocabulary = json.loads(re.search(r'id="criteria-vocabulary"[^>]*>(.*?)</script>', form, re.DOTALL)[1])
    assert vocabulary["subjects"].keys() == {"operation", "scope"}
    assert vocabulary["choices"]["country"] == [["MMR", "Myanmar"], ["BGD", "Bangladesh"], ["SOM", "Somalia"]]
    assert {"name": "exists", "insert": "exists({v}, |)", "label": "at least one of them"} in vocabulary["macros"]
    assert {each["insert"] for each in vocabulary["methods"]} >= {'contains("|")', "size()|"}
    assert "secret_name" not in form, "sensitive, and this account may not see what is sensitive"


def test_a_text_is_checked_without_script(keeper):
    about = {"name": "", "purpose": "selection", "operation": "", "check": "yes"}
    good = page(keeper, MAKE, text=BURMA, **about)
    assert "Nothing is wrong with it" in good
    assert "Operations: 1 of 3 is selected. Of 1 it cannot be said" in good
    bad = page(keeper, MAKE, text='contry == "MMR" &&\nletters < "x"', **about)
    assert "Line 1, character 1" in bad
    assert "Line 2, character" in bad
    assert "country" in bad
    with viewing(SYSTEM):
        assert not Criterion.objects.exists()


def test_what_cannot_be_saved_is_told_whole(keeper):
    about = {"purpose": "selection", "operation": ""}
    assert "This field is required" in page(keeper, MAKE, 422, name="", text=BURMA, **about)
    refused = page(keeper, MAKE, 422, name="Burma", text="contry == 1 && secret_name == 'x'", **about)
    assert refused.count("Line 1, character") == 2
    empty = page(keeper, MAKE, 422, name="Burma", text="", **about)
    assert "it would select nobody" in empty
    made(keeper)
    assert "belongs to another criterion" in page(keeper, MAKE, 409, name="Burma", text=BURMA, **about)


def test_a_criterion_is_made_changed_and_compared(keeper):
    criterion = made(keeper, note="First")
    record = reverse("criteria:criterion", args=[criterion.pk])
    shown = page(keeper, record)
    assert "Country is Myanmar" in shown
    assert "Nothing uses it yet" in shown
    change = reverse("criteria:change", args=[criterion.pk])
    assert "data-sound" in page(keeper, change)
    longer = 'country in ["MMR", "BGD"] || scopes.exists(s, s.number > 99999)'
    assert "Nothing is wrong" in page(keeper, change, name="Burma", text=longer, read_version=1, check="yes")
    assert keeper.post(change, {"name": "Bay", "text": longer, "read_version": 1, "note": "wider"}).status_code == 302
    shown = page(keeper, record)
    for words in (
        "Bay",
        "wider",
        "Any of these holds",
        "Country is one of Myanmar, Bangladesh",
        "At least one of Scopes meets:",
    ):
        assert words in shown
    compared = page(keeper, reverse("criteria:compare", args=[criterion.pk]))
    assert "From version 1 to version 2" in compared
    assert "<ins>" in compared
    same = page(keeper, reverse("criteria:compare", args=[criterion.pk]) + "?old=2&new=2")
    assert "say the same" in same
    assert keeper.get(reverse("criteria:compare", args=[criterion.pk]) + "?old=7&new=2").status_code == 404
    late = page(keeper, change, 409, name="Bay", text=BURMA, read_version=1)
    assert "criteria-vocabulary" in late
    assert "Bay" in page(keeper, reverse("criteria:list") + "?q=bay&subject=operation&state=active")


def test_a_text_that_can_no_longer_be_read_says_so_and_selects_nobody(keeper):
    criterion = made(keeper)
    with viewing(SYSTEM):
        CriterionVersion.objects.create(criterion=criterion, number=2, text="shoe_size > 4", made_by="x")
        Criterion.objects.filter(pk=criterion.pk).update(number=2)
    shown = page(keeper, reverse("criteria:criterion", args=[criterion.pk]))
    assert "can no longer be read" in shown
    assert "can no longer be read" in page(keeper, reverse("criteria:sample", args=[criterion.pk]))


def test_it_is_tried_on_what_one_may_see(keeper, operations):
    criterion = made(keeper, 'country == "MMR" && scopes.size() >= 0')
    url = reverse("criteria:sample", args=[criterion.pk])
    shown = page(keeper, url)
    for words in (
        "Selected",
        "Not known, so not selected",
        "Not selected",
        "Myanmar",
        f"/operations/{operations[0].pk}/",
    ):
        assert words in shown
    explained = page(keeper, url, reference="BGD")
    assert "All of these" in explained or "and" in explained
    assert "Bangladesh" in explained
    assert "Myanmar" in page(keeper, url, reference=str(operations[0].pk))
    assert "There is nothing here" in page(keeper, url, 422, reference="nobody")
    with viewing(SYSTEM):
        kinds = {entry.kind for entry in ReadEntry.objects.filter(subject="criteria.operation")}
    assert kinds == {"list", "open"}


def test_it_is_retired_and_used_again(keeper):
    criterion = made(keeper)
    record = reverse("criteria:criterion", args=[criterion.pk])
    assert keeper.post(reverse("criteria:retire", args=[criterion.pk])).status_code == 302
    shown = page(keeper, record)
    assert "retired" in shown
    assert "Use again" in shown
    assert (
        keeper.post(
            reverse("criteria:change", args=[criterion.pk]), {"name": "a", "text": "true", "read_version": 1}
        ).status_code
        == 409
    )
    assert keeper.post(reverse("criteria:restore", args=[criterion.pk])).status_code == 302
    assert "in use" in page(keeper, record)


def test_who_may_only_look_changes_nothing(keeper, make_account, operations):
    criterion = made(keeper)
    auditor = client_of(make_account, "auditor")
    assert (
        "Change"
        not in page(auditor, reverse("criteria:criterion", args=[criterion.pk])).split("<main")[1].split("</main")[0]
    )
    for name in ("change", "retire", "restore"):
        assert auditor.post(reverse(f"criteria:{name}", args=[criterion.pk])).status_code == 403
    assert auditor.get(MAKE).status_code == 403
    elsewhere = made(keeper, name="Bay", operation=str(operations[1].pk))
    limited = client_of(make_account, "auditor", operation=operations[0])
    assert limited.get(reverse("criteria:criterion", args=[elsewhere.pk])).status_code == 404
    assert "Bay" not in page(limited, reverse("criteria:list"))


def test_pages_ask_the_database_a_fixed_number_of_times(keeper, django_assert_max_num_queries):
    for number in range(4):
        criterion = made(keeper, name=f"Criterion {number}")
    for _number in range(3):
        change = reverse("criteria:change", args=[criterion.pk])
        with viewing(SYSTEM):
            now = CriterionVersion.objects.filter(criterion=criterion).count()
        keeper.post(change, {"name": "Burma", "text": f"{BURMA} && letters > {now}", "read_version": now})
    pages = {
        reverse("criteria:list"): 12,
        reverse("criteria:criterion", args=[criterion.pk]): 20,
        reverse("criteria:compare", args=[criterion.pk]): 16,
        reverse("criteria:change", args=[criterion.pk]): 14,
        MAKE: 12,
        reverse("criteria:sample", args=[criterion.pk]): 40,
    }
    for url, most in pages.items():
        with django_assert_max_num_queries(most):
            assert keeper.get(url).status_code == 200
