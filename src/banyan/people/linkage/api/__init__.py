"""Linkage for programs: the same rights and the same log of reads as on its pages."""

from ninja import Router

from banyan.people.linkage.api import models, screening

router = Router(tags=["linkage"])
router.add_router("", models.router)
router.add_router("/screening", screening.router)
