"""All attacks by name."""

from tests.hostile.attack import Attack
from tests.hostile.bombs import BOMBS
from tests.hostile.encodings import ENCODINGS
from tests.hostile.framing import FRAMING, REDIRECTS, SIZES, SLOWNESS
from tests.hostile.values import VALUES

_ALL = (*ENCODINGS, *SIZES, *FRAMING, *SLOWNESS, *REDIRECTS, *BOMBS, *VALUES)
ATTACKS: dict[str, Attack] = {attack.name: attack for attack in _ALL}
