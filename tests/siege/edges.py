"""Odd values, what stands in logs, and what listens."""

import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.house.fuzz.values import VALUES
from tests.siege.attack import Found, attack, control
from tests.siege.installation import SUPER_ADMIN, Installation, email_of
from tests.siege.visitor import Visitor
from tests.staging.stage import ROOT

# Every endpoint is tried with every value by tests/house/test_fuzz.py; here the lists, for real.
LISTS = {
    "/sessions/": ("q", "status", "page"),
    "/account/admin/audit/": ("who", "action", "since", "until", "page"),
    "/account/admin/integrations/posts/": ("q", "status", "user", "since", "until", "page"),
    "/account/admin/team/": ("q", "show"),
}
ADMIN_LISTS = {
    "/admin/psa/post/": ("created_at__year", "p", "q", "o"),
    "/admin/accounts/user/": ("p", "q", "role__exact"),
}
VALUES_EACH = 20
SIDE_BY_SIDE = 4
DATES = ("dates-of-the-year-1", "dates-of-the-year-9999", "dates-of-the-year-0",
         "dates-of-another-zone")  # fmt: skip


@attack("odd-parameters")
def odd_parameters(besieged: Installation) -> Found:
    """Nasty values in each parameter of the lists, on PostgreSQL."""
    people = (
        (besieged.logged_in(email_of("Aster", "owner")), LISTS),
        (besieged.logged_in(SUPER_ADMIN), ADMIN_LISTS),
    )
    every = len(VALUES) // VALUES_EACH
    values = ["%00", "9999-12-31", *list(VALUES.values())[::every]]
    statuses: Counter[int] = Counter()
    broken = []
    for person, lists in people:
        for path in lists:
            control(person.get(path).status_code == 200, f"{path} itself")
        addresses = [
            f"{path}?{name}={value.replace('NAME', name)}"
            for path, names in lists.items()
            for name in names
            for value in values
        ]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as tabs:
            answers = list(tabs.map(partial(_raw, person), addresses))
        statuses.update(answers)
        broken += [a for a, status in zip(addresses, answers, strict=True) if status >= 500]
    now = ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items()))
    return Found(f"{statuses.total()} requests: {now} {' '.join(broken[:3])}", holds=not broken)


def _raw(person: Visitor, address: str) -> int:
    """Ask for an address as it stands, without encoding its query anew."""
    url = person.client.base_url.copy_with(raw_path=address.encode("ascii"))
    return person.client.get(url).status_code


@attack("odd-dates")
def odd_dates(besieged: Installation) -> Found:
    """Lists and tickets of a PSA with dates that no calendar has."""
    engineer = besieged.logged_in(email_of("Borage", "engineer"))
    psa = besieged.psas["Borage"]
    ticket = besieged.simulated.control("dump")["northwind"]["tickets"][0]["id"]
    pages = ("/tickets/?q={}", f"/tickets/{ticket}/?{{}}", f"/tickets/{ticket}/notes/?{{}}")
    control(engineer.get(pages[0].format("calm")).status_code == 200, "an honest list of tickets")
    statuses: Counter[int] = Counter()
    for name in DATES:
        psa.attack(name)
        statuses.update(engineer.get(page.format(name)).status_code for page in pages)
        psa.be_honest()
    now = ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items()))
    return Found(now, holds=not statuses.keys() & {500, 599})


@attack("words-in-logs")
def words_in_logs(besieged: Installation) -> Found:
    """Ask for addresses with words and tokens, and look for these in what was logged."""
    engineer = besieged.logged_in(email_of("Aster", "colleague"))
    words = ("salary-of-the-director", "12-inviting-secret", "1-renewing-secret", "2-moving-secret")
    search, invitation, password, address = words
    before = len(besieged.log.read_text())
    engineer.get(f"/sessions/?q={search}")
    engineer.get(f"/tickets/?q={search}")
    engineer.get(f"/invite/{invitation}/")
    engineer.get(f"/password/1/{password}/")
    engineer.get(f"/email/{address}/")
    time.sleep(0.5)
    logged = besieged.log.read_text()[before:]
    control("resolutionflow.access" in logged, "requests are logged")
    found = [word for word in words if word in logged]
    return Found(f"{len(found)} of {len(words)} found in the log", holds=not found)


@attack("control-socket")
def control_socket(besieged: Installation) -> Found:
    """What the web server's processes listen on, beside their port."""
    listening = _unix_listeners()
    control(besieged.web.serves(), "the web server serves")
    found = []
    for pid in (besieged.web.pid, *besieged.web.workers()):
        for number in Path(f"/proc/{pid}/fd").iterdir():
            inode = str(number.readlink()).removeprefix("socket:[").removesuffix("]")
            if inode in listening:
                found.append(listening[inode])
    return Found(f"{len(found)} other sockets {' '.join(found)}".strip(), holds=not found)


def _unix_listeners() -> dict[str, str]:
    """Return the path of each listening socket file of the machine, by its inode."""
    listening = "00010000"
    rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return {row[6]: row[7] if len(row) > 7 else "?" for row in rows if row[3] == listening}


@attack("known-holes")
def known_holes(besieged: Installation) -> Found:
    """The pins against the committed list of advisories."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.supply_chain.audit"],
        cwd=ROOT, env=besieged.processes.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = (done.stdout or done.stderr).strip().splitlines()
    return Found(said[-1] if said else f"status {done.returncode}", holds=done.returncode == 0)
