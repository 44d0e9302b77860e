"""Addresses of the pages of linkage."""

from django.urls.resolvers import URLPattern, URLResolver

app_name = "linkage"
urlpatterns: list[URLPattern | URLResolver] = []
