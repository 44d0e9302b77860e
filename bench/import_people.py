"""People as a registration brings them, for the import bench: one row per person, thirty columns, as CSV or XLSX."""

import io
import random
from datetime import date, timedelta

import polars as pl
import xlsxwriter

COLUMNS = (
    "Household ID", "Household P-code", "Household address", "Date of registration", "Registration group", "Language",
    "Residence status", "Individual ID", "Full name", "Name in original script", "Name of mother", "Name of father", "Sex",
    "Date of birth", "Relationship to head of household", "Nationality", "Country of origin", "Marital status",
    "Date of arrival", "Phone number", "E-mail", "Education", "Occupation", "National ID number",
    "National ID issue date", "Difficulty seeing", "Difficulty walking", "Pregnant", "Roof", "Months displaced",
)  # fmt: skip


def villages(count: int = 400) -> list[tuple[str, str]]:
    """(P-code, P-code of its township): ten villages in each township of one state."""
    return [(f"MMR001{number // 10:03d}{number % 10:03d}", f"MMR001{number // 10:03d}") for number in range(count)]


def people(count: int, *, household: int = 5, seed: int = 7) -> pl.DataFrame:
    """`count` rows of the columns above, all text, in households of `household`."""
    # The room needs Django, which is set up after this module is read.
    from banyan.people.registry.demo.naming import culture, draw

    dice = random.Random(seed)
    codes = [code for code, _township in villages()]
    start = date(1940, 1, 1)
    rows = []
    for number in range(count):
        home, place = divmod(number, household)
        if place == 0:
            own = dice.choice(codes)
            group = [
                f"HH-{home:06d}", own, f"Block {home % 97}, street {home % 13}", "2026-03-14", f"G{home % 40}",
                dice.choice(("my", "rhg", "shn")), dice.choice(("idp", "host")),
            ]  # fmt: skip
        sex = "male" if (number + home) % 2 else "female"
        born = start + timedelta(days=(13_000, 14_000, 24_000, 25_500, 4_000)[place % 5] + dice.randrange(3_000))
        people = culture(dice)
        name, mother, father = (draw(people, one, dice) for one in (sex, "female", "male"))
        rows.append([
            *group, f"P-{number:07d}", name.latin, name.original or None, f"Daw {mother.latin}", f"U {father.latin}", sex,
            born.isoformat(), ("head", "spouse", "child", "child", "parent")[place % 5], "MMR", "MMR",
            "married" if place < 2 else "never_married", "2025-11-02" if number % 3 else "2025-10",
            f"+959{250000000 + number}" if place == 0 else None, None, dice.choice(("none", "primary", "secondary")),
            dice.choice(("farmer", "trader", None)), f"12/KMY(N){100000 + number % 800000}" if place < 2 else None,
            "2015-05-05" if place < 2 else None, "no difficulty" if number % 9 else "some difficulty", "no difficulty",
            None if sex == "male" else "no", dice.choice(("tin", "thatch")), str(dice.randrange(60)),
        ])  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def as_csv(rows: pl.DataFrame) -> bytes:
    """With commas, UTF-8."""
    return rows.write_csv().encode()


def as_xlsx(rows: pl.DataFrame) -> bytes:
    """One sheet, text in every cell but dates, as people save them."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet("Registration")
        for column, header in enumerate(rows.columns):
            sheet.write_string(0, column, header)
        for number, row in enumerate(rows.iter_rows(), 1):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write_string(number, column, value)
    return content.getvalue()
