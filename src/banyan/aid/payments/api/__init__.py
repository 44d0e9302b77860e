"""Payments for programs: the same rights, duties and log of reads as on its pages."""

from ninja import Router

from banyan.aid.payments.api import distributions, files, plans, providers, verifications

router = Router(tags=["payments"])
for each in (plans.router, providers.router, files.router, distributions.router, verifications.router):
    router.add_router("", each)
