"""Addresses of the pages of payments."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from banyan.aid.payments.views import (
    bands,
    holds,
    households,
    lines,
    making,
    overview,
    plans,
    providers,
    statements,
    stepping,
)

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/new/", making.plan_new, name="plan-new"),
    path("plans/<uuid:plan_id>/", plans.plan_page, name="plan"),
    path("plans/<uuid:plan_id>/lines/", lines.line_list, name="lines"),
    path("plans/<uuid:plan_id>/file/", stepping.make_file, name="plan-file"),
    path("plans/<uuid:plan_id>/follow/", stepping.follow_up, name="plan-follow"),
    path("plans/<uuid:plan_id>/steps/<slug:verb>/", stepping.step, name="step"),
    path("files/<uuid:file_id>/", stepping.open_file, name="file"),
    path("lines/<uuid:line_id>/", lines.line_page, name="line"),
    path("lines/<uuid:line_id>/outcome/", lines.line_outcome, name="line-outcome"),
    path("lines/<uuid:line_id>/leave-out/", lines.line_leave, name="line-leave"),
    path("lines/<uuid:line_id>/write-off/", lines.line_write_off, name="line-write-off"),
    path("households/<uuid:household_id>/", households.household_page, name="household"),
    path("people/<uuid:person_id>/accounts/", households.accounts, name="accounts"),
    path("people/<uuid:person_id>/accounts/<uuid:account_id>/end/", households.account_end, name="account-end"),
    path("holds/", holds.hold_list, name="holds"),
    path("holds/new/", holds.hold_new, name="hold-new"),
    path("holds/<uuid:hold_id>/", holds.hold_page, name="hold"),
    path("bands/", bands.bands, name="bands"),
    path("statements/", statements.statement_list, name="statements"),
    path("statements/new/", statements.statement_new, name="statement-new"),
    path("statements/doubtful/", statements.doubtful, name="doubtful"),
    path("statements/<uuid:statement_id>/", statements.statement_page, name="statement"),
    path("statements/<uuid:statement_id>/columns/", statements.statement_map, name="statement-map"),
    path("statements/rows/<uuid:row_id>/", statements.row_page, name="statement-row"),
    path("providers/", providers.provider_list, name="providers"),
    path("providers/new/", providers.provider_new, name="provider-new"),
    path("providers/<uuid:provider_id>/", providers.provider_page, name="provider"),
    path("providers/<uuid:provider_id>/change/", providers.provider_change, name="provider-change"),
    path("providers/<uuid:provider_id>/retire/", providers.provider_retire, name="provider-retire"),
    path("templates/new/", providers.template_new, name="template-new"),
    path("templates/<uuid:template_id>/", providers.template_change, name="template-change"),
]
