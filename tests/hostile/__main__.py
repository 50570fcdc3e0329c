"""Run the hostile PSA alone; `tests/hostile/__init__.py` says how to steer it."""

import argparse
from contextlib import suppress

from tests.hostile.server import HostilePsa


def main() -> None:
    """Serve on loopback until interrupted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(";")[0])
    parser.add_argument("--port", type=int, default=9500)
    parser.add_argument("--upstream", default="", help="a simulated ConnectWise, for honesty")
    asked = parser.parse_args()
    psa = HostilePsa(upstream=asked.upstream, port=asked.port)
    print(f"Hostile PSA on {psa.url}", flush=True)
    with suppress(KeyboardInterrupt):
        psa.serve_forever()


if __name__ == "__main__":
    main()
