"""PostgreSQL of the machine: which processes it is, and how it comes back."""

import subprocess
import time

PATIENCE = 60.0


def postgres() -> int:
    """Return the number of PostgreSQL's main process."""
    return int(_said("head -n 1 \"$(pg_lsclusters -h | awk 'NR==1 {print $6}')/postmaster.pid\""))


def postgres_backend() -> int:
    """Return the number of a process that works for the application's connections."""
    return int(_said("pgrep -n -f 'postgres: .*resolutionflow resolutionflow '"))


def start_postgres() -> None:
    """Start PostgreSQL as its operator does; it recovers what was committed."""
    _insist(
        "pg_lsclusters -h | head -n 1 | while read -r version name _; do "
        'pg_ctlcluster --skip-systemctl-redirect "$version" "$name" start; done'
    )


def _said(command: str) -> str:
    done = subprocess.run(
        ["bash", "-c", command], check=True, stdout=subprocess.PIPE, text=True, cwd="/root"
    )
    return done.stdout


def _insist(command: str) -> None:
    """Repeat the command until it succeeds: what was killed leaves its place with a delay."""
    ends = time.monotonic() + PATIENCE
    while subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], check=False, cwd="/root"
    ).returncode:
        if time.monotonic() > ends:
            raise RuntimeError(f"This does not succeed: {command}")
        time.sleep(0.5)
