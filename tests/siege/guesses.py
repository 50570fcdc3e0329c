"""Guesses at passwords, from many addresses and under many spellings."""

from tests.siege.attack import Found, attack, control
from tests.siege.installation import PASSWORD, Installation, email_of
from tests.staging.entrance import is_logged_in

# The rule `login` of settings.RATE_LIMITS: guesses under one name in five minutes.
MOST = 10
ATTEMPTS = 15
WEAK = (
    "123456789012",
    "Password123!",
    "Summer2026!!",
    "resolutionflow",
    "connectwise1",
    "Clover Clover1",
    "aaaaaaaaaaaa",
    "abcdefghijklm",
    "qwertyuiop12",
)


def guesses(besieged: Installation, names: list[str]) -> int:
    """Guess under these names, each time from another address; return how many were looked at."""
    looked_at = 0
    for number, name in enumerate(names):
        visitor = besieged.visitor(f"192.0.2.{number + 1}")
        answer = visitor.log_in(name, f"is it this one {number}?")
        looked_at += answer.status_code != 429
    return looked_at


@attack("guess-one-name")
def one_name(besieged: Installation) -> Found:
    """The same name from 15 addresses."""
    looked_at = guesses(besieged, [email_of("Aster", "engineer")] * ATTEMPTS)
    control(besieged.logged_in(email_of("Aster", "owner")), "another name is not braked")
    return Found(f"{looked_at} of {ATTEMPTS} looked at, then 429", holds=looked_at <= MOST)


@attack("guess-other-spellings")
def other_spellings(besieged: Installation) -> Found:
    """Spellings that the log-in takes for the same name."""
    name = email_of("Borage", "colleague")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c != "@" else c for c in name)
    spellings = [name, name.upper(), wide, f" {name} ", name.replace("borage", "ＢＯＲＡＧＥ")]
    control(
        is_logged_in(besieged.visitor("203.0.113.31").log_in(wide, PASSWORD)),
        "the log-in knows the other spelling",
    )
    looked_at = guesses(besieged, (spellings * ATTEMPTS)[:ATTEMPTS])
    return Found(
        f"{looked_at} of {ATTEMPTS} looked at, under {len(spellings)} spellings",
        holds=looked_at <= MOST,
    )


@attack("lock-out")
def lock_out(besieged: Installation) -> Found:
    """A stranger brakes a name; its person still comes in where they were before."""
    email = email_of("Clover", "colleague")
    known = besieged.logged_in(email)
    known.post("/logout/", {})
    guesses(besieged, [email] * (MOST + 5))
    strange = besieged.visitor("203.0.113.40").log_in(email, PASSWORD)
    control(strange.status_code == 429, "the brake holds for unknown browsers")
    comes_in = is_logged_in(known.log_in(email, PASSWORD))
    return Found(
        f"a known browser {'comes in' if comes_in else 'is kept out'} while others get 429",
        holds=comes_in,
    )


@attack("weak-passwords")
def weak_passwords(besieged: Installation) -> Found:
    """Choose each on one's own page."""
    email = email_of("Clover", "viewer")
    person = besieged.logged_in(email)
    accepted = []
    for number, weak in enumerate(WEAK):
        form = {"old_password": PASSWORD, "password1": weak, "password2": weak}
        status = person.post("/account/me/password/", form).status_code
        if status != 422:
            accepted.append(f"{weak}: {status}")
        if number % 5 == 4:
            # The page has a brake on guesses at the old password; it is not what is attacked.
            _forget_brakes(besieged)
    _forget_brakes(besieged)
    good = "violet otters repaint 9 harbours"
    form = {"old_password": PASSWORD, "password1": good, "password2": good}
    control(person.post("/account/me/password/", form).status_code == 302, "a good one is accepted")
    now = f"{len(WEAK) - len(accepted)} of {len(WEAK)} refused {', '.join(accepted)}".strip()
    return Found(now, holds=not accepted)


def _forget_brakes(besieged: Installation) -> None:
    from redis import Redis

    Redis.from_url(besieged.counters.url).flushdb()
