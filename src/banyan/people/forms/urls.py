"""Addresses of the pages of forms."""

from django.urls import path

from banyan.people.forms import views

app_name = "forms"
urlpatterns = [
    path("", views.form_list, name="list"),
]
