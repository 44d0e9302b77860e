"""Rows of the lists: people with their household, households with head and size."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from banyan.people.registry.models import Household, Membership, Person
from banyan.people.registry.queries.people import households, people
from banyan.platform.access.viewers import Viewer


def people_rows(*, seen_by: Viewer) -> "QuerySet[Person, Any]":
    """People within reach, each with household (`household_reference`, `household_key`) and its place (`home_place`)."""
    home = Membership.objects.filter(person=OuterRef("pk"), until=None)
    return people(seen_by=seen_by).annotate(
        household_reference=Subquery(home.values("household__reference")[:1]),
        household_key=Subquery(home.values("household_id")[:1]),
        home_place=Subquery(home.values("household__place__name")[:1]),
        home_place_names=Subquery(home.values("household__place__names")[:1]),
    )


def household_rows(*, seen_by: Viewer) -> "QuerySet[Household, Any]":
    """Households within reach, each with the name of its head (`head_name`) and its size today (`size`)."""
    inside = Membership.objects.filter(household=OuterRef("pk"), until=None)
    counted = (
        inside.exclude(person__status="withdrawn")
        .order_by()
        .values("household")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return households(seen_by=seen_by).annotate(
        head_name=Subquery(inside.filter(is_head=True).values("person__full_name")[:1]),
        size=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )
