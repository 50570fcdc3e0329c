"""Keep edits of posted notes: the outbox of new texts, and their log."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_notices'),
        ('psa', '0017_last_failure'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoteEdit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('request_id', models.UUIDField()),
                ('error', models.TextField(blank=True)),
                ('error_kind', models.CharField(blank=True, max_length=40)),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('checks', models.PositiveIntegerField(default=0)),
                ('absences', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('first_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('attempt_started_at', models.DateTimeField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_token', models.UUIDField(blank=True, editable=False, null=True)),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('ticket_id', models.CharField(max_length=100, verbose_name='ticket')),
                ('before', models.TextField()),
                ('content', models.TextField()),
                ('found_content', models.TextField(blank=True)),
                ('warning', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('queued', 'Waiting to be saved'), ('sending', 'Being saved'), ('edited', 'Edited'), ('failed', 'Not edited'), ('unknown', 'Being checked')], default='queued', max_length=10)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('made_by_name', models.CharField(max_length=150, verbose_name='by')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('connection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='psa.psaconnection')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='note_edits', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='edits', to='psa.post')),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'sending', 'unknown'])), fields=['next_attempt_at'], name='note_edit_due')],
                'constraints': [models.UniqueConstraint(fields=('account', 'request_id'), name='note_edit_request_id_unique'), models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'sending', 'unknown'])), fields=('post',), name='note_edit_one_at_a_time')],
            },
        ),
    ]
