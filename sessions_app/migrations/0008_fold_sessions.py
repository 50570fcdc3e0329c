from django.db import Error, migrations, transaction

from resolutionflow.lib.searched import backfill

SEARCHED = {
    "WorkSession": (
        *("title", "client_name", "reference", "psa_ticket_id", "psa_ticket_summary"),
        *("psa_ticket_company", "problem", "resolution", "next_steps"),
    ),
    "Step": ("title", "outcome", "notes", "command_output"),
}
# By the three-letter pieces of a text an index finds a part of a word.
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
INDEXES = {
    "session_folded": "sessions_app_worksession",
    "step_folded": "sessions_app_step",
}


def fold_sessions(apps, schema_editor):
    """Fold the texts of sessions and steps, in batches that each stay written."""
    for name, fields in SEARCHED.items():
        backfill(apps.get_model("sessions_app", name), fields)
    if schema_editor.connection.vendor == "postgresql" and _has_trigrams(schema_editor):
        for index, table in INDEXES.items():
            schema_editor.execute(
                f"CREATE INDEX IF NOT EXISTS {index} ON {table} USING gin (folded gin_trgm_ops)",
                params=None,
            )


def drop_indexes(apps, schema_editor):
    """Search without an index again."""
    for index in INDEXES:
        schema_editor.execute(f"DROP INDEX IF EXISTS {index}", params=None)


def _has_trigrams(schema_editor):
    """Return whether PostgreSQL has pg_trgm; without it searching works, only slower."""
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute(EXTENSION, params=None)
    except Error:
        return False
    return True


class Migration(migrations.Migration):
    # Each batch is committed by itself; a run that was ended goes on where it stood.
    atomic = False

    dependencies = [("sessions_app", "0007_folded")]

    operations = [migrations.RunPython(fold_sessions, drop_indexes)]
