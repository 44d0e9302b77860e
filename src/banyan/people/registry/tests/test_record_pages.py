"""Pages of people and households: who opens them, what they mask, what is logged, how many queries they take."""

import pytest
from django.test import Client
from django.urls import reverse

from banyan.people.registry.tests.standins import small_register

SECRETS = ("12/KAMANA(N)123456", "+959111222333", "khin@example.org", "insulin", "buddhist", "+959444555666")


@pytest.fixture
def world(db):
    return small_register()


def client_of(make_account, *roles, **where):
    client = Client()
    account = make_account(*roles, **where)
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    client.account = account
    return client


@pytest.fixture
def officer(make_account, world):
    return client_of(make_account, "registration-officer")


@pytest.fixture
def clerk(make_account, world):
    return client_of(make_account, "registration-clerk", operation=world.operation, area=world.north)


def test_every_page_opens(officer, world):
    for page in [
        reverse("registry:overview"),
        reverse("registry:people"),
        reverse("registry:households"),
        reverse("registry:person", args=[world.head.pk]),
        reverse("registry:household", args=[world.home.pk]),
    ]:
        assert officer.get(page).status_code == 200, page
