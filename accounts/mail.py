"""E-mail to people, where the operator set a mail server."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.models import Invitation
from resolutionflow.lib.database import release_database
from resolutionflow.lib.waiting import waiting

logger = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, link: str) -> bool | None:
    """Send the link to who is invited; return whether the mail server took it.

    None without a mail server. Call it outside of a transaction: it waits up to
    `settings.EMAIL_TIMEOUT` seconds for each answer.
    """
    if not settings.EMAIL_URL:
        return None
    text = render_to_string(
        "accounts/invitation.txt", {"invitation": invitation, "link": link}
    ).strip()
    subject = f"Join {invitation.account} on ResolutionFlow"
    release_database()
    try:
        with waiting():
            send_mail(" ".join(subject.split()), f"{text}\n", None, [invitation.email])
    except (OSError, SMTPException) as problem:
        # The kind alone: what a mail server says may hold addresses.
        logger.warning("An invitation was not sent: %s", type(problem).__name__)
        return False
    return True
