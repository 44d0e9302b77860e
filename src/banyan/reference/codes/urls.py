"""Addresses of the code list pages."""

from django.urls import path

from banyan.reference.codes import views

app_name = "codes"
urlpatterns = [
    path("", views.lists, name="list"),
    path("import/", views.import_list, name="import"),
    path("mappings/<uuid:mapping_id>/end/", views.end_mapping, name="end_mapping"),
    path("versions/<uuid:version_id>/publish/", views.publish, name="publish"),
    path("versions/<uuid:version_id>/discard/", views.discard, name="discard"),
    path("<slug:code>/", views.record, name="record"),
    path("<slug:code>/compare/", views.compare, name="compare"),
    path("<slug:code>/versions/<path:label>/", views.version, name="version"),
    path("<slug:code>/terms/<path:term_code>/", views.term, name="term"),
]
