"""Addresses of the pages of places."""

from django.urls import path

from banyan.reference.places import views
from banyan.reference.places.views import imports, releases

app_name = "places"
urlpatterns = [
    path("", views.place_list, name="list"),
    path("pick/", views.pick, name="pick"),
    path("releases/", releases.release_list, name="releases"),
    path("releases/compare/", releases.compare, name="compare"),
    path("releases/<uuid:release_id>/", releases.release_record, name="release"),
    path("releases/<uuid:release_id>/current/", releases.make_current, name="make-current"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.upload, name="import-new"),
    path("imports/<uuid:batch_id>/", imports.import_record, name="import"),
    path("imports/<uuid:batch_id>/confirm/", imports.confirm, name="import-confirm"),
    path("imports/<uuid:batch_id>/<str:verb>/", imports.move, name="import-move"),
    path("<uuid:place_id>/", views.place_record, name="record"),
    path("<uuid:place_id>/boundary.json", views.boundary, name="boundary"),
    path("<uuid:place_id>/names/", views.change_names, name="names"),
    path("names/<uuid:name_id>/end/", views.end_name, name="name-end"),
]
