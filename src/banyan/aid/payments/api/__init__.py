"""Payments for programs: the same rights, duties and log of reads as on its pages."""

from ninja import Router

router = Router(tags=["payments"])
