"""Pages of change requests: asking, looking, two people at one record, deciding, rules, presence; and what may not be seen."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from banyan.people.registry import actions
from banyan.people.registry.models import ChangeDraft, ChangeRequest, Need, OperationChangeRules, Person, Phone
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import Family, make_family, make_person
from banyan.platform.access.models import Area
from banyan.platform.access.viewers import viewer_of, viewing

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(country: Field) -> Family:
    return make_family(country, "Aung", "Khin", "Su")


@pytest.fixture
def sign_in(make_account: Any, country: Field) -> Any:
    """A client signed in with roles, in the operation or an area of it."""

    def perform(*roles: str, area: str = "") -> Client:
        with viewing(SYSTEM):
            place = Area.objects.get(key=area) if area else None
        account = make_account(*roles, area=place, operation=country.operation)
        client = Client()
        client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
        client.account = account  # type: ignore[attr-defined]
        return client

    return perform


@pytest.fixture
def clerk(sign_in: Any) -> Client:
    return sign_in("registration-clerk")


@pytest.fixture
def officer(sign_in: Any) -> Client:
    return sign_in("registration-officer")


def form_of(client: Client, url: str) -> dict[str, str]:
    """The values of a form as a browser would send them."""
    page = client.get(url)
    assert page.status_code == 200, page.content.decode()[:2000]
    form = page.context["form"]
    values = {field.html_name: field.value() for field in form}
    kept = {name: value for name, value in values.items() if value not in (None, "", False)}
    return {**kept, "seen": page.context["seen"], "step": "send"}


def one_request() -> ChangeRequest:
    with viewing(SYSTEM):
        return ChangeRequest.objects.get()


class TestAsking:
    def test_from_the_menu_to_the_register(self, clerk: Client, officer: Client, family: Family) -> None:
        person = family["Aung"]
        menu = clerk.get(reverse("registry:propose-menu", args=["person", person.pk]))
        url = reverse("registry:propose", args=["correct_identity", person.pk])
        assert url in menu.content.decode()
        typed = {**form_of(clerk, url), "fields.full_name": "Aung Kyaw"}
        look = clerk.post(url, {**typed, "step": "preview"})
        assert look.status_code == 200
        assert "<del><bdi>Aung</bdi></del>" in look.content.decode()
        evidence = SimpleUploadedFile("card.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20)
        answer = clerk.post(url, {**typed, "reason": "The card", "evidence": evidence, "note": "Seen by me"})
        request = one_request()
        assert answer.url == reverse("registry:change", args=[request.pk])
        page = clerk.get(answer.url).content.decode()
        assert "Your roles do not allow this." in page
        assert "Aung Kyaw" in page
        file = reverse("registry:change-evidence", args=[request.pk, request.evidence[0]["id"]])
        assert officer.get(file).content.startswith(b"\x89PNG")
        move = reverse("registry:change-move", args=[request.pk, "approve"])
        assert clerk.post(move).status_code == 403
        assert officer.post(move).status_code == 302
        assert "Aung Kyaw" in officer.get(reverse("registry:person", args=[person.pk])).content.decode()
        assert one_request().state == "applied"
        assert officer.get(answer.url).status_code == 200

    @pytest.mark.parametrize(
        "kind", ["correct_identity", "change_document", "change_phone", "change_need", "change_notice", "transfer_member",
                 "remove_member", "close", "reactivate"],
    )  # fmt: skip
    def test_every_form_about_a_person_opens(self, officer: Client, family: Family, kind: str) -> None:
        page = officer.get(reverse("registry:propose", args=[kind, family["Aung"].pk]))
        assert page.status_code == 200
        answer = officer.post(reverse("registry:propose", args=[kind, family["Aung"].pk]), {"step": "preview"})
        assert answer.status_code == 422, "nothing was asked for"
        assert "There is a problem" in answer.content.decode()

    @pytest.mark.parametrize(
        "kind", ["correct_household", "add_member", "change_head", "split_household", "merge_households", "change_notice",
                 "close", "reactivate"],
    )  # fmt: skip
    def test_every_form_about_a_household_opens(self, officer: Client, family: Family, kind: str) -> None:
        url = reverse("registry:propose", args=[kind, family.household.pk])
        assert officer.get(url).status_code == 200
        assert officer.post(url, {"step": "preview"}).status_code == 422

    def test_a_telephone_is_written_at_once_and_corrected_and_taken_out(self, clerk: Client, family: Family) -> None:
        person = family["Aung"]
        url = reverse("registry:propose", args=["change_phone", person.pk])
        answer = clerk.post(url, {"number": "09 123 456 789", "step": "send"})
        assert answer.url == reverse("registry:person", args=[person.pk])
        with viewing(SYSTEM):
            phone = Phone.objects.get()
        assert phone.number == "+959123456789"
        part = f"{url}?part={phone.pk}"
        typed = {**form_of(clerk, part), "part": str(phone.pk), "number": "+959123456700"}
        assert clerk.post(url, typed).status_code == 302
        with viewing(SYSTEM):
            assert Phone.objects.get().number == "+959123456700"
        assert clerk.post(url, {"part": str(phone.pk), "end": "on", "step": "send"}).status_code == 302
        with viewing(SYSTEM):
            assert not Phone.objects.exists()

    def test_who_may_not_see_what_is_masked_neither_sees_it_here(
        self, clerk: Client, officer: Client, family: Family
    ) -> None:
        person = family["Aung"]
        actions.propose_change("change_phone", {"person": person.pk, "number": "+95912345678"}, by=SYSTEM)
        actions.propose_change("change_need", {"person": person.pk, "code": "survivor-gbv"}, by=SYSTEM)
        with viewing(SYSTEM):
            phone, need = Phone.objects.get(), Need.objects.get()
        assert need.sensitive, "some needs always are"
        menu = clerk.get(reverse("registry:propose-menu", args=["person", person.pk])).content.decode()
        part = reverse("registry:propose", args=["change_phone", person.pk])
        form = clerk.get(part, {"part": str(phone.pk)}).content.decode()
        assert "95912345678" not in menu + form
        assert "••• 678" in form
        assert "95912345678" in officer.get(part, {"part": str(phone.pk)}).content.decode()
        hidden = reverse("registry:propose", args=["change_need", person.pk])
        assert clerk.get(hidden, {"part": str(need.pk)}).status_code == 404
        assert officer.get(hidden, {"part": str(need.pk)}).status_code == 200
        sent = {"part": str(phone.pk), "number": "+95912345700", "step": "preview"}
        assert "••• 678" in clerk.post(part, sent).content.decode()
        correct = reverse("registry:propose", args=["correct_identity", person.pk])
        assert "legal_status" not in clerk.get(correct).content.decode()

    def test_a_household_is_split_and_people_are_moved_by_search(
        self, clerk: Client, officer: Client, family: Family, country: Field
    ) -> None:
        url = reverse("registry:propose", args=["split_household", family.household.pk])
        typed = {
            "members": [str(family["Khin"].pk), str(family["Su"].pk)],
            "head": str(family["Khin"].pk),
            "step": "send",
        }
        typed["fields.place_text"] = "XX020101"
        typed["fields.place"] = str(country.places["XX020101"].pk)
        assert clerk.post(url, typed).status_code == 302
        request = one_request()
        assert officer.post(reverse("registry:change-move", args=[request.pk, "approve"])).status_code == 302
        with viewing(SYSTEM):
            moved = Person.objects.get(pk=family["Khin"].pk)
        assert moved.scope_id == country.scopes["XX0201"]
        url = reverse("registry:propose", args=["transfer_member", moved.pk])
        found = clerk.post(url, {"find.to": family.household.reference, "step": "search"})
        assert family.household.reference in found.content.decode()
        assert clerk.post(url, {"find.to": "Aung", "step": "search"}).context["form"].fields["to"].choices
        typed = {
            "find.to": family.household.reference,
            "to": str(family.household.pk),
            "new_head": str(family["Su"].pk),
        }
        assert clerk.post(url, {**typed, "step": "preview"}).status_code == 200
        add = reverse("registry:propose", args=["add_member", family.household.pk])
        alone = make_person(country, "Nu")
        found = clerk.post(add, {"find.person": "Nu", "step": "search"})
        assert str(alone.pk) in found.content.decode()
        merge = reverse("registry:propose", args=["merge_households", family.household.pk])
        other = make_family(country, "Hla")
        typed = {"find.other": other.household.reference, "other": str(other.household.pk)}
        page = clerk.post(merge, {**typed, "step": "search"}).content.decode()
        assert f"relationships.{other['Hla'].pk}" in page
        typed[f"relationships.{other['Hla'].pk}"] = "sibling"
        assert "Brother or sister" in clerk.post(merge, {**typed, "step": "preview"}).content.decode()

    def test_bad_input_is_told_at_its_field_and_nothing_typed_is_lost(self, clerk: Client, family: Family) -> None:
        url = reverse("registry:propose", args=["correct_identity", family["Aung"].pk])
        typed = {
            **form_of(clerk, url),
            "fields.birth_date": "31.02.1990",
            "fields.arrived_on": "nobody",
            "fields.occupation": "Tailor",
        }
        answer = clerk.post(url, {**typed, "fields.place_text": "Nowhere"})
        page = answer.content.decode()
        assert answer.status_code == 422
        errors = answer.context["form"].errors
        assert set(errors) == {"fields.birth_date", "fields.arrived_on", "fields.place"}
        for text in ("31.02.1990", "nobody", "Tailor"):
            assert text in page


class TestTwoPeople:
    def test_different_fields_merge_and_are_told(self, clerk: Client, officer: Client, family: Family) -> None:
        url = reverse("registry:propose", args=["correct_identity", family["Aung"].pk])
        first, second = form_of(clerk, url), form_of(officer, url)
        self.written(officer, family, {**second, "fields.occupation": "Tailor"})
        answer = clerk.post(url, {**first, "fields.full_name": "Aung Kyaw"}, follow=True)
        assert "Meanwhile somebody else changed, and it stays: Occupation." in answer.content.decode()
        with viewing(SYSTEM):
            request = ChangeRequest.objects.order_by("-proposed_at").first()
        assert request.asked["fields"] == {"full_name": "Aung Kyaw"}

    def written(self, client: Client, family: Family, typed: dict[str, str]) -> None:
        """Somebody else writes meanwhile, in an operation where such corrections need no approval."""
        with viewing(SYSTEM):
            OperationChangeRules.objects.create(
                operation=family.household.operation, kind="correct_identity", needs_approval=False
            )
        url = reverse("registry:propose", args=["correct_identity", family["Aung"].pk])
        assert client.post(url, typed).url == reverse("registry:person", args=[family["Aung"].pk])
        with viewing(SYSTEM):
            OperationChangeRules.objects.update(needs_approval=True)

    def test_the_same_field_shows_both_and_asks(self, clerk: Client, officer: Client, family: Family) -> None:
        url = reverse("registry:propose", args=["correct_identity", family["Aung"].pk])
        first, second = form_of(clerk, url), form_of(officer, url)
        self.written(officer, family, {**second, "fields.full_name": "Aung Theirs"})
        answer = clerk.post(url, {**first, "fields.full_name": "Aung Mine", "fields.occupation": "Tailor"})
        page = answer.content.decode()
        assert answer.status_code == 409
        for text in ("Aung Theirs", "Aung Mine", 'value="Tailor"'):
            assert text in page
        sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        sent = {name: value.replace("&quot;", '"').replace("&#x27;", "'") for name, value in sent.items()}
        sent.pop("csrfmiddlewaretoken", None)
        mine = clerk.post(url, {**sent, "keep.fields.full_name": "mine", "step": "preview"})
        assert mine.status_code == 200
        assert "<ins><bdi>Aung Mine</bdi></ins>" in mine.content.decode()
        theirs = clerk.post(url, {**sent, "keep.fields.full_name": "theirs", "step": "send"})
        assert theirs.status_code == 302
        with viewing(SYSTEM):
            request = ChangeRequest.objects.order_by("-proposed_at").first()
        assert request.asked["fields"] == {"occupation": "Tailor"}

    def test_who_is_here(self, clerk: Client, officer: Client, sign_in: Any, family: Family) -> None:
        url = reverse("registry:presence", args=["person", family["Aung"].pk])
        assert clerk.post(url, {"editing": "correct_identity"}).content.strip() == b""
        page = officer.post(url).content.decode()
        assert "Also here" in page
        assert "Correct what is written about the person" in page
        outside = sign_in("registration-officer", area="XX02")
        assert outside.post(url).status_code == 404
        assert officer.post(reverse("registry:presence", args=["dog", family["Aung"].pk])).status_code == 404

    def test_what_is_typed_survives_the_session(self, clerk: Client, officer: Client, family: Family) -> None:
        person = family["Aung"]
        url = reverse("registry:propose", args=["correct_identity", person.pk])
        typed = {**form_of(clerk, url), "fields.full_name": "Half a na"}
        assert clerk.post(reverse("registry:draft", args=["correct_identity", person.pk]), typed).status_code == 204
        clerk.logout()
        assert clerk.post(url, typed).url.startswith("/accounts/login/")
        clerk.force_login(clerk.account, backend="banyan.platform.access.backends.AccountBackend")  # type: ignore[attr-defined]
        page = clerk.get(url)
        assert "Half a na" in page.content.decode()
        assert json.loads(page.context["seen"])["full_name"] == "Aung"
        assert "Half a na" not in officer.get(url).content.decode(), "a draft is its writer's"
        assert clerk.post(reverse("registry:draft-drop", args=["correct_identity", person.pk])).status_code == 302
        assert "Half a na" not in clerk.get(url).content.decode()
        too_much = {f"x{number}": "y" for number in range(300)}
        assert clerk.post(reverse("registry:draft", args=["correct_identity", person.pk]), too_much).status_code == 413
        assert clerk.post(reverse("registry:draft", args=["dance", person.pk]), typed).status_code == 404
        with viewing(SYSTEM):
            assert not ChangeDraft.objects.exists()


class TestDeciding:
    def test_overtaken_conflicting_renewed(self, clerk: Client, officer: Client, sign_in: Any, family: Family) -> None:
        person = family["Aung"]
        by = viewer_of(clerk.account)  # type: ignore[attr-defined]
        first = actions.propose_change("correct_identity", {"person": person.pk, "fields": {"full_name": "One"}}, by=by)
        second = actions.propose_change(
            "correct_identity", {"person": person.pk, "fields": {"full_name": "Two"}}, by=by
        )
        page = officer.get(reverse("registry:change", args=[first.pk])).content.decode()
        assert second.reference in page
        assert "also in another request" in page
        assert officer.post(reverse("registry:change-move", args=[first.pk, "approve"])).status_code == 302
        url = reverse("registry:change", args=[second.pk])
        page = officer.get(url).content.decode()
        assert "The register has moved since this was proposed" in page
        assert (
            officer.post(reverse("registry:change-move", args=[second.pk, "approve"]), follow=True).status_code == 200
        )
        with viewing(SYSTEM):
            assert ChangeRequest.objects.get(pk=second.pk).state == "stale"
        assert clerk.get("/").status_code == 200
        key = f"keep.person:{person.pk}:full_name"
        renew = reverse("registry:change-move", args=[second.pk, "renew"])
        assert clerk.post(renew, {key: "theirs"}).status_code == 422, "then nothing is left to ask for"
        assert clerk.post(renew, {key: "mine"}).status_code == 302
        assert officer.post(reverse("registry:change-move", args=[second.pk, "reject"])).status_code == 422
        assert (
            officer.post(reverse("registry:change-move", args=[second.pk, "reject"]), {"reason": "No"}).status_code
            == 302
        )
        assert officer.post(reverse("registry:change-move", args=[second.pk, "dance"])).status_code == 404

    def test_evidence_is_added_and_a_request_taken_back(self, clerk: Client, officer: Client, family: Family) -> None:
        by = viewer_of(clerk.account)  # type: ignore[attr-defined]
        made = actions.propose_change("close", {"person": family["Su"].pk, "ending": "left"}, by=by)
        move = reverse("registry:change-move", args=[made.pk, "evidence"])
        assert clerk.post(move, {"evidence": SimpleUploadedFile("x.exe", b"MZ\x00\x01")}).status_code == 422
        assert clerk.post(move, {"note": "The neighbour said so"}).status_code == 302
        assert officer.post(reverse("registry:change-move", args=[made.pk, "withdraw"])).status_code == 403
        assert clerk.post(reverse("registry:change-move", args=[made.pk, "withdraw"])).status_code == 302
        listed = clerk.get(reverse("registry:changes-of", args=["person", family["Su"].pk])).content.decode()
        assert "No open requests" in listed
        assert clerk.get(reverse("registry:changes-of", args=["dog", family["Su"].pk])).status_code == 404

    def test_the_list_and_what_waits(self, clerk: Client, officer: Client, sign_in: Any, family: Family) -> None:
        by = viewer_of(clerk.account)  # type: ignore[attr-defined]
        made = actions.propose_change("close", {"person": family["Su"].pk, "ending": "left"}, by=by)
        url = reverse("registry:changes")
        assert made.reference in officer.get(url, {"waiting": "yes"}).content.decode()
        assert made.reference not in clerk.get(url, {"waiting": "yes"}).content.decode()
        assert made.reference in clerk.get(url, {"own": "yes", "state": "proposed"}).content.decode()
        assert made.reference not in clerk.get(url, {"own": "no"}).content.decode()
        assert made.reference in clerk.get(url, {"operation": str(family.household.operation_id)}).content.decode()
        assert "is not an id" in clerk.get(url, {"operation": "x"}).content.decode()
        assert made.reference not in clerk.get(url, {"batch": str(made.pk)}).content.decode()
        outside = sign_in("registration-officer", area="XX02")
        assert made.reference not in outside.get(url).content.decode()

    def test_outside_the_area_there_is_nothing(self, sign_in: Any, clerk: Client, family: Family) -> None:
        by = viewer_of(clerk.account)  # type: ignore[attr-defined]
        made = actions.propose_change("close", {"person": family["Su"].pk, "ending": "left"}, by=by)
        outside = sign_in("registration-officer", area="XX02")
        for url in (
            reverse("registry:change", args=[made.pk]),
            reverse("registry:change-evidence", args=[made.pk, made.pk]),
            reverse("registry:propose", args=["close", family["Su"].pk]),
            reverse("registry:propose", args=["dance", family["Su"].pk]),
            reverse("registry:propose", args=["change_phone", family["Su"].pk]) + f"?part={made.pk}",
            reverse("registry:propose-menu", args=["person", family["Su"].pk]),
            reverse("registry:changes-of", args=["person", family["Su"].pk]),
        ):
            assert outside.get(url).status_code == 404, url
        assert outside.post(reverse("registry:change-move", args=[made.pk, "approve"])).status_code == 404


class TestRules:
    def test_rules_are_edited_and_hold(self, sign_in: Any, clerk: Client, officer: Client, family: Family) -> None:
        protector = sign_in("data-protection-officer")
        url = protector.get(reverse("registry:change-rules")).url
        page = protector.get(url)
        assert page.status_code == 200
        wanted = {
            f"approval.{row['kind']}": "on" for row in page.context["rows"] if row["needs_approval"]
        } | {"approvers.close": "protection-officer", "evidence.close": "on"}  # fmt: skip
        assert protector.post(url, wanted).status_code == 302
        assert protector.post(url, {**wanted, "approvers.close": "reader"}).status_code == 422
        assert officer.get(url).status_code == 403
        by = viewer_of(clerk.account)  # type: ignore[attr-defined]
        form = reverse("registry:propose", args=["close", family["Su"].pk])
        answer = clerk.post(form, {"ending": "left", "status": "closed", "step": "send"})
        assert "needs evidence" in answer.content.decode()
        attached = [actions.Attached(note="Seen")]
        made = actions.propose_change("close", {"person": family["Su"].pk, "ending": "left"}, by=by, evidence=attached)
        move = reverse("registry:change-move", args=[made.pk, "approve"])
        assert officer.post(move).status_code == 403
        assert "Protection officer" in officer.get(reverse("registry:change", args=[made.pk])).content.decode()
        assert sign_in("protection-officer").post(move).status_code == 302
        assert one_request().state == "applied"
