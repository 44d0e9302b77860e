"""The payments room as Django sees it."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "banyan.aid.payments"
    label = "payments"
