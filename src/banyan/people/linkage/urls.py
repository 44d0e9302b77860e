"""Addresses of the pages of linkage."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from banyan.people.linkage.views import case, confirming, contrasts, models, queue, runs, samples, targets, weighing
from banyan.people.linkage.views.screening import hits, lists
from banyan.people.linkage.views.screening import runs as screenings

app_name = "linkage"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.home, name="queue"),
    path("<uuid:operation_id>/cases/<slug:view>/", queue.case_list, name="cases"),
    path("<uuid:operation_id>/take/", queue.take, name="take"),
    path("<uuid:operation_id>/targets/", targets.targets, name="targets"),
    path("cases/<uuid:case_id>/", case.case_page, name="case"),
    path("cases/<uuid:case_id>/assign/", case.assign, name="assign"),
    path("cases/<uuid:case_id>/reopen/", case.reopen, name="reopen"),
    path("cases/<uuid:case_id>/map/", case.case_map, name="case-map"),
    path("cases/<uuid:case_id>/confirm/", confirming.confirm, name="confirm"),
    path("cases/<uuid:case_id>/undo/", confirming.undo, name="undo"),
    path("runs/", runs.home, name="runs"),
    path("runs/across/", runs.across, name="runs-across"),
    path("runs/across/start/", runs.start_across, name="run-start-across"),
    path("runs/<uuid:run_id>/", runs.run_page, name="run"),
    path("<uuid:operation_id>/runs/", runs.run_list, name="runs-of"),
    path("<uuid:operation_id>/runs/start/", runs.start, name="run-start"),
    path("models/", models.model_list, name="models"),
    path("models/train/", models.train, name="model-train"),
    path("models/compare/", contrasts.compare, name="model-compare"),
    path("models/comparisons/<uuid:comparison_id>/", contrasts.comparison, name="model-comparison"),
    path("models/shipped/", models.shipped, name="model-shipped"),
    path("models/shipped/thresholds/", models.thresholds, name="model-shipped-thresholds"),
    path("models/<uuid:model_id>/", models.model_page, name="model"),
    path("models/<uuid:model_id>/thresholds/", models.thresholds, name="model-thresholds"),
    path("models/<uuid:model_id>/<slug:verb>/", models.move, name="model-move"),
    path("pairs/<uuid:pair_id>/weight/", weighing.pair_page, name="model-pair"),
    path("samples/", samples.sample_list, name="samples"),
    path("samples/<uuid:sample_id>/", samples.sample_page, name="sample"),
    path("samples/<uuid:sample_id>/judge/", samples.label, name="sample-label"),
    path("samples/<uuid:sample_id>/curve/", samples.curve_file, name="sample-curve"),
    path("samples/<uuid:sample_id>/close/", samples.close, name="sample-close"),
    path("<uuid:operation_id>/samples/new/", samples.sample_new, name="sample-new"),
    path("screening/", hits.hit_list, name="hits"),
    path("screening/person/", hits.screen_person, name="screen-person"),
    path("screening/hits/<uuid:hit_id>/", hits.hit_page, name="hit"),
    path("screening/hits/<uuid:hit_id>/decide/", hits.decide, name="hit-decide"),
    path("screening/lists/", lists.version_list, name="lists"),
    path("screening/lists/load/", lists.load, name="list-load"),
    path("screening/lists/<uuid:version_id>/", lists.version_page, name="list"),
    path("screening/entries/<uuid:party_id>/", lists.party_page, name="party"),
    path("screening/comparisons/", screenings.run_list, name="screening-runs"),
    path("screening/comparisons/start/", screenings.start, name="screening-start"),
    path("screening/comparisons/<uuid:run_id>/", screenings.run_page, name="screening-run"),
]
