"""What the demo shows of this room: the organisations of the Somalia 3W, and a few invented contacts."""

from pathlib import Path
from typing import Any

from banyan.platform.access.viewers import causing, system_viewer
from banyan.platform.jobs import worker
from banyan.reference.parties import actions, inputs, queries
from banyan.reference.parties.models import Organisation, Relation

FOLDER = Path(__file__).resolve().parents[4] / "demo" / "parties"
SOURCE = "OCHA Somalia 3W organisation names"
# Names in other scripts, so that searching in them can be tried; as the organisations write them themselves.
TRANSLATIONS = (
    ("UNHCR", "ar", "مفوضية الأمم المتحدة لشؤون اللاجئين"),
    ("UNHCR", "fr", "Haut Commissariat des Nations unies pour les réfugiés"),
    ("WFP", "ar", "برنامج الأغذية العالمي"),
    ("WFP", "fr", "Programme alimentaire mondial"),
    ("WFP", "my", "ကမ္ဘာ့စားနပ်ရိက္ခာအစီအစဉ်"),
    ("UNICEF", "ar", "اليونيسف"),
    ("UNICEF", "my", "ကုလသမဂ္ဂကလေးများရန်ပုံငွေအဖွဲ့"),
)
# Nobody is called so; the addresses are reserved for examples (RFC 2606).
CONTACTS = (
    ("WFP", "Head of programme", "Daw Khin Demo", "programme@example.org"),
    ("UNHCR", "Protection officer", "Amina Example", "protection@example.org"),
    ("UNICEF", "Information management officer", "Jean Exemple", "information@example.org"),
)


def load(progress: Any) -> dict[str, int]:
    """Load through the real paths, as a list that somebody sent; loading again changes nothing. Returns counts."""
    by = system_viewer("demo")
    file = FOLDER / "somalia_org_name_map.json"
    with causing("demo:parties"):
        candidates, findings = inputs.read_upload(file.name, file.read_bytes(), queries.vocabulary(seen_by=by))
        progress.report(0, len(candidates))
        batch = actions.check_import(
            by=by, file_name=file.name, source=SOURCE, candidates=candidates, findings=findings
        )
        if batch.counts["added"] or batch.counts["changed"]:
            actions.accept_import(by=by, import_id=batch.id)
            # No worker is running yet when the demo is loaded.
            worker.run(until_idle=True, signals=False)
            _add_names_and_contacts(by)
        else:
            actions.discard_import(by=by, import_id=batch.id)
        progress.report(len(candidates), len(candidates))
    counts = queries.import_named(batch.id, seen_by=by).counts
    return {"organisations": counts["added"], "rows not taken": counts["refused"]}


def _add_names_and_contacts(by: Any) -> None:
    known = {row.acronym: row.id for row in Organisation.objects.filter(acronym__in=["WFP", "UNHCR", "UNICEF"])}
    for acronym, language, text in TRANSLATIONS:
        if acronym in known:
            actions.add_name(
                by=by, organisation_id=known[acronym], text=text, relation=Relation.TRANSLATION, language=language
            )
    for acronym, post, name, email in CONTACTS:
        if acronym in known:
            actions.add_contact(by=by, organisation_id=known[acronym], name=name, post=post, email=email)
