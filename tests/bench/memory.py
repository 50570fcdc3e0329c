"""`make bench-memory`: the memory that one answer of a PSA costs, for each attack there is."""

from resolutionflow.lib.safe_http import MAX_BODY
from tests.bench.report import Row
from tests.hostile import ATTACKS, hostile_psa
from tests.hostile.eater import measured

MIB = 1024 * 1024
ALLOWED = MAX_BODY / MIB + 32
GROUPS = ("encodings", "sizes", "framing", "bombs")


def measure() -> list[Row]:
    """Return the peak of each attack over all kinds of calls."""
    names = [name for name, attack in ATTACKS.items() if attack.group in GROUPS]
    rows: dict[str, Row] = {}
    with hostile_psa() as psa:
        for each in measured(psa, names):
            known = rows.get(each.attack)
            if known is None or known.value < each.mib:
                remark = f"{each.call}: {each.ended}, {each.seconds:.1f} s"
                rows[each.attack] = Row(each.attack, each.mib, "MiB", ALLOWED, remark)
    return list(rows.values())
