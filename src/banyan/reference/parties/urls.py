"""Addresses of the parties room, under /parties/."""

from django.urls import path

from banyan.reference.parties.views import contacts, imports, organisations

app_name = "parties"
urlpatterns = [
    path("", organisations.organisation_list, name="list"),
    path("new/", organisations.organisation_new, name="new"),
    path("pick/", organisations.organisation_pick, name="pick"),
    path("acronyms/", organisations.acronyms, name="acronyms"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/<uuid:import_id>/", imports.import_record, name="import"),
    path("imports/<uuid:import_id>/report.csv", imports.import_report, name="import-report"),
    path("imports/<uuid:import_id>/take/", imports.import_accept, name="import-accept"),
    path("imports/<uuid:import_id>/discard/", imports.import_discard, name="import-discard"),
    path("contacts/<uuid:contact_id>/show/", contacts.contact_show, name="contact-show"),
    path("contacts/<uuid:contact_id>/end/", contacts.contact_end, name="contact-end"),
    path("<slug:code>/", organisations.organisation_record, name="record"),
    path("<slug:code>/change/", organisations.organisation_change, name="change"),
    path("<slug:code>/close/", organisations.organisation_close, name="close"),
    path("<slug:code>/reopen/", organisations.organisation_reopen, name="reopen"),
    path("<slug:code>/names/", organisations.name_add, name="name-add"),
    path("<slug:code>/names/<uuid:name_id>/end/", organisations.name_end, name="name-end"),
    path("<slug:code>/ids/", organisations.id_add, name="id-add"),
    path("<slug:code>/contacts/new/", contacts.contact_new, name="contact-new"),
]
