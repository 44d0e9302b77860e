"""Addresses of the pages of collection."""

from django.urls import path

from banyan.people.collection import views
from banyan.people.collection.views import deciding, hooks, mapping, receiving, sources, submissions

app_name = "collection"
urlpatterns = [
    path("", views.batch_list, name="list"),
    path("new/", receiving.upload, name="upload"),
    path("fill/<uuid:version_id>/", receiving.fill, name="fill"),
    path("rules/", receiving.rules, name="rules"),
    path("<uuid:batch_id>/", views.batch_record, name="batch"),
    path("<uuid:batch_id>/search/", views.search_batch, name="search"),
    path("<uuid:batch_id>/problem/", views.problem, name="problem"),
    path("<uuid:batch_id>/replace/", deciding.replace, name="replace"),
    path("<uuid:batch_id>/settle/", deciding.settle, name="settle"),
    path("<uuid:batch_id>/decide/", deciding.decide, name="decide"),
    path("<uuid:batch_id>/workbook/", deciding.workbook, name="workbook"),
    path("submissions/<uuid:submission_id>/", submissions.submission_record, name="submission"),
    path("submissions/<uuid:submission_id>/correct/", submissions.correct, name="correct"),
    path("<uuid:batch_id>/mapping/", mapping.mapping, name="mapping"),
    path("sources/", sources.source_list, name="sources"),
    path("sources/new/", sources.new_source, name="source-new"),
    path("sources/<uuid:source_id>/", sources.source_record, name="source"),
    path("sources/<uuid:source_id>/pull/", sources.pull, name="source-pull"),
    path("sources/<uuid:source_id>/hook/", sources.renew_hook, name="source-hook"),
    path("hook/<uuid:source_id>/", hooks.take, name="hook"),
    path("hook/<uuid:source_id>/<str:secret>", hooks.take, name="hook-secret"),
]
