"""The siege's own house: each attack is told and made, and its table tells what did not hold."""

from typing import cast

import pytest

from tests.hostile import ATTACKS
from tests.siege import __main__ as siege
from tests.siege import answers
from tests.siege.attack import Found, all_attacks, control, make
from tests.siege.installation import Installation


def test_each_attack_that_is_told_is_made_and_the_other_way_round():
    siege.load_attacks()
    assert set(siege.before()) == set(all_attacks())


def test_each_attack_says_what_it_did_before():
    for name, told in siege.before().items():
        assert set(told) == {"section", "attack", "before"}, name
        assert told["section"] in range(1, 7), name


def test_every_answer_that_is_asked_for_exists():
    assert {*answers.BOMBS, *answers.ODD} <= set(ATTACKS)


@pytest.mark.parametrize(
    ("made", "holds"),
    [
        (lambda _: Found("refused", holds=True), True),
        (lambda _: Found("let in", holds=False), False),
        (lambda _: Found("no proxy here", holds=None), None),
        (lambda _: control(False, "an honest page"), False),
        (lambda _: 1 / 0, False),
    ],
)
def test_what_breaks_has_not_held(made, holds):
    found, _ = make(made, cast("Installation", None))
    assert found.holds is holds
    assert found.now


def test_the_status_tells_whether_all_held(monkeypatch, capsys):
    held, open_one = Found("422", holds=True), Found("200", holds=False)
    assert _besiege(monkeypatch, held) == 0
    assert _besiege(monkeypatch, held, open_one) == 1
    assert "NOT HELD: big-step" in capsys.readouterr().out


def _besiege(monkeypatch, *found: Found) -> int:
    from contextlib import nullcontext

    names = ["cookies", "big-step"][: len(found)]
    made = {name: (lambda _, one=one: one) for name, one in zip(names, found, strict=True)}
    monkeypatch.setattr(siege, "installation", lambda: nullcontext(None))
    monkeypatch.setattr(siege, "all_attacks", lambda: made)
    monkeypatch.setattr("sys.argv", ["siege"])
    return siege.main()
