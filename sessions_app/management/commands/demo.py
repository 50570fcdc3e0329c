"""`manage.py demo`: the product with demo data and a simulated ConnectWise, on loopback.

It starts afresh each time: the simulator keeps its tickets in memory, and posts that
point to notes of an earlier run would make no sense.
"""

import os
import shutil
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.demo import PASSWORD, PEOPLE
from resolutionflow.lib.processes import ProcessEnded, Processes, free_port, port_answers


class Command(BaseCommand):
    """Starts simulator, application and delivery, and ends them together."""

    help = "Run the product with demo data and a simulated ConnectWise (Ctrl-C ends both)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the ports."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--simulator-port", type=int, default=9400)
        parser.add_argument("--claude-port", type=int, default=0, help="0 takes any that is free")
        parser.add_argument("--directory", type=Path, default=settings.BASE_DIR / ".demo")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the demo in a directory of its own and run it until interrupted."""
        port, simulator_port = options["port"], options["simulator_port"]
        for wanted in (port, simulator_port):
            if port_answers(wanted):
                raise CommandError(
                    f"Port {wanted} is taken. End what listens there, or choose others: "
                    "make demo PORT=8001 SIMULATOR_PORT=9401"
                )
        directory: Path = options["directory"]
        remove_earlier_demo(directory)
        env = demo_environment(directory, simulator_port)
        # Whoever has a key asks Claude itself.
        claude_port = 0 if env.get("ANTHROPIC_API_KEY") else options["claude_port"] or free_port()

        # A termination request ends the children like Ctrl-C does.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            with Processes(env, settings.BASE_DIR) as processes:
                if claude_port:
                    start_stand_in(processes, claude_port)
                self.build(processes, port, simulator_port)
                self.welcome(port, simulator_port, claude_port)
                processes.wait()
        except ProcessEnded as ended:
            raise CommandError(str(ended)) from ended

    def build(self, processes: Processes, port: int, simulator_port: int) -> None:
        """Start and fill everything, in the order that the parts need each other."""
        processes.start("simulate_connectwise", "--port", str(simulator_port))
        processes.finish("migrate", "--verbosity", "0")
        processes.finish("collectstatic", "--no-input", "--verbosity", "0")
        processes.wait_for_port(simulator_port)
        processes.finish("seed_demo", "--site", f"http://127.0.0.1:{simulator_port}")
        processes.start_web(port)
        processes.start("deliver_posts")
        processes.wait_for_port(port)

    def welcome(self, port: int, simulator_port: int, claude_port: int) -> None:
        """Say where the demo is and how to log in."""
        write = self.stdout.write
        write(f"\nResolutionFlow  http://127.0.0.1:{port}")
        write(f"ConnectWise     http://127.0.0.1:{simulator_port} (simulated)")
        if claude_port:
            write(
                f"Claude          http://127.0.0.1:{claude_port} (a stand-in that judges nothing)"
            )
        write("\nLog in as:")
        for person in PEOPLE:
            write(f"  {person.email:<28} {PASSWORD}   {person.role.label}")
        write("\nCtrl-C ends it. The next `make demo` starts afresh.")
        self.stdout.flush()


def start_stand_in(processes: Processes, port: int) -> None:
    """Have the demo's processes ask a stand-in for Claude on this port."""
    processes.env["ANTHROPIC_API_KEY"] = "the-stand-in-takes-any"
    processes.env["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{port}"
    processes.start_module("resolutionflow.simulators.messages", "--port", str(port))


def remove_earlier_demo(directory: Path) -> None:
    """Leave an empty place for the demo; touch nothing there that is not the demo's."""
    directory.mkdir(parents=True, exist_ok=True)
    for folder in ("static", "files"):
        shutil.rmtree(directory / folder, ignore_errors=True)
    for leftover in directory.glob("demo.sqlite3*"):
        leftover.unlink()


def demo_environment(directory: Path, simulator_port: int) -> dict[str, str]:
    """Return the environment of the demo's processes: loopback, own database, no cache."""
    return {
        **os.environ,
        "DEMO": "1",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": os.environ.get("DEMO_DATABASE_URL", f"sqlite:///{directory}/demo.sqlite3"),
        "STATIC_ROOT": str(directory / "static"),
        "MEDIA_ROOT": str(directory / "files"),
        "FILES_S3_BUCKET": "",
        "PSA_TRUSTED_SITES": f"http://127.0.0.1:{simulator_port}",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "WEB_PROCESSES": "1",
    }
