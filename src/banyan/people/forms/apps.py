"""The forms room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.people.forms"
    label = "forms"
