"""A PSA that attacks who asks it: on loopback, in this process or in one of its own.

In a process of its own:

    python -m tests.hostile --port 9500 [--upstream http://127.0.0.1:9400]
    curl -X PUT http://127.0.0.1:9500/__hostile__/gzip-twice     attack from now on
    curl -X DELETE http://127.0.0.1:9500/__hostile__/            be honest again
    curl http://127.0.0.1:9500/__hostile__/                      names, and requests seen

In a test:

    with hostile_psa() as psa:
        psa.attack = ATTACKS["gzip-twice"]
        ...                       # psa.url is the site, psa.seen the requests so far

Without an attack it is honest: it passes requests on to `upstream` (a simulated ConnectWise, so
that a whole product can be set up with it), or answers with a few small records of its own. An
attack answers every call but companyinfo, by which a client finds the API (`everywhere=True`, or
PUT with `?everywhere=1`, attacks that too). Each connection carries one request. An attack ends
when its reader leaves, after `MOST_SECONDS`, or after `MOST_BYTES`.

`ATTACKS` maps names to attacks; `attack.group` is one of encodings, sizes, framing, slowness,
redirects, bombs, values.
"""

from tests.hostile.attack import Attack
from tests.hostile.attacks import ATTACKS
from tests.hostile.server import HostilePsa, hostile_psa

__all__ = ["ATTACKS", "Attack", "HostilePsa", "hostile_psa"]
