"""The parties room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.reference.parties"
    label = "parties"
