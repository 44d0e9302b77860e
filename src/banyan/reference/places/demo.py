"""What the demo shows of this room: two releases of Myanmar's P-codes, boundaries to the township, former names."""

import csv
from pathlib import Path
from typing import Any

from banyan.platform.access.viewers import Viewer, causing, system_viewer, viewing
from banyan.platform.kernel.dates import read_date
from banyan.reference.places import actions, queries

FOLDER = Path(__file__).resolve().parents[4] / "demo" / "places"
TERMS = "Myanmar Information Management Unit (MIMU); free of charge with attribution, not for sale or commercial use."
RELEASES = (
    ("9.3", "2021-01", ("mimu_9.3.xlsx",)),
    ("9.3", "2021-01", ("mimu_9.3_adm1.geojson.gz", "mimu_9.3_adm2.geojson.gz", "mimu_9.3_adm3.geojson.gz")),
    ("9.6", "2025-02", tuple(f"mimu_9.6_{level}.csv.gz" for level in ("towns", "wards", "village_tracts", "villages"))),
)
VILLAGES = "mimu_9.6_villages.csv.gz"  # four fifths of all places; left out of the small demo
GLOBAL = "hdx_global_pcodes_adm1_adm2.csv.gz"  # every other country's two upper levels; in the large demo only


def load(progress: Any) -> dict[str, int] | None:
    """Import both releases by the real actions, make the later one current, add former names. Nothing when it is there.

    progress.size: "small" leaves out the villages, "large" adds the upper levels of every country.
    """
    by = system_viewer("demo")
    with viewing(by):
        if queries.releases(seen_by=by).filter(country="MMR").exists():
            return None
    counts = {"places": 0, "boundaries": 0}
    with causing("demo:places"):
        for position, (label, published, files) in enumerate(RELEASES):
            progress.report(position, len(RELEASES) + 1)
            wanted = tuple(name for name in files if progress.size != "small" or name != VILLAGES)
            batch = _import(by, label, published, wanted)
            counts["places"] += batch.counts.get("added", 0)
            counts["boundaries"] += batch.counts.get("outlined", 0)
        progress.report(len(RELEASES), len(RELEASES) + 1)
        with viewing(by):
            latest = queries.releases(seen_by=by).get(country="MMR", label="9.6")
        actions.make_release_current(latest.pk, by=by)
        counts["names"] = _aliases(by)
        if progress.size == "large":
            counts["places"] += _import(by, "2024", "2024-05", (GLOBAL,), country="", authority="OCHA").counts["added"]
    progress.report(len(RELEASES) + 1, len(RELEASES) + 1)
    return counts


def _import(
    by: Viewer, label: str, published: str, files: tuple[str, ...], *, country: str = "MMR", authority: str = "MIMU"
) -> Any:
    contents = [(name, (FOLDER / name).read_bytes()) for name in files]
    batch = actions.upload_files(
        contents,
        by=by,
        country=country,
        authority=authority,
        label=label,
        published_on=read_date(published),
        terms=TERMS if authority == "MIMU" else "OCHA, through HDX; see demo/places/TERMS.md.",
    )
    actions.check_import(batch.pk, by=by)
    return actions.take_import(batch.pk, by=by)


def _aliases(by: Viewer) -> int:
    with open(FOLDER / "aliases.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with viewing(by):
        places = {row["pcode"]: queries.by_code(row["pcode"], seen_by=by, country="MMR") for row in rows}
        for row in rows:
            place = places[row["pcode"]]
            if place is not None:
                until = read_date(row["until"]) if row["until"] else None
                actions.add_alias(
                    place.pk, row["other_name"], by=by, relation=row["relation"], language=row["language"],
                    source=row["source"], until=until,
                )  # fmt: skip
    return len(rows)
