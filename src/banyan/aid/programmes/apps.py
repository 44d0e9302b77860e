"""The programmes room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.aid.programmes"
    label = "programmes"
