"""No answer of a PSA costs the process that asked for it more than the limit and 32 MiB."""

import pytest

from resolutionflow.lib import safe_http
from tests.hostile import ATTACKS, hostile_psa
from tests.hostile.eater import measured

MIB = 1024 * 1024
MOST = safe_http.MAX_BODY / MIB + 32
# Those that cost most of their kind; `make bench-memory` measures them all.
WORST = (
    *("endless-body", "empty-lists", "objects-of-one-key", "records"),
    *("long-line-and-an-emoji", "escaped-dashes", "short-lines"),
)


@pytest.fixture(scope="module")
def eaten():
    with hostile_psa() as psa:
        return list(measured(psa, WORST, ["members"]))


def test_the_peak_of_any_answer_is_bounded(eaten):
    assert {each.attack for each in eaten} == set(WORST) <= set(ATTACKS)
    too_much = [each for each in eaten if each.mib > MOST]
    assert not too_much
