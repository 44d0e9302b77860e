"""Row-level security on whatever says something about records or counts them; decisions are ended, never deleted."""

from django.db import migrations

from banyan.platform.access.migrating import ProtectRows

FINDINGS = {"view": "quality.view_findings", "change": "quality.change_findings"}
# Whoever asks for an opened gate need not be somebody who works on findings: a clerk at the printer.
GATES = {"view": "quality.ask_override", "change": "quality.ask_override"}
# A record may be looked at as more than one subject: a person whose registration is over, and all the same a person.
_BY_SUBJECT = (
    "ALTER TABLE quality_state DROP CONSTRAINT quality_state_pkey, ADD CONSTRAINT quality_state_pkey PRIMARY KEY (id{})"
)
NEVER_DELETED = ("waiver", "override", "exercise", "exerciserecord")


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_tables"), ("access", "0002_sealed_reach")]

    operations = [
        migrations.RunSQL(_BY_SUBJECT.format(", subject"), _BY_SUBJECT.format("")),
        *(
            ProtectRows(f"quality_{table}", **FINDINGS)
            for table in (
                "state", "issue", "snapshot", "agecount", "assignment", "waiver", "exercise", "exerciserecord",
            )
        ),
        ProtectRows("quality_override", **GATES),
        *(
            migrations.RunSQL(
                f"DROP POLICY quality_{table}_delete ON quality_{table}",
                # ProtectRows in reverse drops the policy by its name.
                f"CREATE POLICY quality_{table}_delete ON quality_{table} FOR DELETE USING (false)",
            )
            for table in NEVER_DELETED
        ),
    ]  # fmt: skip
