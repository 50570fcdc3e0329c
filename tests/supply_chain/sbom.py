"""`python -m tests.supply_chain.sbom [--check]`: what the product runs on, as CycloneDX 1.6.

Made from requirements/base.txt alone, so the same pins give the same file: no date, no serial
number. `--check` compares and writes nothing. Not in it: Python, and what Debian or the
containers' images bring; their digests name those.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.supply_chain.pins import PRODUCT, Pin, read

FILE = Path(__file__).resolve().parents[2] / "docs" / "sbom.cdx.json"


def document(pins: Iterable[Pin]) -> str:
    """Return the bill of materials as JSON."""
    pins = sorted(pins, key=lambda pin: pin.name)
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": PRODUCT, "name": PRODUCT}},
        "components": [
            {
                "type": "library",
                "bom-ref": _reference(pin),
                "name": pin.name,
                "version": str(pin.version),
                "purl": _reference(pin),
            }
            for pin in pins
        ],
        "dependencies": [
            {"ref": ref, "dependsOn": [_reference(pin) for pin in pins if asker in pin.asked_by]}
            for ref, asker in [(PRODUCT, PRODUCT), *((_reference(pin), pin.name) for pin in pins)]
        ],
    }
    return json.dumps(bill, indent=1) + "\n"


def _reference(pin: Pin) -> str:
    return f"pkg:pypi/{pin.name}@{pin.version}"


def main() -> int:
    """Write the file; with --check say whether it is current, and exit with 1 if it is not."""
    made = document(read("base"))
    if "--check" not in sys.argv[1:]:
        FILE.write_text(made)
    elif not FILE.exists() or FILE.read_text() != made:
        print(f"{FILE.name} is not what requirements/base.txt says: run `make sbom`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
