"""Takes secrets out of what leaves this process: texts of people and tools, logs, data.

`mask` reads what people write and tools print, and errs on the side of hiding; it is for text that
leaves for another service. `redact` and `redacted` read what programs write of themselves, where a
hidden id or address would make a log useless: names of secrets and shapes that nothing else has.
"""

from resolutionflow.lib.masking.logged import redact, redacted
from resolutionflow.lib.masking.shapes import HIDDEN
from resolutionflow.lib.masking.text import mask, names_secret

__all__ = ["HIDDEN", "mask", "names_secret", "redact", "redacted"]
