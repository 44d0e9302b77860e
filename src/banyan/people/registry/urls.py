"""Addresses of the register's pages."""

from django.urls import path

from banyan.people.registry.views import (
    cards,
    exports,
    lists,
    merges,
    notices,
    overview,
    pairs,
    photos,
    quality,
    records,
    registering,
    searching,
)
from banyan.people.registry.views.changing import proposing, requests, settling

app_name = "registry"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("changes/", requests.change_list, name="changes"),
    path("changes/rules/", settling.rules_list, name="change-rules"),
    path("changes/rules/<uuid:operation_id>/", settling.rules_page, name="change-rules-of"),
    path("changes/<uuid:request_id>/", requests.change_page, name="change"),
    path("changes/<uuid:request_id>/evidence/<uuid:item_id>/", requests.evidence_file, name="change-evidence"),
    path("changes/<uuid:request_id>/<str:verb>/", requests.move, name="change-move"),
    path("changes/of/<str:table>/<uuid:record_id>/", requests.open_changes, name="changes-of"),
    path("propose/of/<str:table>/<uuid:record_id>/", proposing.menu, name="propose-menu"),
    path("propose/<str:kind>/<uuid:record_id>/", proposing.propose, name="propose"),
    path("propose/<str:kind>/<uuid:record_id>/draft/", proposing.keep_draft, name="draft"),
    path("propose/<str:kind>/<uuid:record_id>/draft/drop/", proposing.drop_draft, name="draft-drop"),
    path("quality/of/<str:table>/<uuid:record_id>/", quality.findings, name="quality-of"),
    path("presence/<str:table>/<uuid:record_id>/", settling.presence, name="presence"),
    path("people/", lists.people_list, name="people"),
    path("people/<uuid:person_id>/", records.person_page, name="person"),
    path("people/<uuid:person_id>/show/", records.person_shown, name="person-show"),
    path("people/<uuid:person_id>/photo/", photos.photo, name="photo"),
    path("people/<uuid:person_id>/photo/change/", photos.change_photo, name="photo-change"),
    path("people/<uuid:person_id>/merges/<uuid:merge_id>/undo/", merges.unmerge, name="unmerge"),
    path("people/<uuid:person_id>/pairs/", pairs.pairs, name="pairs"),
    path("people/<uuid:person_id>/pairs/<uuid:pair_id>/", pairs.decide_pair, name="pair-decide"),
    path("households/", lists.household_list, name="households"),
    path("households/<uuid:household_id>/", records.household_page, name="household"),
    path("households/<uuid:household_id>/show/", records.household_shown, name="household-show"),
    path("households/<uuid:household_id>/position/", records.position, name="position"),
    path("households/<uuid:household_id>/card/", cards.card, name="card"),
    path("<str:subject>/<uuid:record_id>/notice/", notices.give_notice, name="notice"),
    path("notices/<uuid:notice_id>/withdraw/", notices.withdraw_notice, name="notice-withdraw"),
    path("<str:subject>/export/", exports.export, name="export"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/<uuid:export_id>/", exports.export_page, name="export-page"),
    path("exports/<uuid:export_id>/file/", exports.export_file, name="export-file"),
    path("search/", searching.search, name="search"),
    path("new/household/", registering.new_household, name="new-household"),
]
