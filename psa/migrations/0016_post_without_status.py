"""Take away from posts what stands in rows of their own now."""

from django.db import migrations, models


def removed(name: str) -> migrations.RemoveField:
    """Return the operation that drops a column of posts."""
    return migrations.RemoveField(model_name="post", name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("psa", "0015_status_parts"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="post", name="post_outbox_due"),
        removed("seen_status_id"),
        removed("status_attempts"),
        removed("status_changed_from"),
        removed("status_changed_to"),
        removed("status_error"),
        removed("status_state"),
        removed("update_status_id"),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sending", "unknown"])),
                fields=["next_attempt_at"],
                name="post_outbox_due",
            ),
        ),
    ]
