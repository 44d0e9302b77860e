"""Addresses of the pages of criteria."""

from django.urls import path

from banyan.platform.criteria import views
from banyan.platform.criteria.views import editing, trying

app_name = "criteria"
urlpatterns = [
    path("", views.criterion_list, name="list"),
    path("new/", editing.make, name="new"),
    path("<uuid:criterion_id>/", views.criterion_record, name="criterion"),
    path("<uuid:criterion_id>/change/", editing.change, name="change"),
    path("<uuid:criterion_id>/compare/", views.compare_versions, name="compare"),
    path("<uuid:criterion_id>/try/", trying.sample, name="sample"),
    path("<uuid:criterion_id>/retire/", views.retire, name="retire"),
    path("<uuid:criterion_id>/restore/", views.restore, name="restore"),
]
