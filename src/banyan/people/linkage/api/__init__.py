"""Linkage for programs: the same rights and the same log of reads as on its pages."""

from ninja import Router

from banyan.people.linkage.api import cases, models, runs, screening

router = Router(tags=["linkage"])
for each in (cases.router, runs.router, models.router):
    router.add_router("", each)
router.add_router("/screening", screening.router)
