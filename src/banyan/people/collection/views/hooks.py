"""The door for servers that send submissions as they come (KoBo's REST services)."""

from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from banyan.people.collection.actions import sources as actions
from banyan.platform.access.doors import public
from banyan.platform.kernel.problems import Problem

HEADER = "X-Banyan-Secret"
MOST_PER_MINUTE = 600
MOST_WRONG_PER_MINUTE = 30


@csrf_exempt
@require_POST
@public("servers have no account; the secret of the source is the key, and nothing can be read here")
def take(request: HttpRequest, source_id: UUID, secret: str = "") -> HttpResponse:
    """Take one submission. 202 whether it is new or was sent before; servers send again what they are not sure of."""
    try:
        _slow_down(f"hook:{source_id}", MOST_PER_MINUTE)
        if int(request.headers.get("Content-Length") or 0) > actions.LARGEST_HOOK:
            raise Problem("too_large")
        given = request.headers.get(HEADER, "") or secret
        try:
            source = actions.hooked_source(source_id, given)
        except Problem:
            _slow_down(f"hook-wrong:{source_id}", MOST_WRONG_PER_MINUTE)
            raise
        content = request.read(actions.LARGEST_HOOK + 1)
        if len(content) > actions.LARGEST_HOOK:
            raise Problem("too_large")
        batch = actions.take_hooked(source, content)
    except Problem as problem:
        return JsonResponse(problem.as_dict(), status=problem.status)
    return JsonResponse({"taken": batch is not None}, status=202)


def _slow_down(key: str, most: int) -> None:
    """Raises Problem too_many when a minute has brought more than so many."""
    minute = f"{key}:{timezone.now():%Y%m%d%H%M}"
    cache.add(minute, 0, timeout=120)
    if cache.incr(minute) > most:
        raise Problem("too_many")
