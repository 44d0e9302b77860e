"""Programmes for programs: the same rights and the same log of reads as on its pages."""

from ninja import Router

router = Router(tags=["programmes"])
