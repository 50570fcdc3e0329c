"""How much memory one answer of a PSA costs the process that asked for it.

`measured(psa, names)` starts a process that is nothing but a provider, lets the PSA attack it by
each name, and yields what each attack cost. The process is the same for all of them, as a web
process is. Memory is the peak of the resident set above what was held after honest answers.
"""

import gc
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from psa.providers.gate import Gate, Places
from tests.hostile.attacks import ATTACKS
from tests.hostile.server import HostilePsa
from tests.staging import usage

ROOT = Path(__file__).resolve().parents[2]
# Bytes of address space: a process that eats more ends, and the machine does not.
_MOST = 6 * 1024**3


@dataclass(frozen=True, slots=True)
class Eaten:
    """What one attack did to one call: how it ended, MiB at the peak, and seconds."""

    attack: str
    call: str
    ended: str
    mib: float
    seconds: float


def measured(
    psa: HostilePsa, names: Iterable[str], calls: Iterable[str] = ("ticket", "members", "note")
) -> Iterator[Eaten]:
    """Yield what each attack costs, for each kind of call."""
    calls = tuple(calls)
    command = [sys.executable, "-m", "tests.hostile.eater", psa.url]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    psa.attack = None
    with subprocess.Popen(
        command, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        child.stdout.readline()
        for name in names:
            psa.attack = ATTACKS[name]
            for call in calls:
                child.stdin.write(json.dumps([name, call]) + "\n")
                child.stdin.flush()
                line = child.stdout.readline()
                yield Eaten(**json.loads(line)) if line else Eaten(name, call, "died", 1e9, 0.0)
        child.stdin.close()


def patient_gate() -> Gate:
    """Return a gate that failures do not close: to its clock they lie hours apart."""
    hours = itertools.count(0.0, 3600.0)
    return Gate(Places(), clock=lambda: next(hours))


# --- In the process that eats --------------------------------------------------------

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
# One answer each: a record, a list, and texts that are compared with one of ours.
_CALLS: dict[str, Callable] = {
    "ticket": lambda provider: provider.get_ticket("1"),
    "members": lambda provider: provider.list_members(),
    "note": lambda provider: provider.find_note(
        "1", marker="RF-1", text="It jams.", since=_LONG_AGO
    ),
}


def main(site: str) -> None:
    """Make the calls that are asked for line by line, and say what each cost."""
    from psa.providers.connectwise.client import ConnectWiseClient
    from psa.providers.connectwise.provider import ConnectWiseProvider
    from psa.providers.types import Credentials
    from resolutionflow.lib.safe_http import parse_origin

    resource.setrlimit(resource.RLIMIT_AS, (_MOST, _MOST))
    keys = Credentials(
        site_url=site, company_id="nw", public_key="a", private_key="b", client_id="c"
    )
    client = ConnectWiseClient(
        keys,
        trusted=(parse_origin(site),),
        sleep=lambda seconds: None,
        gate=patient_gate(),
    )
    provider = ConnectWiseProvider(client, company_id="nw")
    for call in _CALLS.values():
        call(provider)
    held = usage.resident(os.getpid())
    print("ready", flush=True)
    for line in sys.stdin:
        name, call = json.loads(line)
        print(json.dumps(asdict(_eat(name, call, provider, held))), flush=True)


def _eat(name: str, call: str, provider: object, held: float) -> Eaten:
    gc.collect()
    usage.forget_peak(os.getpid())
    started = time.perf_counter()
    try:
        _CALLS[call](provider)
        ended = "done"
    except Exception as error:
        ended = type(error).__name__
    seconds = time.perf_counter() - started
    return Eaten(name, call, ended, usage.peak(os.getpid()) - held, seconds)


if __name__ == "__main__":
    main(sys.argv[1])
