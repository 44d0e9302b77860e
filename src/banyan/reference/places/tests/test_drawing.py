"""Geometry of maps: inside the frame, north above, what cannot be seen left out."""

from banyan.reference.places.rules import drawing


def square(west, south, size=1):
    return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]


def feature(name, geometry, role="child"):
    return {"id": name, "geometry": geometry, "properties": {"name": name, "role": role}}


def test_areas_are_drawn_with_their_figures_inside_the_frame():
    collection = {
        "features": [
            feature("whole", {"type": "Polygon", "coordinates": [square(90, 10, 9)]}, role="self"),
            feature("a", {"type": "Polygon", "coordinates": [square(96, 20)]}),
            feature("b", {"type": "MultiPolygon", "coordinates": [[square(97, 20)], [square(98, 22, 0.00001)]]}),
            feature("c", {"type": "Point", "coordinates": [97.5, 21.5]}),
        ]
    }
    drawn = drawing.areas(collection, {"a": {"tone": "bad"}, "c": {"tone": "good"}})
    a, b, c = drawn["shapes"]
    assert (a["name"], a["tone"], "tone" in b, c["tone"]) == ("a", "bad", False, "good")
    assert a["path"].startswith("M")
    assert a["path"].endswith("Z")
    assert b["path"].count("M") == 1  # what is too small to see is left out
    assert 0 <= c["x"] <= drawn["width"]
    assert 0 <= c["y"] <= drawn["height"]
    assert drawing.areas({"features": []}, {}) is None
