"""Payments for programs: the same rights, duties and log of reads as on its pages."""

from ninja import Router

from banyan.aid.payments.api import files, plans, providers

router = Router(tags=["payments"])
for each in (plans.router, providers.router, files.router):
    router.add_router("", each)
