"""Addresses of the pages of data quality."""

from django.urls import path

from banyan.people.quality.views import checks, exercises, findings, groups, overrides, overview, own, setting

app_name = "quality"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("<uuid:operation_id>/trend/", overview.trend_file, name="trend"),
    path("<uuid:operation_id>/groups/", groups.groups, name="groups"),
    path("<uuid:operation_id>/ages/", groups.ages, name="ages"),
    path("<uuid:operation_id>/work-list/", findings.work, name="work"),
    path("<uuid:operation_id>/waivers/", findings.waivers, name="waivers"),
    path("<uuid:operation_id>/checks/<str:key>/", checks.check_page, name="check"),
    path("<uuid:operation_id>/checks/<str:key>/decide/", checks.decide, name="decide"),
    path("<uuid:operation_id>/checks/<str:key>/trend/", overview.trend_file, name="check-trend"),
    path("<uuid:operation_id>/checks/<str:key>/<uuid:record_id>/", findings.finding_page, name="finding"),
    path("<uuid:operation_id>/checks/<str:key>/<uuid:record_id>/waive/", findings.waive, name="waive"),
    path("<uuid:operation_id>/exercises/", exercises.exercise_list, name="exercises"),
    path("<uuid:operation_id>/exercises/new/", exercises.exercise_new, name="exercise-new"),
    path("exercises/<uuid:exercise_id>/", exercises.exercise_page, name="exercise"),
    path("exercises/<uuid:exercise_id>/sheet/", exercises.sheet, name="sheet"),
    path("exercises/<uuid:exercise_id>/outcome/", exercises.outcome, name="outcome"),
    path("exercises/<uuid:exercise_id>/close/", exercises.close, name="exercise-close"),
    path("<uuid:operation_id>/overrides/", overrides.override_list, name="overrides"),
    path("overrides/<uuid:override_id>/", overrides.override_page, name="override"),
    path("overrides/<uuid:override_id>/decide/", overrides.decide, name="override-decide"),
    path("overrides/ask/<str:subject>/<uuid:record_id>/", overrides.ask, name="override-ask"),
    path("<uuid:operation_id>/own/", own.own_list, name="own-checks"),
    path("<uuid:operation_id>/own/new/", own.own_new, name="own-new"),
    path("own/<uuid:check_id>/", own.own_page, name="own-check"),
    path("own/<uuid:check_id>/change/", own.own_change, name="own-change"),
    path("own/<uuid:check_id>/<str:verb>/", own.move, name="own-move"),
    path("<uuid:operation_id>/settings/", setting.settings_page, name="settings"),
    path("<uuid:operation_id>/settings/pass/", setting.start_pass, name="pass"),
    path("<uuid:operation_id>/settings/<str:key>/", setting.setting_page, name="setting"),
]
