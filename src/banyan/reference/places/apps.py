"""The places room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.reference.places"
    label = "places"
