"""What the text of a note is made of: its sections, and the words before and behind them. Pure."""

from dataclasses import dataclass

from sessions_app.export.readers import COLLEAGUES, CUSTOMER, MAY_REACH_CUSTOMER

# What a template may hold, in the order in which a note shows it.
SECTIONS = {
    "facts": "Outcome, engineer and time",
    "problem": "Problem",
    "known": "What we know",
    "cause": "Cause: what notes and checks found",
    "steps": "Steps taken",
    "details": "Notes and command output of the steps",
    "resolution": "Resolution",
    "next_steps": "Next steps",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTemplate:
    """How a note is put together.

    `key` is its name in addresses, `note_type` the type that it is meant for, `heading` what stands
    before the session's title. `intro` and `outro` are plain text with placeholders.
    """

    key: str
    name: str
    note_type: str
    heading: str
    sections: tuple[str, ...]
    intro: str = ""
    outro: str = ""


QUICK = NoteTemplate(
    key="quick_update",
    name="Quick Update",
    note_type=COLLEAGUES,
    heading="Update",
    sections=("facts", "steps", "next_steps"),
)
FULL = NoteTemplate(
    key="full_analysis",
    name="Full Analysis",
    note_type=COLLEAGUES,
    heading="Session Analysis",
    sections=("facts", "problem", "known", "steps", "details", "resolution", "next_steps"),
)
RESOLUTION = NoteTemplate(
    key="resolution_summary",
    name="Resolution Summary",
    note_type=MAY_REACH_CUSTOMER,
    heading="Resolution",
    sections=("problem", "cause", "resolution", "next_steps"),
)
CUSTOMER_UPDATE = NoteTemplate(
    key="customer_update",
    name="Customer Update",
    note_type=CUSTOMER,
    heading="",
    sections=("steps", "resolution", "next_steps"),
)

STANDARD = {each.key: each for each in (QUICK, FULL, RESOLUTION, CUSTOMER_UPDATE)}
# What a note of each type begins with where nobody chose.
USUAL = {COLLEAGUES: FULL, MAY_REACH_CUSTOMER: RESOLUTION, CUSTOMER: CUSTOMER_UPDATE}
