"""Data quality for programs: the same rights and the same log of reads as on its pages."""

from ninja import Router

from banyan.people.quality.api import checks, decisions, scores

router = Router(tags=["quality"])
for each in (checks.router, scores.router, decisions.router):
    router.add_router("", each)
