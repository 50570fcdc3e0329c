"""Let a change of a ticket follow a note."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("psa", "0013_fold_posts"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticketchange",
            name="after",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)s_part",
                to="psa.post",
            ),
        ),
        migrations.AlterField(
            model_name="ticketchange",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waits for the note"),
                    ("queued", "Waiting to be changed"),
                    ("sending", "Being changed"),
                    ("applied", "Changed"),
                    ("failed", "Not changed"),
                    ("unknown", "Being checked"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="ticketchange",
            name="change_one_status_at_a_time",
        ),
        migrations.AddConstraint(
            model_name="ticketchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("after", None),
                    ("kind", "status"),
                    ("state__in", ["queued", "sending", "unknown"]),
                ),
                fields=("connection", "ticket_id"),
                name="change_one_status_at_a_time",
            ),
        ),
    ]
