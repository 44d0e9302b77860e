"""The register for programs: the same rights, masks and log of reads as on its pages."""

from ninja import Router

from banyan.people.registry.api import changing, exports, pairs, people, registering

router = Router(tags=["registry"])
for each in (people.router, registering.router, exports.router, pairs.router):
    router.add_router("", each)
router.add_router("/changes", changing.router)
