"""A text that is too long for a step, taken as a text file instead, with one click."""

from django.core.files.base import ContentFile
from django.http import QueryDict

from resolutionflow.lib.sizes import size_of
from resolutionflow.lib.text import as_typed
from sessions_app.files.intake import Sent
from sessions_app.files.kinds import TEXT

# The fields that may become one, each with what the file is then called and said to show.
_FIELDS = {
    "outcome": ("outcome.txt", "Outcome, as a text file"),
    "notes": ("notes.txt", "Notes, as a text file"),
    "command_output": ("command-output.txt", "Command output, as a text file"),
}


def moved(values: QueryDict) -> tuple[QueryDict, list[Sent]]:
    """Return a step's form as it is where `as_file` was pressed: its longest text is a file.

    Else what was sent, and no file.
    """
    field = max(_FIELDS, key=lambda name: size_of(values.get(name, "")))
    text = as_typed(values.get(field, ""))
    if "as_file" not in values or not text.strip():
        return values, []
    rest = values.copy()
    rest[field] = ""
    name, alt = _FIELDS[field]
    file = ContentFile(text.encode(errors="replace"), name=name)
    return rest, [Sent(file=file, name=name, alt=alt, kind=TEXT)]
