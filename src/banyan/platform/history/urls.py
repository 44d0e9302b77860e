"""Addresses of history's pages, under /history/."""

from django.urls import path

from banyan.platform.history import views

app_name = "history"
urlpatterns = [
    path("", views.change_list, name="changes"),
    path("changes/<int:number>/", views.change_record, name="change"),
    path("facts/", views.fact_list, name="facts"),
    path("records/<str:table>/<uuid:object_id>/", views.record, name="record"),
    path("records/<str:table>/<uuid:object_id>/timeline/", views.record_timeline, name="timeline"),
]
