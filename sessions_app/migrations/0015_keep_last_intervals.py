from django.db import migrations, models

# In one statement, as there may be a million sessions.
KEEP_THE_LAST = """
    INSERT INTO sessions_app_workinterval (session_id, person_id, kind, started_at, ended_at)
    SELECT id, engineer_id, 'work', COALESCE(working_since, started_at), completed_at
    FROM sessions_app_worksession
    WHERE completed_at > COALESCE(working_since, started_at)
"""


def keep_the_last_intervals(apps, schema_editor):
    """Make a row of the last interval of each completed session, as completing does from now on."""
    schema_editor.execute(KEEP_THE_LAST, params=None)
    sessions = apps.get_model("sessions_app", "WorkSession").objects
    sessions.exclude(completed_at=None).update(working_since=models.F("completed_at"))


def leave_work_alone(apps, schema_editor):
    """Take away what the release before would count as work."""
    apps.get_model("sessions_app", "WorkInterval").objects.exclude(kind="work").delete()


class Migration(migrations.Migration):
    # Apart from the change of the tables: PostgreSQL alters none that has rows to check.
    dependencies = [("sessions_app", "0014_intervals_of_kinds")]

    operations = [migrations.RunPython(keep_the_last_intervals, leave_work_alone)]
