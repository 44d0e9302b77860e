"""The history room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.platform.history"
    label = "history"
