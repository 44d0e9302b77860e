"""The web room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.doors.web"
    label = "web"
