"""Photos of people: whatever a telephone or camera sends becomes one small upright JPEG that says nothing but the picture.

Place, time, camera, previews and everything else that a file carries beside its picture are left behind, because the
picture is drawn anew from its points.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from banyan.people.registry.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem

LARGEST_FILE = 15_000_000  # bytes: twice what a telephone sends
LARGEST_SIDE = 800  # points of the longer side that are kept
SMALLEST_SIDE = 100  # points: below, nobody can be recognised
MOST_POINTS = 60_000_000  # more than any telephone; a file that claims more would fill the memory
FORMATS = ("JPEG", "PNG", "WEBP")  # what browsers and telephones send; decoders of rarer kinds stay closed
QUALITY = 85


def photo_from(content: bytes) -> bytes:
    """The picture as a JPEG, upright, at most LARGEST_SIDE points wide or high, without any data about it.

    Raises Problem registry.photo_too_large, photo_not_readable, photo_too_many_points, photo_too_small.
    """
    if len(content) > LARGEST_FILE:
        raise Problem("registry.photo_too_large", limit=LARGEST_FILE // 1_000_000)
    _look(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                # A JPEG is read at a fraction of its size where that is enough: less memory, less time.
                opened.draft("RGB", (2 * LARGEST_SIDE, 2 * LARGEST_SIDE))
                opened.load()
                picture = _on_white(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError,
            ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, MemoryError, OverflowError) as error:  # fmt: skip
        # Decoders fail in many ways over files made to break them; all of them mean the same to the person who sent it.
        raise Problem("registry.photo_not_readable") from error
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    # A new picture of the same points: what was attached to the old one stays behind.
    clean = Image.frombytes("RGB", picture.size, picture.tobytes())
    clean.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _look(content: bytes) -> None:
    """Refuse by what the file says of itself, before a single point is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                width, height = opened.size
                opened.verify()
    except Image.DecompressionBombError as error:
        raise Problem("registry.photo_too_many_points", limit=MOST_POINTS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError,
            MemoryError, OverflowError) as error:  # fmt: skip
        raise Problem("registry.photo_not_readable") from error
    if width * height > MOST_POINTS:
        raise Problem("registry.photo_too_many_points", limit=MOST_POINTS // 1_000_000)
    if min(width, height) < SMALLEST_SIDE:
        raise Problem("registry.photo_too_small", smallest=SMALLEST_SIDE)


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in RGB; what is transparent becomes white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return picture.convert("RGB")
