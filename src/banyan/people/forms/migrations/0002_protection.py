"""Row-level security: who may see forms sees them, who may change forms or the policy changes those.

Operations narrow further in queries: a form holds nothing about people.
"""

from django.db import migrations

from banyan.platform.access.migrating import RestrictTable

FORMS = {"view": "forms.view_form", "change": "forms.change_form"}


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_tables"), ("access", "0002_sealed_reach")]

    operations = [
        RestrictTable("forms_form", **FORMS),
        RestrictTable("forms_formversion", **FORMS),
        RestrictTable("forms_formbinding", **FORMS),
        RestrictTable("forms_collectionpolicy", view="forms.view_form", change="forms.change_policy"),
        # A form or version is retired, never deleted: without a policy for it the database finds no row to delete.
        migrations.RunSQL(
            "DROP POLICY forms_form_delete ON forms_form; DROP POLICY forms_formversion_delete ON forms_formversion",
            migrations.RunSQL.noop,
        ),
    ]
