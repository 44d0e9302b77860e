"""Cards on paper: the text is there in every script, the fonts are inside, the code says the reference only."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from banyan.people.registry import cards
from banyan.people.registry.cards import drawing, fonts

WORDS = {
    "title": "Household card", "reference": "Household", "size": "People", "place": "Place", "registered": "Registered",
    "number": "No.", "name": "Name", "latin": "In Latin letters", "relationship": "Relationship", "sex": "Sex",
    "born": "Born", "person": "Reference", "no_photo": "No photo",
}  # fmt: skip
BURMESE = ("ဒေါ်ခင်မြတ်နိုး", "Daw Khin Myat Noe")
ARABIC = ("محمد عبد الرحمن القاسم", "Mohammad Alqasem")

pytestmark = pytest.mark.skipif(
    not any((Path(settings.FRONTEND_DIST) / "assets").glob("noto-sans-*.woff2")), reason="the front end is not built"
)


def member(number: int, name: str, latin: str = "") -> cards.CardMember:
    return cards.CardMember(number, name, latin, "Head", "Female", "1984", "PRN-7K3M-9QXT-4", head=number == 1)


def card(name: tuple[str, str], **values: object) -> cards.Card:
    made = cards.Card(
        "HHD-7K3M-9QXT-4", "Myanmar", *name, 1, "Myitkyina", "22 Nov 2026", (member(1, *name),), WORDS, foot="Printed"
    )
    return replace(made, **values)  # type: ignore[arg-type]


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


@pytest.mark.parametrize("sheet", ["a6", "a4"])
@pytest.mark.parametrize(
    ("name", "language"),
    [
        (BURMESE, "my"),
        (ARABIC, "ar"),
        (("Amina Abdi", ""), "en"),
        (("አበበ ቢቂላ", "Abebe Bikila"), "en"),
        (("राम", "Ram"), "en"),
    ],
)
def test_names_of_every_script_are_written_with_fonts_inside(
    name: tuple[str, str], language: str, sheet: cards.Sheet
) -> None:
    content = cards.as_pdf(card(name, language=language, rtl=language == "ar"), sheet)
    assert content.startswith(b"%PDF")
    found = read(content)
    assert len(found.pages) == 1
    text = text_of(content)
    assert "HHD-7K3M-9QXT-4" in text
    assert name[1] in text
    embedded = {
        str(font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]["/FontName"])
        for font in found.pages[0]["/Resources"]["/Font"].values()
    }
    assert embedded
    assert all("Banyan" in each for each in embedded)


def test_burmese_and_arabic_are_shaped_not_left_as_boxes() -> None:
    drawn = {name: cards.as_picture(card(name, photo=None)) for name in (BURMESE, ARABIC, ("\ue000" * 8, ""))}
    inks = {name: sum(Image.open(io.BytesIO(png)).convert("L").histogram()[:128]) for name, png in drawn.items()}
    assert min(inks[BURMESE], inks[ARABIC]) > inks["\ue000" * 8, ""]


@pytest.mark.parametrize(
    ("joined", "apart"), [("محمد", "م\u200cح\u200cم\u200cد"), ("ပြု", "ပ ြု"), ("ကျွန်ုပ်", "ကျွန်\u200c ုပ်")]
)
def test_letters_take_the_shapes_of_their_neighbours(joined: str, apart: str) -> None:
    assert cards.as_picture(card((joined, ""))) != cards.as_picture(card((apart, "")))


def test_the_code_holds_the_reference_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(drawing.segno, "make", lambda text, **options: made.append(text) or _Plain())
    cards.as_pdf(card(BURMESE))
    assert made == ["HHD-7K3M-9QXT-4"]


class _Plain:
    def svg_inline(self, **options: object) -> str:
        return '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'


def test_a_photo_is_drawn() -> None:
    photo = io.BytesIO()
    Image.new("RGB", (300, 400), "red").save(photo, "JPEG")
    found = read(cards.as_pdf(card(BURMESE, photo=photo.getvalue())))
    assert len(found.pages[0].images) == 1
    assert not read(cards.as_pdf(card(BURMESE))).pages[0].images


@pytest.mark.parametrize("sheet", ["a6", "a4"])
def test_a_large_household_stays_on_its_sheet(sheet: cards.Sheet) -> None:
    many = tuple(member(number, *BURMESE) for number in range(1, 60))
    found = read(cards.as_pdf(card(BURMESE, members=many, size=59, place="Kachin › Myitkyina › ကြက်ဖီးကုန်း"), sheet))
    assert len(found.pages) == 1


def test_text_is_text_whatever_it_says() -> None:
    nasty = '#read("/etc/passwd") $x$ *bold* @ref <label> \\ // "quoted" [x]'
    assert '#read("/etc/passwd")' in text_of(cards.as_pdf(card((nasty, nasty)), "a4")).replace("\n", " ")


def test_fonts_are_made_once_and_missing_ones_are_told(tmp_path: Path) -> None:
    with pytest.raises(cards.FontsMissing):
        fonts.ready(tmp_path, tmp_path)
    folder = cards.ready()
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    fonts.ready.cache_clear()
    assert cards.ready() == folder
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert {path.suffix for path in before} == {".ttf"}
