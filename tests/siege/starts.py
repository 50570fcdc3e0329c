"""Operators' mistakes: what could be public does not start when it is not safe."""

import os
import subprocess
import sys

from resolutionflow.lib.processes import free_port, port_answers
from tests.siege.attack import Found, attack, control
from tests.siege.installation import Installation
from tests.staging.stage import ROOT


def _start(besieged: Installation, changes: dict[str, str]) -> str:
    """Start the web server with other settings; return what it said, "" if it would serve."""
    port = free_port()
    env = {**besieged.processes.env, "BIND": f"127.0.0.1:{port}", "WEB_PROCESSES": "1", **changes}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:resolutionflow.gunicorn",
         "resolutionflow.wsgi"],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return ""
    return said if not port_answers(port) else ""


def _refused(besieged: Installation, sentence: str, changes: dict[str, str]) -> Found:
    control(besieged.visitor().get("/login/").status_code == 200, "good settings serve")
    said = _start(besieged, changes)
    if not said:
        return Found("started", holds=False)
    line = next((each.strip() for each in said.splitlines() if sentence in each), "")
    return Found(f"ended: {line or said[-200:]}", holds=bool(line))


@attack("start-debug")
def debug(besieged: Installation) -> Found:
    """DEBUG, with a host that strangers reach."""
    return _refused(besieged, "DEBUG is on while", {"DEBUG": "1"})


@attack("start-known-key")
def known_key(besieged: Installation) -> Found:
    """The development key of this repository, long enough."""
    key = "development-only-" * 4
    return _refused(besieged, "SECRET_KEY is too weak", {"SECRET_KEY": key})


@attack("start-any-host")
def any_host(besieged: Installation) -> Found:
    """Every Host header believed, with DEBUG, under which Django's own check says nothing."""
    changes = {"ALLOWED_HOSTS": "*", "DEBUG": "1", "PUBLIC_URL": "http://127.0.0.1:8000"}
    return _refused(besieged, "ALLOWED_HOSTS is '*'", {**changes, "PATH": os.environ["PATH"]})
