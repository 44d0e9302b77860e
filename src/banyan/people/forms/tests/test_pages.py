"""Pages and API of forms, through the real doors."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_list_opens(signed_in):
    assert signed_in("registration-clerk").get(reverse("forms:list")).status_code == 200
