"""The small numbers that rows of reference data carry."""

from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.models import Scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem


def reference_scope(area: str, *, seen_by: Viewer) -> int:
    """Scope of reference data in the area with this code; of no area at all for an empty code.

    Raises Problem access.area_unknown when the area was never registered.
    """
    seen_by.require(SIGNED_IN)
    chosen = Scope.objects.filter(operation=None)
    found = (chosen.filter(area__key=area) if area else chosen.filter(area=None)).values_list("id", flat=True).first()
    if found is None:
        raise Problem("access.area_unknown", key=area or "–")
    return found
