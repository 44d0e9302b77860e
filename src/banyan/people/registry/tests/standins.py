"""A small register for tests of pages: one operation, two areas, a household in each, written past the actions."""

from datetime import date
from types import SimpleNamespace

from django.test import Client

from banyan.people.registry.models import Document, Household, Membership, Need, Notice, Person, Phone
from banyan.platform.access.models import Account, Area, Operation, Scope
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.kernel.dates import PartialDate

BY = system_viewer("tests")


def small_register() -> SimpleNamespace:
    """The records by name; `north` and `south` are areas, `away` a household that lies in the south."""
    with viewing(BY):
        operation = Operation.objects.create(code="MMR", name="Myanmar", country="MMR")
        areas = [
            Area.objects.create(key=key, label=label, country="MMR", lineage=[])
            for key, label in (("MMR001", "Kachin"), ("MMR012", "Rakhine"))
        ]
        for area in areas:
            area.lineage = [area.pk]
            area.save()
        scopes = [Scope.objects.create(operation=operation, area=area) for area in areas]
        Scope.objects.create(operation=operation, area=None)
        north, south = (scope.pk for scope in scopes)
        home = household(operation, north, "HHD-AAAA-AAAA-A", phone="+959444555666", lat=25.38, lon=97.39)
        away = household(operation, south, "HHD-BBBB-BBBB-B")
        head = person(
            operation, north, "PRN-AAAA-AAAA-A", "Daw Khin Myat Noe", name_original="ဒေါ်ခင်မြတ်နိုး", sex="female",
            birth_date=PartialDate(1984), legal_status="refugee", email="khin@example.org", nationality="MMR",
            extras={"religion": "buddhist"}, difficulties={"seeing": "some"},
        )  # fmt: skip
        child = person(
            operation, north, "PRN-BBBB-BBBB-B", "Ma Thida", sex="female", birth_date=PartialDate(2015, 3, 5)
        )
        far = person(operation, south, "PRN-CCCC-CCCC-C", "U Far Away", sex="male")
        join(head, home, relationship="head", is_head=True, is_collector=True)
        join(child, home, relationship="child")
        join(far, away, relationship="head", is_head=True)
        paper = Document.objects.create(
            person=head, scope_id=north, type="national_id", number="12/KAMANA(N)123456", number_key="12KAMANAN123456"
        )
        phone = Phone.objects.create(person=head, scope_id=north, number="+959111222333", raw="09111222333")
        need = Need.objects.create(person=head, scope_id=north, code="chronic-illness", sensitive=True, note="insulin")
        notice = Notice.objects.create(
            household=home, scope_id=north, version="2", language="my", given_on=date(2026, 1, 5),
            purposes={"registration": True, "sharing": True},
        )  # fmt: skip
    return SimpleNamespace(
        operation=operation, north=areas[0], south=areas[1], home=home, away=away, head=head, child=child, far=far,
        paper=paper, phone=phone, need=need, notice=notice, north_scope=north, south_scope=south,
    )  # fmt: skip


def household(operation: Operation, scope: int, reference: str, **values: object) -> Household:
    return Household.objects.create(
        operation=operation, scope_id=scope, reference=reference, registered_on=date(2026, 1, 5), **values
    )


def person(operation: Operation, scope: int, reference: str, name: str, **values: object) -> Person:
    return Person.objects.create(
        operation=operation, scope_id=scope, reference=reference, full_name=name, registered_on=date(2026, 1, 5), **values
    )  # fmt: skip


def join(member: Person, home: Household, since: date = date(2026, 1, 5), **values: object) -> Membership:
    return Membership.objects.create(person=member, household=home, scope_id=home.scope_id, since=since, **values)


def client_of(*roles: str, account: Account | None = None, **where: object) -> Client:
    """A test client signed in as somebody with these roles; `.account` is who."""
    client = Client()
    client.account = account or make_account(*roles, **where)  # type: ignore[attr-defined]
    client.force_login(client.account, backend="banyan.platform.access.backends.AccountBackend")  # type: ignore[attr-defined]
    return client
