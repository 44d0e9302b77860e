"""Addresses of the pages of forms."""

from django.urls import path

from banyan.people.forms import views
from banyan.people.forms.views import binding, filling, policies, versions

app_name = "forms"
urlpatterns = [
    path("", views.form_list, name="list"),
    path("new/", views.upload, name="new"),
    path("versions/<uuid:version_id>/", versions.version_record, name="version"),
    path("versions/<uuid:version_id>/mend/", versions.mend, name="mend"),
    path("versions/<uuid:version_id>/file/<str:what>/", versions.fetch, name="file"),
    path("versions/<uuid:version_id>/publish/", versions.publish, name="publish"),
    path("versions/<uuid:version_id>/retire/", versions.retire, name="retire"),
    path("<uuid:form_id>/", views.form_record, name="form"),
    path("<uuid:form_id>/upload/", views.upload_version, name="new-version"),
    path("<uuid:form_id>/details/", views.form_details, name="details"),
    path("<uuid:form_id>/compare/", versions.compare_versions, name="compare"),
    path("<uuid:form_id>/fill/", filling.fill, name="fill"),
    path("versions/<uuid:version_id>/binding/", binding.binding, name="binding"),
    path("versions/<uuid:version_id>/preview/", filling.preview, name="preview"),
    path("versions/<uuid:version_id>/xform/", filling.xform, name="xform"),
    path("policies/", policies.policy_list, name="policies"),
    path("policies/<uuid:operation_id>/", policies.policy, name="policy"),
]
