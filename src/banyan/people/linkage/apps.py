"""The linkage room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.people.linkage"
    label = "linkage"
