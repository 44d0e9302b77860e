"""Payments for programs: the same rights, duties and log of reads as on its pages."""

from ninja import Router

from banyan.aid.payments.api import files, providers

router = Router(tags=["payments"])
for each in (providers.router, files.router):
    router.add_router("", each)
