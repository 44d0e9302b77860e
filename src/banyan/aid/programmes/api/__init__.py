"""Programmes for programs: the same rights and the same log of reads as on its pages."""

from ninja import Router

from banyan.aid.programmes.api import enrolments, entitlements, programmes, targeting

router = Router(tags=["programmes"])
router.add_router("", programmes.router)
router.add_router("", enrolments.router)
router.add_router("", targeting.router)
router.add_router("", entitlements.router)
