"""Run the ConnectWise simulator alone."""

import gc
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from psa.simulators.connectwise import Simulator
from psa.simulators.connectwise.serve import server


class Command(BaseCommand):
    """Serve the simulator on this machine until it is interrupted."""

    help = "Runs a ConnectWise simulator on 127.0.0.1."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port, the size and the slowness of the simulated instance."""
        parser.add_argument("--port", type=int, default=9400)
        parser.add_argument("--tickets", type=int, default=300)
        parser.add_argument("--latency-ms", type=int, default=0)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve, and say so in one line once connections are taken."""
        simulator = Simulator(seed=options["seed"], tickets=options["tickets"])
        simulator.latency = options["latency_ms"] / 1000
        # The seeded records stay: searching them for garbage would double a large list's time.
        gc.freeze()
        running = server(simulator, options["port"])
        self.stdout.write(
            f"ConnectWise simulator on http://127.0.0.1:{running.port} — company northwind"
        )
        self.stdout.flush()
        try:
            running.serve_forever()
        finally:
            running.server_close()
