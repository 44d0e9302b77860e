"""Pages and API of organisations, as different people find them."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.history.models import Change
from banyan.platform.jobs.testing import run_jobs
from banyan.reference.codes import actions as codes
from banyan.reference.parties import actions, queries
from banyan.reference.parties.models import Contact, Import, Organisation

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")
SignIn = Callable[..., Any]
LIST = b"Name,Acronym,Budget\nWorld Food Programme,WFP,1\nWe are a group of people who help others in the north,X,2\n"


@pytest.fixture
def wfp() -> Organisation:
    row = actions.register_organisation(by=SYSTEM, name="World Food <Programme>", acronym="WFP")
    actions.add_contact(by=SYSTEM, organisation_id=row.id, name="Daw Aye", post="Head of office", email="a@example.org")
    return row


def test_a_reader_sees_organisations_and_no_contacts(signed_in: SignIn, wfp: Organisation) -> None:
    client = signed_in("reader")
    assert wfp.code in client.get("/parties/?q=wfp").content.decode()
    assert wfp.code not in client.get("/parties/?q=unicef").content.decode()
    page = client.get(f"/parties/{wfp.code}/").content.decode()
    assert "World Food &lt;Programme&gt;" in page
    for hidden in ("Head of office", "Daw", "D•••", "example.org", "/change/", "Add a name"):
        assert hidden not in page
    with viewing(SYSTEM):
        contact = Contact.objects.get()
    for method, address in [
        (client.get, "/parties/new/"),
        (client.get, f"/parties/{wfp.code}/change/"),
        (client.get, "/parties/imports/"),
        (client.post, f"/parties/{wfp.code}/names/"),
        (client.post, f"/parties/{wfp.code}/close/"),
        (client.post, f"/parties/contacts/{contact.id}/show/"),
        (client.post, f"/parties/contacts/{contact.id}/end/"),
        (client.get, f"/parties/{wfp.code}/contacts/new/"),
    ]:
        assert method(address).status_code == 403, address


def test_what_is_not_there_is_not_found(signed_in: SignIn) -> None:
    client = signed_in("information-manager")
    for address in ("/parties/ORG-NONE/", "/parties/imports/01a20121-c164-7599-b9dc-808730c64bfc/"):
        assert client.get(address).status_code == 404


def test_names_and_identifiers_are_added_on_its_page(signed_in: SignIn, wfp: Organisation) -> None:
    client = signed_in("information-manager")
    name = {"text": "Programme alimentaire mondial", "relation": "translation", "language": "fr"}
    number = {"scheme": "iati", "value": "XM-DAC-41140"}
    for part, given in (("names", name), ("ids", number)):
        answer = client.post(f"/parties/{wfp.code}/{part}/", given)
        assert (answer.status_code, answer["Location"]) == (302, f"/parties/{wfp.code}/")
    page = client.get(f"/parties/{wfp.code}/").content.decode()
    assert "Programme alimentaire mondial" in page
    assert "XM-DAC-41140" in page
    other = actions.register_organisation(by=SYSTEM, name="Another")
    taken = client.post(f"/parties/{other.code}/ids/", number)
    assert taken.status_code == 422
    assert "already belongs to World Food &lt;Programme&gt;" in taken.content.decode()
    assert client.post(f"/parties/{wfp.code}/names/", {**name, "text": ""}).status_code == 422


def test_an_organisation_is_registered_after_comparing(signed_in: SignIn, wfp: Organisation) -> None:
    codes.load_shipped_lists(by=SYSTEM, only=("iso-3166-1", "organisation-type"))
    client = signed_in("information-manager")
    assert 'name="another"' not in client.get("/parties/new/").content.decode()
    given = {"name": "Women for Peace", "acronym": "WFP", "kind": "nngo", "country": "MMR"}
    first = client.post("/parties/new/", given)
    assert first.status_code == 422
    assert wfp.code in first.content.decode()
    assert 'name="another"' in first.content.decode()
    second = client.post("/parties/new/", {**given, "another": "on", "parent": wfp.code.lower(), "since": "2001-05"})
    assert second.status_code == 302
    page = client.get(second["Location"]).content.decode()
    assert "National NGO" in page
    assert "Others have the same acronym" in page
    assert "2001-05" in page
    assert client.get("/parties/acronyms/").content.decode().count("Women for Peace") == 1
    wrong = client.post("/parties/new/", {"name": "—", "parent": "ORG-X", "since": "soon"})
    assert wrong.status_code == 422


def test_an_organisation_is_changed_named_closed_and_reopened(signed_in: SignIn, wfp: Organisation) -> None:
    client = signed_in("information-manager")
    address = f"/parties/{wfp.code}/"
    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}change/", {"name": "World Food Programme", "acronym": "WFP"}).status_code == 302
    assert client.post(f"{address}change/", {"name": "?!"}).status_code == 422
    assert (
        client.post(
            f"{address}names/", {"text": "برنامج الأغذية العالمي", "relation": "translation", "language": "ar"}
        ).status_code
        == 302
    )
    assert (
        client.post(
            f"{address}names/", {"text": "برنامج الأغذية العالمي", "relation": "translation", "language": "ar"}
        ).status_code
        == 422
    )
    assert client.post(f"{address}ids/", {"scheme": "hpc", "value": "1"}).status_code == 302
    assert client.post(f"{address}ids/", {"scheme": "", "value": ""}).status_code == 422
    name = queries.names(wfp.id, seen_by=SYSTEM).get(language="ar")
    assert client.post(f"{address}names/{name.id}/end/", {"until": "2024"}).status_code == 302
    assert client.post(f"{address}names/{name.id}/end/", {"until": "soon"}).status_code == 422
    assert client.post(f"{address}close/").status_code == 302
    assert client.post(f"{address}close/").status_code == 409
    page = client.get(address).content.decode()
    for shown in ('lang="ar"', "برنامج", "hpc", "reopen"):
        assert shown in page
    assert client.post(f"{address}reopen/").status_code == 302
    assert client.get("/parties/pick/?q=الأغذية").json()[0]["label"] == "World Food Programme"


def test_a_contact_is_masked_until_asked_for_and_the_asking_is_logged(signed_in: SignIn, wfp: Organisation) -> None:
    client = signed_in("information-manager")
    page = client.get(f"/parties/{wfp.code}/").content.decode()
    assert "D••• A•••" in page
    assert "Daw" not in page
    assert "a@example.org" not in page
    with viewing(SYSTEM):
        contact = Contact.objects.get()
    part = client.post(f"/parties/contacts/{contact.id}/show/", headers={"HX-Request": "true"}).content.decode()
    assert "a@example.org" in part
    assert "<html" not in part
    whole = client.post(f"/parties/contacts/{contact.id}/show/").content.decode()
    assert "Daw Aye" in whole
    assert "<html" in whole
    assert client.get(f"/parties/contacts/{contact.id}/show/").status_code == 405
    assert client.post(f"/parties/contacts/{contact.id}/end/").status_code == 302
    assert client.get(f"/parties/{wfp.code}/contacts/new/").status_code == 200
    assert client.post(f"/parties/{wfp.code}/contacts/new/", {"name": "X"}).status_code == 422
    assert (
        client.post(f"/parties/{wfp.code}/contacts/new/", {"name": "X", "phone": "1", "area": "NO"}).status_code == 422
    )
    assert client.post(f"/parties/{wfp.code}/contacts/new/", {"name": "X", "phone": "1"}).status_code == 302


def test_a_list_is_sent_checked_taken_and_reported(signed_in: SignIn) -> None:
    client = signed_in("information-manager")
    assert client.get("/parties/imports/new/").status_code == 200
    refused = client.post("/parties/imports/new/", {"file": SimpleUploadedFile("a.csv", b"Budget\n1\n")})
    assert refused.status_code == 422
    assert "No column holds names" in refused.content.decode()
    sent = client.post("/parties/imports/new/", {"file": SimpleUploadedFile("list.csv", LIST), "source": "Cluster"})
    address = sent["Location"]
    page = client.get(address).content.decode()
    assert "is a description, not a name" in page
    assert "Take this list" in page
    assert not Organisation.objects.exists()
    assert client.post(f"{address}take/").status_code == 302
    assert client.post(f"{address}take/").status_code == 409
    assert "every 1s" in client.get(address).content.decode()
    run_jobs()
    done = client.get(address).content.decode()
    assert "every 1s" not in done
    assert Organisation.objects.get().name == "World Food Programme"
    report = b"".join(client.get(f"{address}report.csv").streaming_content).decode("utf-8-sig")
    assert "We are a group of people" in report
    assert "Write only the name here" in report
    assert "list.csv" in client.get("/parties/imports/").content.decode()
    job = client.get(f"/jobs/{Import.objects.get().job_id}/").content.decode()
    assert "1 organisations are new" in job
    assert address in job
    other = client.post("/parties/imports/new/", {"file": SimpleUploadedFile("b.csv", b"Name\nB\n")})
    assert client.post(f"{other['Location']}discard/").status_code == 302


def test_the_list_and_the_record_cost_the_same_however_much_there_is(
    signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    top = actions.register_organisation(by=SYSTEM, name="Top")
    for number in range(30):
        part = actions.register_organisation(by=SYSTEM, name=f"Part {number}", parent=top.id)
        actions.add_name(by=SYSTEM, organisation_id=top.id, text=f"Alias {number}")
        actions.add_contact(by=SYSTEM, organisation_id=top.id, name="X", phone=str(number))
    client = signed_in("information-manager")
    client.get("/parties/")
    with django_assert_max_num_queries(20):
        assert client.get("/parties/").status_code == 200
    client.get(f"/parties/{part.code}/")
    with django_assert_max_num_queries(32):
        assert client.get(f"/parties/{top.code}/").status_code == 200


def test_exports_need_their_permission(signed_in: SignIn, wfp: Organisation) -> None:
    assert b"WFP" in b"".join(signed_in("reader").get("/parties/?format=csv").streaming_content)
    assert not signed_in("auditor").get("/parties/?format=csv").streaming


def test_the_api_tells_and_takes_the_same(signed_in: SignIn, wfp: Organisation) -> None:
    client = signed_in("information-manager")
    base = "/api/v1/parties"
    assert [row["code"] for row in client.get(f"{base}/organisations?q=wfp").json()["items"]] == [wfp.code]
    assert client.get(f"{base}/organisations?q=nothing").json() == {"items": [], "after": None}
    assert client.get(f"{base}/organisations?after={wfp.id}&kind=un&status=closed").json()["items"] == []
    assert client.get(f"{base}/organisations/ORG-NONE").status_code == 404

    def post(address: str, values: dict[str, Any]) -> Any:
        return client.post(f"{base}{address}", json.dumps(values), content_type="application/json")

    assert post("/organisations", {"name": "Women for Peace", "acronym": "WFP"}).status_code == 409
    made = post("/organisations", {"name": "Women for Peace", "acronym": "WFP", "another": True})
    assert made.status_code == 201
    assert made.json()["same_acronym"] == [wfp.code]
    code = made.json()["code"]
    named = post(f"/organisations/{code}/names", {"text": "Peace Women", "since": "2001"})
    assert named.json()["names"][0]["since"] == "2001"
    assert post(f"/organisations/{code}/ids", {"scheme": "hpc", "value": "7"}).json()["ids"][0]["value"] == "7"
    assert post("/organisations", {"name": "?"}).status_code == 422
    sent = client.post(f"{base}/imports", {"file": SimpleUploadedFile("list.csv", LIST)})
    assert sent.status_code == 201
    assert {one["code"] for one in sent.json()["findings"]} == {
        "parties.column_ignored", "parties.name_is_sentence", "parties.acronym_shared",
    }  # fmt: skip
    taken = client.post(f"{base}/imports/{sent.json()['id']}/take").json()
    assert taken["state"] == "accepted"
    run_jobs()
    assert client.get(f"{base}/imports/{sent.json()['id']}").json()["state"] == "taken"


def test_an_auditor_sees_that_a_contact_changed_but_not_what_it_was(signed_in: SignIn, wfp: Organisation) -> None:
    with viewing(SYSTEM):
        contact = Contact.objects.get()
        Contact.objects.filter(id=contact.id).update(name="U Kyaw", email="kyaw@example.org", post="Deputy")
        number = Change.objects.filter(table__name="parties_contact", kind="U").latest("id").id
        between = timezone.now().isoformat()
        Contact.objects.filter(id=contact.id).update(post="Head")
    pages = [
        f"/history/changes/{number}/",
        f"/history/records/parties_contact/{contact.id}/",
        f"/history/records/parties_contact/{contact.id}/timeline/",
        f"/history/records/parties_contact/{contact.id}/?{urlencode({'at': between})}",
        f"/api/v1/history/records/parties.contact/{contact.id}/timeline",
        f"/api/v1/history/records/parties.contact/{contact.id}?{urlencode({'at': between})}",
    ]
    values = ("Daw Aye", "U Kyaw", "a@example.org", "kyaw@example.org")
    for clearance in (1, 3):
        auditor = signed_in("auditor", clearance=clearance)
        for page in pages:
            found = auditor.get(page)
            text = found.content.decode()
            assert found.status_code == 200, page
            assert not [value for value in values if value in text], page
            assert "hidden" in text, page
        # After the latest change stands the row of today, which an auditor does not see at all.
        latest, change, _added = auditor.get(pages[4]).json()["items"]
        assert latest["changes"] == []
        assert {each["name"]: each["hidden"] for each in change["changes"]} == {
            "name": True,
            "email": True,
            "post": False,
        }
    with viewing(SYSTEM):
        assert not ReadEntry.objects.filter(subject="parties.contact").exists()


def test_who_sees_contacts_sees_their_past_and_that_is_logged(signed_in: SignIn, wfp: Organisation) -> None:
    with viewing(SYSTEM):
        contact = Contact.objects.get()
        Contact.objects.filter(id=contact.id).update(name="U Kyaw")
    manager = signed_in("information-manager")
    page = f"/history/records/parties_contact/{contact.id}/"
    assert "U Kyaw" in manager.get(page).content.decode()
    state = manager.get(f"/api/v1/history/records/parties.contact/{contact.id}?at=2999-01-01").json()
    assert (state["state"]["name"], state["hidden"]) == ("U Kyaw", [])
    with viewing(SYSTEM):
        entries = ReadEntry.objects.filter(subject="parties.contact", actor=str(manager.account.id), purpose="history")
        assert [entry.ids for entry in entries] == [[contact.id]] * 2
