"""The demo's content: people, a connection made like any other, sessions in several states.

Everything goes through the operations that the pages use; only times are moved into the
past afterwards, so that the record reads like a day's work.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import demo as people
from accounts.models import Account, User
from psa import connections
from psa.members import mapping
from psa.models import PsaConnection
from psa.simulators.connectwise import Simulator
from sessions_app import clock, lifecycle, linking, note_start, posting
from sessions_app.models import WorkSession
from sessions_app.note_start import Asked

QUESTION, CHECK, ACTION, NOTE = "question", "check", "action", "note"
DELETED_TICKET = "47001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One session of the demo, as its engineer worked it."""

    engineer: str
    title: str
    client: str
    problem: str
    steps: tuple[tuple[str, str, str], ...]
    hours_ago: float
    minutes: int = 0
    outcome: str = ""
    resolution: str = ""
    next_steps: str = ""
    ticket_id: str = ""
    note_type: str = ""
    # The ticket was deleted in ConnectWise after it was linked: its note fails visibly.
    ticket_is_gone: bool = False


JOBS = (
    Job(
        engineer="erin@northwind.example",
        title="VPN drops after five minutes",
        client="Acme Dental Group",
        problem="Since Monday's firewall change, remote users lose the tunnel after five minutes.",
        hours_ago=0.6,
        steps=(
            (NOTE, "Only users behind the new firewall policy are affected", ""),
            (QUESTION, "Does the tunnel connect at all?", "Yes, drops later"),
            (
                CHECK,
                "Compare the policy with last week's backup",
                "idle timeout 300, was 28800",
            ),
            (ACTION, "Restore the timer, test with one user", "stable for 20 minutes"),
        ),
    ),
    Job(
        engineer="erin@northwind.example",
        title="Outlook asks for the password again and again",
        client="Nordlys Skipsverft A/S",
        problem="One user, since the password change this morning.",
        hours_ago=26,
        minutes=24,
        outcome="resolved",
        resolution="Old token removed from the credential store; Outlook signs in by itself again.",
        ticket_id="48257",
        note_type="resolution",
        steps=(
            (CHECK, "Sign in to webmail with the new password", "works"),
            (ACTION, "Remove cached credentials and restart Outlook", "no prompt any more"),
        ),
    ),
    Job(
        engineer="erin@northwind.example",
        title="Backup job failed on SRV-02",
        client="Alpine Ski House",
        problem="Nightly job ends with a VSS time-out.",
        hours_ago=4,
        ticket_id="48298",
        note_type="internal_analysis",
        ticket_is_gone=True,
        steps=(
            (CHECK, "State of the VSS writers", "SqlServerWriter: failed, time-out"),
            (ACTION, "Restart the SQL VSS writer service", "all writers stable"),
        ),
    ),
    Job(
        engineer="sam@northwind.example",
        title="Copier on the second floor jams",
        client="City Power & Light",
        problem="Every third page, tray 2 only.",
        hours_ago=50,
        minutes=35,
        outcome="escalated",
        next_steps="Vendor replaces the pick-up roller on Thursday",
        ticket_id="48286",
        steps=((CHECK, "Print from tray 1", "no jam"),),
    ),
)


def seed(site_url: str) -> None:
    """Create the demo's people, connection and sessions; the simulator must be running."""
    accounts = {
        name: Account.objects.create(name=name) for name in (people.ACCOUNT, people.OTHER_ACCOUNT)
    }
    # One password, hashed once: the hasher is slow on purpose.
    password = make_password(people.PASSWORD)
    for person in people.PEOPLE:
        User.objects.create(
            email=person.email,
            password=password,
            name=person.name,
            role=person.role,
            account=accounts[person.account],
        )
    connection = connect(accounts[people.ACCOUNT], site_url)
    mapping.auto_match(connection, None)
    for job in JOBS:
        work(job, connection)


def connect(account: Account, site_url: str) -> PsaConnection:
    """Set up the connection to the simulator with what an administrator would type."""
    tenant = Simulator(tickets=0).tenants["northwind"]
    return connections.save(
        account,
        {
            "provider": "connectwise",
            "display_name": "ConnectWise (simulated)",
            "site_url": site_url,
            "company_id": tenant.company_id,
            "public_key": tenant.public_key,
            "private_key": tenant.private_key,
            "client_id": tenant.client_id,
        },
    )


def work(job: Job, connection: PsaConnection) -> None:
    """Work one session as its engineer did, and post it where the job says so."""
    engineer = User.objects.get(email=job.engineer)
    session = lifecycle.start(
        connection.account, engineer, title=job.title, client_name=job.client, problem=job.problem
    )
    for kind, title, outcome in job.steps:
        lifecycle.add_step(
            session,
            {"kind": kind, "title": title, "outcome": outcome, "notes": "", "command_output": ""},
        )
    if job.ticket_id:
        linking.link(session, job.ticket_id, engineer)
    if job.outcome:
        lifecycle.complete(
            session, outcome=job.outcome, resolution=job.resolution, next_steps=job.next_steps
        )
    move_to_the_past(session, job)
    if job.note_type:
        post(session, job, engineer)


def post(session: WorkSession, job: Job, engineer: User) -> None:
    """Post the session's note as the dialog offers it."""
    if job.ticket_is_gone:
        session.psa_ticket_id = DELETED_TICKET
        session.save(update_fields=["psa_ticket_id"])
    offered = note_start.start_with(session, engineer, Asked(note_type=job.note_type))
    posting.submit(
        session,
        engineer,
        {
            "request_id": offered["request_id"],
            "content": offered["content"],
            "note_type": job.note_type,
            "ticket_id": session.psa_ticket_id,
            "update_status_id": "",
            "seen_status_id": "",
            "seen_status_name": "",
            "replaces": None,
        },
    )


def move_to_the_past(session: WorkSession, job: Job) -> None:
    """Let the session have happened when the job says."""
    started = timezone.now() - timedelta(hours=job.hours_ago)
    completed = started + timedelta(minutes=job.minutes) if job.outcome else None
    active = completed or started + timedelta(minutes=20)
    session.intervals.all().delete()
    session.started_at, session.completed_at, session.active_at = started, completed, active
    session.working_since = None
    if completed:
        clock.cut(session, completed)
    session.save()
