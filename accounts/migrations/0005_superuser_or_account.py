"""A super admin and an account exclude each other.

Until now somebody could be both, and then an admin of that account could choose the super
admin's password. Such a person stays in the account with the role they have and is no super
admin any more: whether the account's admins used that way in cannot be told afterwards, and an
operator can make a new super admin at any time (`createsuperuser`). Their log-ins end.
"""

import logging

from django.db import migrations, models
from django.db.models import F

logger = logging.getLogger(__name__)


def keep_the_account(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    both = User.objects.filter(is_superuser=True, account__isnull=False)
    ids = sorted(both.values_list("pk", flat=True))
    if not ids:
        return
    both.update(is_superuser=False, log_in_epoch=F("log_in_epoch") + 1)
    logger.warning("No super admins any more, since they belong to an account: users %s", ids)
    if not User.objects.filter(is_superuser=True, is_active=True).exists():
        logger.warning("No super admin is left. Make one: manage.py createsuperuser")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_claude_usage'),
    ]

    operations = [
        migrations.RunPython(keep_the_account, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='user',
            name='user_has_account_or_is_superuser',
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('is_superuser', True)), models.Q(('account__isnull', False), ('is_superuser', False)), _connector='OR'), name='user_belongs_to_account_or_is_superuser', violation_error_message='A person belongs to an account or is a super admin, never both.'),
        ),
    ]
