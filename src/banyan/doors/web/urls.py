"""Addresses of the shell."""

from django.urls import path

from banyan.doors.web import views

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("modules/<slug:room>/", views.module, name="module"),
    path("me/", views.me, name="me"),
    path("keys/", views.keys, name="keys"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
]
