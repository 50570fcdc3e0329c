"""gunicorn's configuration: `gunicorn -c python:resolutionflow.gunicorn resolutionflow.wsgi`.

Threads, because a page that waits for the PSA should not keep others waiting; a short
keep-alive, because a thread that is bound to an idle browser serves nobody (measured:
docs/decisions/0001-sync-threads.md).
"""

import os
from typing import Any

from resolutionflow.receiving import let_go

bind = os.environ.get("BIND", "127.0.0.1:8000").split(",")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "32"))
# gunicorn's threads, with a bound on how long a request may take to arrive.
worker_class = "resolutionflow.receiving.Worker"
keepalive = 2
timeout = 60
graceful_timeout = 30
# The worker's heartbeat file must not live on a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = None
# Nobody controls the running server but its init; the newest gunicorn would open a socket for it.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Tell the application's checks what is listened on, also where `--bind` decides it."""
    os.environ["BIND"] = ",".join(server.cfg.bind)


def post_request(worker: object, req: object, environ: dict[str, Any], resp: object) -> None:
    """Let go of what the request brought."""
    del worker, req, resp
    let_go(environ)


def post_worker_init(worker: object) -> None:
    """Have what takes long to load at hand before the first person asks for it."""
    del worker
    # Here, because this file is read before there are settings.
    from resolutionflow.lib import claude

    claude.prepare()
