"""Workbooks written as text, for tests: sheets under "[name]", cells between bars."""

from banyan.people.forms.rules.workbook import Sheet, Workbook


def book(text: str) -> Workbook:
    """The workbook in a text such as::

    [survey]
    type | name | label
    text | a    | A
    """
    sheets: list[tuple[str, list[tuple[str, ...]]]] = []
    for line in text.strip().split("\n"):
        line = line.strip(" ")
        if line.startswith("[") and line.endswith("]"):
            sheets.append((line[1:-1], []))
            continue
        cells = [cell.strip(" ") for cell in line.split("|")]
        while cells and not cells[-1]:
            cells.pop()
        sheets[-1][1].append(tuple(cells))
    for _name, rows in sheets:
        while rows and not rows[-1]:
            rows.pop()
    return Workbook("xlsx", tuple(Sheet(name, tuple(rows)) for name, rows in sheets))
