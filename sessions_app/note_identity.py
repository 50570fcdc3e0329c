"""What a note of a session is known by: its marker, and the id of its approval."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from accounts.models import User
from psa.models import Post
from resolutionflow.lib.ids import uuid_of
from sessions_app.models import REFERENCE_ALPHABET, SessionPost, WorkSession


def marker_of(session: WorkSession, request_id: UUID) -> str:
    """Return the token that this one note is found by, such as RF-7K3Q9D-4F2K."""
    digest = int.from_bytes(sha256(request_id.bytes).digest()[:8])
    code = ""
    for _ in range(4):
        digest, letter = divmod(digest, len(REFERENCE_ALPHABET))
        code += REFERENCE_ALPHABET[letter]
    return f"{session.reference}-{code}"


def marker_in(session: WorkSession, values: dict[str, Any]) -> str:
    """Return the marker of the note that a form's values are of, "" where they name none."""
    request_id = uuid_of(values.get("request_id"))
    return marker_of(session, request_id) if request_id else ""


def next_request_id(session: WorkSession, user: User) -> UUID:
    """Return the id of this person's next note of the session.

    Two tabs that open the dialog at the same time get the same one, so that posting the
    same text in both makes one note.
    """
    number = SessionPost.objects.filter(session=session).count()
    while True:
        request_id = uuid5(session.pk, f"{user.pk}:{number}")
        if not post_of(session, request_id):
            return request_id
        number += 1


def post_of(session: WorkSession, request_id: UUID) -> Post | None:
    """Return the account's post of this approval, if there is one."""
    return Post.objects.filter(account_id=session.account_id, request_id=request_id).first()


def mendable(session: WorkSession, post_id: object) -> Post | None:
    """Return the session's failed post of this id, if nothing took its place yet."""
    wanted = uuid_of(post_id)
    if wanted is None:
        return None
    return Post.objects.filter(
        pk=wanted, session_post__session=session, state=Post.State.FAILED, replaced=False
    ).first()


def renewed(session: WorkSession, user: User, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a form held with an id, and its marker in the text, that no post has yet.

    Where the old id belongs to a failed note, the new one is meant to take its place.
    """
    known_id = uuid_of(values.get("request_id"))
    known = post_of(session, known_id) if known_id else None
    if known_id and not known:
        replaced = mendable(session, values.get("replaces"))
        return {**values, "request_id": known_id, "replaces": replaced and replaced.pk}
    request_id = next_request_id(session, user)
    content = values.get("content", "")
    if known_id:
        content = content.replace(marker_of(session, known_id), marker_of(session, request_id))
    replaced = mendable(session, known.pk) if known else None
    return {
        **values,
        "request_id": request_id,
        "content": content,
        "replaces": replaced and replaced.pk,
    }


def before_marker(content: str, added: str, marker: str) -> str:
    """Return the note with a text before its last line, or at its end where that is gone."""
    words, at, last = content.rpartition(f"ResolutionFlow · {marker}")
    parts = (words if at else last, added, f"{at}{last}" if at else "")
    return "\n\n".join(part.strip("\r\n") for part in parts if part.strip())
