"""What a provider keeps in mind, and for how long."""

from psa.providers.memory import Recent


def test_what_is_recent_is_kept_for_a_while_and_the_oldest_makes_room():
    now = [0.0]
    recent: Recent[str, int] = Recent(10, size=2, clock=lambda: now[0])
    assert recent.get("a") is None
    assert recent.put("a", 1) == 1
    now[0] = 9
    recent.put("b", 2)
    assert (recent.get("a"), recent.get("b")) == (1, 2)
    now[0] = 10
    assert (recent.get("a"), recent.get("b")) == (None, 2)
    recent.put("a", 3)
    recent.put("c", 4)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (3, None, 4)
