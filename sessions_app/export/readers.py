"""What each reader of a note gets of a session's record. Pure.

A note's type decides who may read it. Colleagues read everything. What may reach the customer holds
no internal step, no notes and no command output. What is written for the customer holds of a step
that nobody marked its title alone, and that only of a check or an action in plain words.
"""

import re
from dataclasses import replace

from sessions_app.export.document import SessionRecord, StepRecord

COLLEAGUES = "internal_analysis"
MAY_REACH_CUSTOMER = "resolution"
CUSTOMER = "description"

_INTERNAL, _FOR_CUSTOMER = "internal", "customer"
_DONE = {"check", "action"}
# A command, a path, a switch, a name in code: nothing that a customer reads as words.
_VERBS = (
    "Add|Clear|Connect|Copy|Disable|Disconnect|Enable|Export|Find|Get|Import|Install|Invoke|Move|New|Out"
    "|Read|Remove|Rename|Repair|Reset|Restart|Select|Set|Start|Stop|Test|Uninstall|Update|Write"
)
_CODE = re.compile(
    rf"""[`\\|{{}}=] | \$[A-Za-z_] | :: | && | \(\) | <\w | \w_\w
    | (?:^|\s)--?[A-Za-z]\w* | (?:^|\s)~?/\w+/
    | \b(?:{_VERBS})-[A-Z]\w+
    | \.(?:exe|dll|ps1|bat|cmd|sh|py|log|conf|cfg|ini|json|ya?ml|sys|msi)\b
    | \bsudo\s | \bRF-[0-9A-Z]""",
    re.VERBOSE,
)


def is_plain(title: str) -> bool:
    """Return whether a step's title reads as words, and not as a command, a path or code."""
    return _CODE.search(title) is None


def for_reader(record: SessionRecord, reader: str, *, details: bool = True) -> SessionRecord:
    """Return the record as the reader of this note type may get it.

    Without `details` the steps have no notes and no command output for colleagues either.
    """
    steps = (_step(step, reader, details=details) for step in record.steps)
    return replace(record, steps=tuple(step for step in steps if step))


def _step(step: StepRecord, reader: str, *, details: bool) -> StepRecord | None:
    """Return what the reader gets of the step, None for nothing."""
    if reader == COLLEAGUES:
        return step if details else replace(step, notes="", command_output="", files=())
    if step.audience == _INTERNAL:
        return None
    # Readers outside see no mark: it says how we work, and nothing to them.
    shown = replace(step, notes="", command_output="", files=(), audience="")
    if reader == MAY_REACH_CUSTOMER or step.audience == _FOR_CUSTOMER:
        return shown
    # One that stands in place of others names what only colleagues can look up.
    if step.kind in _DONE and not step.left_out and is_plain(step.title):
        return replace(shown, outcome="")
    return None
