import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0008_fold_sessions")]

    operations = [
        migrations.AddField(
            model_name="worksession",
            name="version",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.CreateModel(
            name="SessionNote",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="note",
                        serialize=False,
                        to="sessions_app.worksession",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("renderer", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("is_short", models.BooleanField()),
            ],
        ),
    ]
