"""Sessions whose record is compared with golden files, one name per case.

Run as a module to write the files anew after a wanted change; then read the difference.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from sessions_app.export import FORMATS, render
from sessions_app.export.document import SessionRecord, StepRecord, build

GOLDEN = Path(__file__).parent / "golden"

VPN = SessionRecord(
    reference="RF-7K3Q9D",
    title="VPN drops after five minutes",
    engineer="Dana Ruiz",
    outcome="Resolved",
    started_at=datetime(2026, 4, 21, 9, 10, tzinfo=UTC),
    completed_at=datetime(2026, 4, 21, 9, 40, tzinfo=UTC),
    resolution="Idle timeout set back to 28800 seconds. Two users confirmed.",
    next_steps="Ask the third user to confirm by 12:00",
    steps=(
        StepRecord(kind="note", title="Only users behind the new firewall policy are affected"),
        StepRecord(
            kind="question", title="Does the tunnel connect at all?", outcome="Yes, drops later"
        ),
        StepRecord(
            kind="check",
            title="Compare the policy with last week's backup",
            outcome="idle timeout 300, was 28800",
        ),
        StepRecord(
            kind="action",
            title="Restore the timer, test with one user",
            outcome="stable for 20 minutes",
        ),
    ),
)

CASES = {
    "resolved": VPN,
    "open": replace(VPN, completed_at=None, outcome="", resolution="", next_steps=""),
    "empty": SessionRecord(
        reference="RF-22A2A2",
        title="Printer",
        engineer="Sam",
        started_at=datetime(2026, 4, 21, 9, 10, tzinfo=UTC),
    ),
    # 19:50 to 20:20 in New York is the next day in UTC.
    "midnight": replace(
        VPN,
        outcome="Escalated",
        started_at=datetime(2026, 4, 21, 19, 50, tzinfo=timezone(timedelta(hours=-4))),
        completed_at=datetime(2026, 4, 21, 20, 20, tzinfo=timezone(timedelta(hours=-4))),
        next_steps="- Call the vendor\r\n* Send the logs\r\n\r\n• Ask for a date",
    ),
    "long": replace(
        VPN,
        client="O'Brien & Söhne",
        problem="Since Monday remote users lose the tunnel.\r\n\r\nThe office is not affected.",
        steps=(
            StepRecord(
                kind="note", title="Firmware 7.2.4", notes="Updated on Sunday\nby the night shift"
            ),
            StepRecord(
                kind="check",
                title="Read the policy",
                outcome="300 seconds\nshould be 28800",
                notes="Backup from 2026-11-14.",
                command_output=(
                    "PS> Get-VpnPolicy | fl\r\n"
                    "Name        : RemoteUsers\r\n"
                    "Server      : \\\\fw01\\policies\r\n"
                    "\r\n"
                    "    Comment : <none>\r\n"
                ),
            ),
        ),
    ),
    "hostile": replace(
        VPN,
        title="# <b>Title</b> **bold** `code`",
        client="</p><script>alert(1)</script>",
        problem=(
            "# Heading\n## Another #\nText\n===\nText\n---\n| a | b |\n|---|:-:|\na | b\n--- | ---"
        ),
        resolution=(
            "```\nfence\n~~~\n> # quoted heading\n- # heading in a list\n1. ~~~ fence in a list"
        ),
        next_steps="*.contoso.com\n<!-- hidden -->\n1. numbered",
        steps=(
            StepRecord(
                kind="note",
                title="Colours \x1b[31mred\x1b[0m and a bell \x07",
                notes="مرحبا \u202eabc\u202c 👩‍💻 \u2028next\x85line\x0bpage",
            ),
            StepRecord(
                kind="action",
                title="DOMAIN\\_svc on \\\\srv\\x$",
                outcome="[link](https://example.com) & <none> &amp;",
                command_output="````\n```\n</pre><script>\n\ttab\x00nul",
            ),
        ),
    ),
}


def main() -> None:
    """Write every golden file as the code renders it now."""
    for name, record in CASES.items():
        for item in FORMATS.values():
            path = GOLDEN / f"{name}{item.suffix}"
            path.write_text(render(build(record), item.name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
