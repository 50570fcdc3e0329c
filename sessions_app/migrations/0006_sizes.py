from django.db import migrations, models
from django.db.models import Count, F, OuterRef, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce

TEXTS = ("title", "outcome", "notes", "command_output")


class Bytes(models.Func):
    """The length of a text as UTF-8."""

    function = "OCTET_LENGTH"
    output_field = models.IntegerField()

    def as_sqlite(self, compiler, connection):
        return self.as_sql(
            compiler, connection, function="LENGTH", template="%(function)s(CAST(%(expressions)s AS BLOB))"
        )


def count(apps, schema_editor):
    """Write down how large what is there already is."""
    step, session, draft = (
        apps.get_model("sessions_app", name) for name in ("Step", "WorkSession", "Draft")
    )
    step.objects.update(size=sum((Bytes(F(name)) for name in TEXTS[1:]), Bytes(F(TEXTS[0]))))
    draft.objects.update(size=Bytes(Cast("values", TextField())))
    totals = step.objects.filter(session=OuterRef("pk")).order_by().values("session")
    session.objects.update(
        step_count=Coalesce(Subquery(totals.annotate(n=Count("pk")).values("n")), 0),
        step_bytes=Coalesce(Subquery(totals.annotate(n=Sum("size")).values("n")), 0),
    )


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0005_session_request_id")]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name=name,
                field=models.PositiveIntegerField(default=0, editable=False),
            )
            for model, name in (
                ("step", "size"),
                ("draft", "size"),
                ("worksession", "step_count"),
                ("worksession", "step_bytes"),
            )
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
