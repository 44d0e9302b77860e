"""Addresses of the pages of payments."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from banyan.aid.payments.views import overview, providers

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("providers/", providers.provider_list, name="providers"),
    path("providers/new/", providers.provider_new, name="provider-new"),
    path("providers/<uuid:provider_id>/", providers.provider_page, name="provider"),
    path("providers/<uuid:provider_id>/change/", providers.provider_change, name="provider-change"),
    path("providers/<uuid:provider_id>/retire/", providers.provider_retire, name="provider-retire"),
    path("templates/new/", providers.template_new, name="template-new"),
    path("templates/<uuid:template_id>/", providers.template_change, name="template-change"),
]
