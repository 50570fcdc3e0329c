"""What the browser tests share: a session worked in the page, and the simulator's own view."""

import json
from urllib.request import Request, urlopen

NEW_SESSION = "/sessions/new/"


def start_session(page, title: str) -> None:
    """Start a session on the page of new sessions, as a person does."""
    if not page.url.endswith(NEW_SESSION):
        page.goto(NEW_SESSION)
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Start session").click()
    page.wait_for_url("**/sessions/*-*/")


def work_session(page, title: str) -> None:
    """Start a session and add two steps."""
    start_session(page, title)
    add_steps(page)


def add_steps(page) -> None:
    """Add two steps to the session that the page shows."""
    for kind, step, outcome in (
        ("Check", "Compare the policy with the backup", "idle timeout 300"),
        ("Action", "Restore the timer", "stable"),
    ):
        page.get_by_role("radio", name=kind).check(force=True)
        page.get_by_label("What did you ask, check or do?").fill(step)
        page.get_by_label("Outcome").first.fill(outcome)
        page.get_by_role("button", name="Add step").click()
        page.locator("#step-list").get_by_text(step).wait_for()


def look_up_ticket(page, number: str) -> None:
    """Open the picker of the session that the page shows, and look the ticket up by its number."""
    page.get_by_role("link", name="Link ticket").click()
    page.get_by_label("Words or ticket number").fill(number)
    # By key: the dialog grows while its parts arrive, and the button moves away from a pointer.
    page.get_by_role("button", name="Look up").press("Enter")
    page.get_by_role("button", name=f"Link #{number}").wait_for()


def link_ticket(page, number: str) -> None:
    """Link the ticket to the session that the page shows."""
    look_up_ticket(page, number)
    page.get_by_role("button", name=f"Link #{number}").click()
    page.get_by_text(f"CW #{number}").wait_for()


def _control(demo, path: str):
    with urlopen(f"{demo.simulator}/__simulator__/{path}", timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def notes_on(demo, ticket: str) -> list[dict]:
    """Return the notes that the simulated ConnectWise holds for a ticket."""
    return _control(demo, f"notes/northwind/{ticket}")


def status_of(demo, ticket: str) -> str:
    """Return the status that the simulated ConnectWise holds for a ticket."""
    tickets = _control(demo, "dump")["northwind"]["tickets"]
    return next(each for each in tickets if str(each["id"]) == ticket)["status"]["name"]


def fault(demo, **what) -> None:
    """Let the simulated ConnectWise fail in this way, once or so many `times`."""
    _change_faults(demo, "POST", {"add": what})


def no_more_faults(demo) -> None:
    """Let the simulated ConnectWise work again, however many faults were not met."""
    _change_faults(demo, "DELETE", {})


def _change_faults(demo, method: str, what: dict) -> None:
    address = f"{demo.simulator}/__simulator__/faults"
    request = Request(address, data=json.dumps(what).encode(), method=method)  # noqa: S310
    urlopen(request, timeout=10).close()  # noqa: S310


def tickets_named(demo, summary: str) -> list[dict]:
    """Return the tickets with this summary that the simulated ConnectWise holds."""
    tickets = _control(demo, "dump")["northwind"]["tickets"]
    return [each for each in tickets if each["summary"] == summary]


def times_on(demo, ticket: str) -> list[dict]:
    """Return the time entries of ours that the simulated ConnectWise holds for a ticket."""
    entries = _control(demo, "dump")["northwind"]["time_entries"]
    mine = (each for each in entries if str(each["chargeToId"]) == ticket)
    return [each for each in mine if "RF-T" in each.get("internalNotes", "")]
