"""The rows of files: added to a step with it, taken out of it, counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone

from resolutionflow.lib.sizes import in_words
from sessions_app.files import bounds
from sessions_app.files.kinds import NotTaken
from sessions_app.models import Step, StepFile, WorkSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file whose bytes are stored, and that no row names yet; see `StepFile` for its fields."""

    name: str
    alt: str
    content_type: str
    size: int
    stored_size: int
    digest: str
    width: int | None = None
    height: int | None = None
    id: UUID = field(default_factory=uuid4)


def check_room(session: WorkSession, step: Step | None, number: int, removed: int = 0) -> None:
    """Raise NotTaken where so many more files go beyond a bound, before anything is done for them.

    `step` is the one that they are added to, None for a new one; `removed` leave it at the same
    time. The same is asked again when the rows are written.
    """
    _check_step(len(step.shown_files) - removed if step else 0, number)
    _check_session(session, number, 0)
    _check_account(session.account_id)


def attach(step: Step, files: Sequence[Kept]) -> None:
    """Write the rows of files to a step whose session is locked.

    What was sent with this step already, by the same form, is not added twice. Raises NotTaken
    beyond a bound.
    """
    if not files:
        return
    known = {file.digest for file in step.shown_files}
    new = [file for file in files if file.digest not in known]
    _check_step(len(known), len(new))
    _check_session(step.session, len(new), sum(file.stored_size for file in new))
    now = timezone.now()
    StepFile.objects.bulk_create(
        StepFile(
            id=file.id,
            session_id=step.session_id,
            step=step,
            name=file.name,
            alt=file.alt,
            content_type=file.content_type,
            size=file.size,
            stored_size=file.stored_size,
            width=file.width,
            height=file.height,
            digest=file.digest,
            # In the order in which they were sent.
            created_at=now + timedelta(microseconds=place),
        )
        for place, file in enumerate(new)
    )


def take_out(step: Step, files: Collection[UUID]) -> None:
    """Take files out of a step whose session is locked; they are kept for a while."""
    if files:
        standing = step.files.filter(pk__in=files, removed_at=None)
        standing.update(removed_at=timezone.now())


def _check_step(held: int, number: int) -> None:
    if held + number > bounds.MOST_OF_STEP:
        raise NotTaken(
            f"A step holds up to {bounds.MOST_OF_STEP} files. Add some of them with another step."
        )


def _check_session(session: WorkSession, number: int, size: int) -> None:
    """Raise NotTaken where the session holds too many; removed ones count, for they are kept."""
    held = session.files.aggregate(number=Count("pk"), size=Sum("stored_size", default=0))
    if held["number"] + number > bounds.MOST_OF_SESSION:
        raise NotTaken(
            f"A session holds up to {bounds.MOST_OF_SESSION} files, and this one has "
            f"{held['number']}. Complete it, and go on in a new one."
        )
    if held["size"] + size > bounds.MOST_BYTES_OF_SESSION:
        raise NotTaken(
            f"A session holds up to {bounds.MOST_BYTES_OF_SESSION // bounds.MIB} MB of files, and "
            "this one is full. Complete it, and go on in a new one."
        )


def _check_account(account_id: int) -> None:
    """Raise NotTaken where the account has used up its space.

    Forms that are sent at the same moment may go beyond by what they hold, which does no harm.
    """
    most = settings.FILES_PER_ACCOUNT
    rows = StepFile.objects.filter(session__account_id=account_id)
    if rows.aggregate(size=Sum("stored_size", default=0))["size"] >= most:
        raise NotTaken(
            f"Your account's files take {in_words(most)}, and no more are kept. Tell your "
            "administrator; your text is kept here."
        )
