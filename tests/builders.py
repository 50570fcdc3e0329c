"""Rows that tests store as they stand: one builder for each model."""

from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from psa.models import MemberMapping, Post, PsaConnection, TimeEntry
from sessions_app.files import store
from sessions_app.models import Step, StepFile


def map_member(
    user: User,
    connection: PsaConnection,
    member_id: str = "152",
    member_name: str = "Erin Ruiz",
    matched_by: str = MemberMapping.MatchedBy.MANUAL_ADMIN,
) -> MemberMapping:
    """Let the person be this member of the PSA."""
    return MemberMapping.objects.create(
        connection=connection,
        user=user,
        external_member_id=member_id,
        external_member_name=member_name,
        matched_by=matched_by,
    )


def stored_file(step: Step, data: bytes = b"2026-11-29 ERROR", **fields) -> StepFile:
    """Return a file of the step's, a text where no fields say otherwise, with its bytes stored."""
    values = {
        "session_id": step.session_id,
        "step": step,
        "name": "app.log",
        "alt": "What was logged",
        "content_type": "text/plain",
        "size": len(data),
        "stored_size": len(data),
        "digest": sha256(data).hexdigest(),
    }
    file = StepFile(**values | fields)
    store.put(file.pk, data, data if file.is_picture else b"")
    file.save()
    return file


def stored_post(author: User, connection: PsaConnection | None = None, **fields) -> Post:
    """Return a post of the author's to ticket 48291, in whatever state; nothing is sent."""
    values = {
        "account": author.account,
        "connection": connection,
        "request_id": uuid4(),
        "ticket_id": "48291",
        "note_type": Post.NoteType.INTERNAL_ANALYSIS,
        "content": "Restarted the spooler.",
        "posted_by": author,
        "posted_by_name": author.name,
    }
    return Post.objects.create(**values | fields)


def stored_time(author: User, connection: PsaConnection, **fields) -> TimeEntry:
    """Return an hour of the author's on ticket 48291, in whatever state; nothing is sent."""
    values = {
        "account": author.account,
        "connection": connection,
        "request_id": uuid4(),
        "ticket_id": "48291",
        "member_id": "152",
        "day": timezone.localdate(),
        "hours": Decimal(1),
        "marker": "RF-T23456789",
        "made_by": author,
        "made_by_name": author.name,
    }
    return TimeEntry.objects.create(**values | fields)
