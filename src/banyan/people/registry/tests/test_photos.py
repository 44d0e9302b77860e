"""Photos: what cameras send becomes small, upright and silent; what was made to do harm is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from banyan.people.registry import photos
from banyan.people.registry.photos import photo_from
from banyan.platform.kernel.problems import Problem


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def halves(width: int = 400, height: int = 200) -> Image.Image:
    """Left half red, right half blue: turning it can be seen."""
    picture = Image.new("RGB", (width, height), (200, 0, 0))
    picture.paste((0, 0, 200), (width // 2, 0, width, height))
    return picture


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def test_place_time_and_camera_are_left_behind() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[2] = (16.0, 48.0, 0.0)  # latitude
    comment = b"taken at the clinic"
    sent = encoded(halves(), exif=exif, comment=comment, dpi=(300, 300))
    assert b"Camera of somebody" in sent
    made = photo_from(sent)
    assert b"Camera" not in made
    assert comment not in made
    picture = opened(made)
    assert not picture.getexif()
    assert "comment" not in picture.info
    assert "exif" not in picture.info


@pytest.mark.parametrize(
    ("orientation", "size", "first"),
    [(1, (400, 200), "red"), (3, (400, 200), "blue"), (6, (200, 400), "red"), (8, (200, 400), "blue")],
)
def test_it_is_turned_upright(orientation: int, size: tuple[int, int], first: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = opened(photo_from(encoded(halves(), exif=exif)))
    assert picture.size == size
    red, _green, blue = picture.getpixel((10, 10))  # type: ignore[misc]
    assert (red > blue) == (first == "red")


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("PNG", "I;16")]
)
def test_every_kind_becomes_a_small_jpeg(kind: str, mode: str) -> None:
    made = opened(photo_from(encoded(Image.new(mode, (2000, 1000)), kind)))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (800, 400))


def test_what_is_transparent_becomes_white() -> None:
    made = opened(photo_from(encoded(Image.new("RGBA", (200, 200), (0, 0, 0, 0)), "PNG")))
    assert made.getpixel((5, 5)) == (255, 255, 255)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as this."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo_not_readable"),
        (b"\xff\xd8\xff\xe0 no more of it", "photo_not_readable"),
        (b"GIF89a" + b"\0" * 50, "photo_not_readable"),
        (SVG, "photo_not_readable"),
        (b"%PDF-1.7 hello", "photo_not_readable"),
        (b"<html><body onload=alert(1)>", "photo_not_readable"),
        (encoded(halves())[:700], "photo_not_readable"),
        (encoded(halves(), "PNG")[:-60], "photo_not_readable"),
        (encoded(halves(), "BMP"), "photo_not_readable"),
        (encoded(halves(), "TIFF"), "photo_not_readable"),
        (encoded(halves(), "GIF"), "photo_not_readable"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\n", "photo_not_readable"),
        (png_claiming(50_000, 50_000), "photo_too_many_points"),
        (png_claiming(10_000, 9_000), "photo_too_many_points"),
        (png_claiming(7_000, 7_000), "photo_not_readable"),  # few enough points, and none of them there
        (png_claiming(0, 10), "photo_not_readable"),
        (encoded(Image.new("RGB", (99, 500))), "photo_too_small"),
    ],
)
def test_what_is_no_photo_is_refused_with_the_way_to_mend_it(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        photo_from(content)
    assert refused.value.code == f"registry.{code}"
    assert refused.value.mend


def test_a_file_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(Problem) as refused:
        photo_from(b"\0" * (photos.LARGEST_FILE + 1))
    assert refused.value.code == "registry.photo_too_large"


def test_what_is_appended_to_a_photo_does_not_stay() -> None:
    assert b"<?php" not in photo_from(encoded(halves()) + b"<?php system('id'); ?>")
