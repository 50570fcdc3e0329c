"""Measure, print the table, and say by the exit status whether every promise held.

    python -m tests.bench pages       how long pages take, in PSA calls (make bench)
    python -m tests.bench load        50 engineers clicking for a minute (make load)
    python -m tests.bench memory      what one answer of a hostile PSA costs (make bench-memory)
    python -m tests.bench fair        what others notice of PSAs that hang (make bench-fair)
    python -m tests.bench history     the post history, up to a million posts (make bench-history)

Real processes on loopback, on a PostgreSQL database of their own where TEST_DATABASE_URL
names a server, else on SQLite.
"""

import argparse
import sys
from importlib import import_module

from tests.bench.report import table


def main() -> int:
    """Measure what was asked for; 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["pages", "load", "history", "memory", "fair"])
    rows = import_module(f"tests.bench.{parser.parse_args().what}").measure()
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
