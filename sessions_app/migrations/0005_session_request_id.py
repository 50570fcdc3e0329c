from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("sessions_app", "0004_session_ticket")]

    operations = [
        migrations.AddField(
            model_name="worksession",
            name="request_id",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="worksession",
            constraint=models.UniqueConstraint(
                fields=("engineer", "request_id"), name="session_request_id_unique"
            ),
        ),
    ]
