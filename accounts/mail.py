"""E-mail to people, where the operator set a mail server."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.models import Invitation, User
from resolutionflow.lib.database import release_database
from resolutionflow.lib.waiting import waiting

logger = logging.getLogger(__name__)

# One after the other: however many ask, no more of them wait for the mail server.
_later = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send_invitation(invitation: Invitation, link: str) -> bool | None:
    """Send the link to who is invited; return whether the mail server took it.

    None without a mail server. Call it outside of a transaction: it waits up to
    `settings.EMAIL_TIMEOUT` seconds for each answer.
    """
    text = render_to_string("accounts/invitation.txt", {"invitation": invitation, "link": link})
    subject = f"Join {invitation.account} on ResolutionFlow"
    return _send(subject, text, invitation.email)


def send_password_link(person: User, link: str) -> bool | None:
    """Send the link to a new password; return and wait as `send_invitation` does."""
    return _send(*_password_letter(person, link))


def send_password_link_later(person: User, link: str) -> Future[bool | None]:
    """Send the link while nobody waits, so that no answer's time tells whether one was sent."""
    return _later.submit(_send, *_password_letter(person, link))


def send_email_link(person: User, link: str, to: str) -> bool | None:
    """Send the link with which the person takes this address; return and wait as above."""
    text = render_to_string("accounts/new_email.txt", {"person": person, "link": link, "to": to})
    return _send("Your new e-mail address on ResolutionFlow", text, to)


def send_notice_later(person: User, text: str, to: str) -> Future[bool | None]:
    """Tell the person what happened to their log-in, at this address, while nobody waits."""
    letter = render_to_string("accounts/notice.txt", {"person": person, "text": text})
    return _later.submit(_send, "Your log-in on ResolutionFlow", letter, to)


def _password_letter(person: User, link: str) -> tuple[str, str, str]:
    text = render_to_string("accounts/new_password.txt", {"person": person, "link": link})
    return "Your new password on ResolutionFlow", text, person.email


def _send(subject: str, text: str, to: str) -> bool | None:
    if not settings.EMAIL_URL:
        return None
    release_database()
    try:
        with waiting():
            send_mail(" ".join(subject.split()), f"{text.strip()}\n", None, [to])
    except (OSError, SMTPException) as problem:
        # The kind alone: what a mail server says may hold addresses.
        logger.warning("An e-mail was not sent: %s", type(problem).__name__)
        return False
    return True
