"""Who is found by e-mail, and who is not guessed: pure values."""

from accounts.models import User
from psa.members.matching import match
from psa.providers.types import Member


def user(email, pk=1):
    return User(pk=pk, email=email, name=email.partition("@")[0])


def member(number, *emails, is_active=True, is_api=False):
    return Member(
        id=str(number),
        identifier=f"M{number}",
        name=f"Member {number}",
        emails=emails,
        is_active=is_active,
        is_api=is_api,
    )


def outcome(people, members, taken=None):
    return [
        (found.is_sure, [each.id for each in found.members], found.taken_by)
        for found in match(people, members, taken or {})
    ]


def test_case_and_blanks_around_do_not_count():
    found = outcome([user("Erin@Example.COM")], [member(1, " erin@example.com "), member(2, "")])
    assert found == [(True, ["1"], "")]


def test_several_members_with_one_address_are_listed_and_not_guessed_among():
    members = [member(1, "desk@example.com"), member(2, "DESK@example.com")]
    assert outcome([user("desk@example.com")], members) == [(False, ["1", "2"], "")]


def test_who_left_and_api_members_are_nobody():
    members = [
        member(1, "erin@example.com", is_active=False),
        member(2, "erin@example.com", is_api=True),
    ]
    assert outcome([user("erin@example.com")], members) == [(False, [], "")]
    members.append(member(3, "erin@example.com"))
    assert outcome([user("erin@example.com")], members) == [(True, ["3"], "")]


def test_a_member_who_is_somebody_else_already_is_named_with_them():
    found = outcome([user("erin@example.com")], [member(1, "erin@example.com")], {"1": "Sam"})
    assert found == [(False, ["1"], "Sam")]


def test_two_people_with_one_address_are_not_told_apart():
    people = [user("erin@example.com", 1), user("ERIN@example.com", 2)]
    found = outcome(people, [member(1, "erin@example.com")])
    assert found == [(False, ["1"], ""), (False, ["1"], "")]


def test_every_address_that_the_psa_uses_counts_once():
    members = [
        member(1, "desk@example.com", "erin@example.com"),
        member(2, "desk@example.com", "DESK@example.com"),
    ]
    found = outcome([user("erin@example.com"), user("desk@example.com", 2)], members)
    assert found == [(True, ["1"], ""), (False, ["1", "2"], "")]


def test_members_without_an_address_match_nobody():
    assert outcome([user("erin@example.com")], [member(1), member(2, "  ")]) == [(False, [], "")]
