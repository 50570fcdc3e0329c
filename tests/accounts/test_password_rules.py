"""Which passwords are refused as too easy to guess, which are not, and what people are told."""

import random
import string
import time
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import common_passwords, invitations
from accounts.models import Role
from accounts.password_rules import context_of, weakness

pytestmark = pytest.mark.django_db

# Erin Ruiz of Northwind IT, whose ConnectWise company is called acmedental.
CONTEXT = """
resolutionflow ResolutionFlow1! r3solutionfl0w connectwise1 ConnectWise2026! c0nnectw1se!!
autotask2026! northwind2026 Northwind-IT1 NorthwindIT2026! ILoveNorthwind1 Northwind4ever!
WelcomeToNorthwind1 NorthwindHelpdesk2026! cw-northwind-2026 erin.ruiz1234 ErinRuiz2026!
erin@northwind erin@northwind.example acmedental123 AcmeDental-2026
"""
USUAL = """
Password123! Summer2026!! Password2026! P@ssw0rd2026 P@ssword1234 Passw0rd1234! P@$$w0rd12345
Welcome2026!! letmein12345 letmeinplease Winter2025!!! Spring2026### Autumn2026!! Herbst2026!!
Sommer2026!! S0mmer2026!! admin1234567 AdminPassword123 changeme1234 ChangeMe2026! Monday2026!!
January2026! March-2026-April monkey123456 dragon123456 superman1234 Sup3rm4n!2026 football1234
baseball2026 sunshine2026 mypassword123 MySecureP@ssw0rd! CompanyPassword1! msp-password1
company12345 helpdesk2026 Helpdesk123!! starwars1234 michael12345 charlie2026! princess1234
passwort1234 motdepasse123 contraseña123 secret123456 login1234567 test12345678 technician1!
support12345 correct1234! whatismypassword Password-Password
"""
LISTED = """
123456789012 qwerty123456 password1234 1q2w3e4r5t6y 1qaz2wsx3edc !QAZ2wsx#EDC4rfv iloveyouforever
thisisapassword QWERTYQWERTY qazwsxedc123 112233445566 sonyericsson finalfantasy ｍotherfucker
passwordpassword Welcome12345 administrator Administrator1 pokemon12345 liverpool123
"""
SHAPES = """
aaaaaaaaaaaaaaaaa abcdefghijklmno abcabcabcabcabc 1212121212121212 098765432109 trustno1trustno1
qwertyuiop12 poiuytrewq12 zxcvbnm12345 asdasdasdasdasd testtesttest 202620262026 2026-01-01-2026
qwe123qwe123 zzzzzzzzzzzz1 hallo1234567
"""
WEAK = {
    "made of your name": CONTEXT.split(),
    "a usual word or two": USUAL.split(),
    "on public lists": LISTED.split(),
    "": SHAPES.split(),
}
GOOD = (Path(__file__).parent / "good_passwords.txt").read_text().splitlines()


@pytest.fixture
def erin(engineer, connection):
    """Return an engineer whose account, PSA and e-mail have telling names."""
    engineer.name, engineer.email = "Erin Ruiz", "erin@northwind.example"
    connection.company_id = "Acme Dental"
    connection.save()
    return engineer


@pytest.fixture
def context(erin):
    return context_of(erin)


def test_the_sets_are_large_enough():
    assert sum(map(len, WEAK.values())) >= 100
    assert len(GOOD) >= 50
    assert all(len(password) >= 12 for weak in WEAK.values() for password in weak)


@pytest.mark.parametrize("said", WEAK, ids=["context", "usual words", "listed", "shapes"])
def test_weak_passwords_are_refused_with_what_is_weak(said, context):
    answers = {password: weakness(password, context) for password in WEAK[said]}

    assert [password for password, why in answers.items() if not why] == []
    assert [password for password, why in answers.items() if said not in why] == []


def test_good_passwords_are_not_refused(context):
    refused = {password: weakness(password, context) for password in GOOD}

    assert {password: why for password, why in refused.items() if why} == {}


def test_generated_passwords_are_not_refused(context):
    chance = random.Random(12)
    kinds = [string.ascii_lowercase + string.digits, string.ascii_letters + "0123456789_-"]
    made = ["".join(chance.choices(kind, k=12)) for kind in kinds for _ in range(300)]

    assert [password for password in made if weakness(password, context)] == []


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("asdfghjkl;'asdf", "follows the keys"),
        ("abcabcabcabcabc", "repeats itself"),
        ("abcdefghijklmno", "a run like 1234"),
        ("202620262026", "repeats itself"),
    ],
)
def test_shapes_are_named(password, said):
    assert said in weakness(password)


def test_the_context_is_what_makes_it_weak(context):
    for password in ("Northwind4ever!", "acmedental-gravel", "erin ruiz tundra"):
        assert weakness(password) == ""
        assert "your company" in weakness(password, context)


def test_the_error_says_what_is_weak_and_what_to_do(erin):
    with pytest.raises(ValidationError) as refused:
        validate_password("NorthwindIT2026!", erin)

    (sentence,) = refused.value.messages
    assert "your company" in sentence
    assert "Take four words" in sentence
    assert "NorthwindIT2026!" not in sentence
    for word in ("must", "digit", "uppercase", "special"):
        assert word not in sentence.lower()


def test_length_alone_is_asked_for_besides(erin):
    with pytest.raises(ValidationError, match="too short"):
        validate_password("wpbz4nky7sx", erin)
    validate_password("wpbz4nky7sxg", erin)


def test_who_is_invited_is_held_to_the_accounts_words(owner, account):
    invitation = invitations.invite(account, owner, "dana@northwind.example", Role.ENGINEER)
    link = f"/invite/{invitation.token}/"
    weak = {"password1": "NorthwindIT2026!", "password2": "NorthwindIT2026!", "name": "Dana"}

    answer = Client().post(link, weak)

    assert answer.status_code == 422
    assert "your company" in answer.content.decode()
    assert "NorthwindIT2026!" not in answer.content.decode()


@pytest.mark.parametrize(
    "password", ["4@8({[</369&#!1/|0$5+7%2" * 3, "a" + "!" * 5000, "a1" * 3000, "é" * 100_000]
)
def test_no_password_takes_long_to_judge(password, context):
    # The first takes 21 s in zxcvbn's own implementation; the bound leaves room for a busy machine.
    started = time.process_time()
    weakness(password, context)
    assert time.process_time() - started < 4


# --- The list ---------------------------------------------------------------------------


def test_the_list_holds_no_plain_password_and_stays_small():
    content = common_passwords.FILE.read_bytes()

    assert 200_000 < len(content) < 300_000
    assert b"qwerty" not in content


def test_entries_are_found_in_any_case_and_others_are_not(tmp_path, monkeypatch):
    words = [f"Some common password {number}" for number in range(50)]
    small = tmp_path / "list.bin"
    small.write_bytes(common_passwords.pack([*words, "short"]))
    monkeypatch.setattr(common_passwords, "FILE", small)
    common_passwords._table.cache_clear()
    try:
        assert all(common_passwords.is_common(word.upper()) for word in words)
        assert not common_passwords.is_common("Some common password 50")
        assert not common_passwords.is_common("short")
    finally:
        common_passwords._table.cache_clear()
