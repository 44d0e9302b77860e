"""The islands in a real browser: the picker by keyboard, the map with boundaries only, both without script."""

import json
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route

from banyan.doors.web.testing import RULES, browser, context_of, inaccessible, keep_picture, watched

__all__ = ["browser"]

RESULTS = [
    {"id": "1", "label": "မြစ်ကြီးနား", "code": "MMR001001", "path": ["Myanmar", "Kachin"], "note": "Myitkyina"},
    {"id": "2", "label": "Myittha", "code": "MMR010027", "path": ["Myanmar", "Mandalay"]},
    {"id": "3", "label": "<b>Myit</b>", "code": "MMR009", "path": []},
]
SQUARE = [[[97, 25], [98, 25], [98, 26], [97, 26], [97, 25]]]
BOUNDARIES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Kachin", "url": "/keys/", "role": "self"},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        },
        {
            "type": "Feature",
            "properties": {"name": "Myitkyina", "url": "https://elsewhere.example/", "role": "child"},
            "geometry": {"type": "Point", "coordinates": [97.4, 25.4]},
        },
    ],
}


def with_island(page: Page, server: Any, template: str, context: dict[str, Any], answer: Any, url: str) -> None:
    """A plain page with a component put into it, whose address is answered here."""

    def fulfil(route: Route) -> None:
        route.fulfill(body=json.dumps(answer), content_type="application/json")

    page.route(f"**{url}*", fulfil)
    page.goto(f"{server.url}/keys/")
    html = render_to_string(f"components/{template}", context)
    page.evaluate(
        """html => {
            const place = document.createElement("div");
            place.innerHTML = html;
            document.querySelector("main").prepend(place);
            place.dispatchEvent(new CustomEvent("htmx:load", {bubbles: true}));
        }""",
        html,
    )


@pytest.mark.usefixtures("transactional_db")
def test_the_picker_is_a_combobox_for_keyboard_and_screen_reader(browser: Browser, live_server: Any) -> None:
    context = context_of(browser, live_server, None)
    page, complaints = watched(context)
    picker = {"name": "place", "url": "/pick/", "label": "Place", "hint": "Name in any script, or P-code"}
    with_island(page, live_server, "picker.html", picker, {"results": RESULTS}, "/pick/")
    field = page.get_by_role("combobox", name="Place")
    field.click()
    field.press_sequentially("Myit", delay=20)
    options = page.get_by_role("option")
    options.first.wait_for()
    assert options.count() == 3
    assert page.locator(".picker b").count() == 0, "what a place is called is text, never markup"
    assert field.get_attribute("aria-expanded") == "true"
    keep_picture(page, "picker")
    assert inaccessible(page, RULES) == []
    field.press("ArrowDown")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    field.press("Enter")
    assert field.input_value() == "Myittha"
    assert page.locator("input[name=place]").input_value() == "2"
    field.press_sequentially("x")
    assert page.locator("input[name=place]").input_value() == "", "typing on forgets the choice"
    options.first.wait_for()
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    context.close()
    assert complaints == []


@pytest.mark.usefixtures("transactional_db")
def test_the_map_draws_boundaries_and_loads_nothing_from_outside(browser: Browser, live_server: Any) -> None:
    context = context_of(browser, live_server, None)
    page, complaints = watched(context)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with_island(page, live_server, "map.html", {"url": "/outline.json", "label": "Kachin"}, BOUNDARIES, "/outline.json")
    page.locator(".map canvas, .map p[role=status]").first.wait_for(timeout=20_000)
    page.wait_for_timeout(1500)
    keep_picture(page, "map")
    outside = [url for url in asked if not url.startswith((live_server.url, "blob:", "data:"))]
    assert outside == []
    assert page.get_by_role("region", name="Kachin").count() + page.locator(".map p[role=status]").count() == 1
    context.close()
    assert [text for text in complaints if "WebGL" not in text and "GPU" not in text] == []


@pytest.mark.parametrize("component", ["picker.html", "map.html"])
def test_without_script_there_is_something_to_use(component: str) -> None:
    html = render_to_string(f"components/{component}", {"name": "place", "url": "/x/", "label": "Place"})
    assert 'name="place_text"' in html if component == "picker.html" else "The table holds the same places" in html
