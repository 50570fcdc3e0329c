"""From what a form sent to files that are kept: checked, made anew, stored."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from sessions_app.files import bounds, names, pictures, store
from sessions_app.files.attaching import Kept
from sessions_app.files.kinds import Kind, NotTaken, kind_of
from sessions_app.forms import LineField
from sessions_app.models import StepFile

_ALT = LineField(
    max_length=bounds.MOST_LETTERS_OF_ALT,
    error_messages={"required": "Say in a few words what it shows: it stands in the note."},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as a form sent it, with its description; `kind` where we made it ourselves."""

    file: "File[bytes]"
    name: str
    alt: str
    kind: Kind | None = None


def sent_with(values: QueryDict, files: MultiValueDict[str, UploadedFile]) -> list[Sent]:
    """Return the form's `files`, each with the `alt` in the same place, checked as far as is cheap.

    Raises NotTaken, with the sentences of all that do not hold.
    """
    chosen, alts = files.getlist("files"), values.getlist("alt")
    if len(chosen) > bounds.MOST_OF_STEP:
        raise NotTaken(
            f"These are {len(chosen)} files, and a step holds up to {bounds.MOST_OF_STEP}. "
            "Add some of them with another step."
        )
    texts = [*alts, *[""] * (len(chosen) - len(alts))]
    wrong: list[NotTaken] = []
    sent = []
    for file, alt in zip(chosen, texts, strict=False):
        try:
            sent.append(_checked(file, alt))
        except NotTaken as refusal:
            wrong.append(refusal)
    if any(text.strip() for text in texts[len(chosen) :]):
        wrong.append(
            NotTaken("A description has no file. Choose the file again, or clear the description.")
        )
    if wrong:
        status = 413 if all(each.status == 413 for each in wrong) else 422
        raise NotTaken(" ".join(each.sentence for each in wrong), status)
    return sent


def _checked(file: UploadedFile, alt: str) -> Sent:
    name = file.name or ""
    if (file.size or 0) > bounds.MOST_BYTES:
        raise _about(name, NotTaken(f"It is larger than {_MOST}. Make it smaller.", 413))
    try:
        text = _ALT.clean(alt)
    except ValidationError as wrong:
        raise _about(name, NotTaken(" ".join(wrong.messages))) from None
    return Sent(file=file, name=name, alt=text)


_MOST = f"{bounds.MOST_BYTES // bounds.MIB} MB"


def _about(name: str, refusal: NotTaken) -> NotTaken:
    return NotTaken(f"{names.shown(name)}: {refusal.sentence}", refusal.status)


@contextmanager
def kept(sent: list[Sent]) -> Iterator[list[Kept]]:
    """Store the files for as long as the block runs; in it, rows are written that name them.

    Raises NotTaken or store.FilesAway. What no row names after the block is removed again, also
    when the block fails.
    """
    done: list[Kept] = []
    until = time.monotonic() + bounds.MOST_SECONDS
    try:
        for each in sent:
            done.append(_keep(each, until))
        yield done
    finally:
        named = StepFile.objects.filter(pk__in=[file.id for file in done]) if done else ()
        wanted = {file.pk for file in named}
        for file in done:
            if file.id not in wanted:
                store.drop(file.id)


def _keep(sent: Sent, until: float) -> Kept:
    """Return the file when its bytes are stored."""
    sent.file.seek(0)
    data: bytes = sent.file.read()
    try:
        kind = sent.kind or kind_of(sent.name, data)
        picture = pictures.made_anew(data, kind, until) if kind.format else None
    except NotTaken as refusal:
        raise _about(sent.name, refusal) from None
    digest = hashlib.sha256(data).hexdigest()
    thumbnail = b""
    if picture:
        kind, data, thumbnail = picture.kind, picture.data, picture.thumbnail
    file = Kept(
        name=names.clean(sent.name, kind),
        alt=sent.alt,
        content_type=kind.content_type,
        size=len(data),
        stored_size=len(data) + len(thumbnail),
        digest=digest,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
    )
    store.put(file.id, data, thumbnail)
    return file
