"""A newcomer from the invitation to the last click, and who decided what about them."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PASSWORD = "several words together"


@pytest.fixture
def owner(new_page, log_in):
    page = new_page()
    log_in(page, "olive")
    return page


def invite(owner, email: str, role: str) -> str:
    """Invite somebody as the owner; return the link that the page then shows."""
    owner.goto("/account/admin/")
    owner.get_by_role("link", name="Team members").click()
    owner.get_by_label("E-mail").fill(email)
    owner.get_by_role("combobox", name="Role").select_option(role)
    owner.get_by_role("button", name="Invite").click()
    link = owner.get_by_label(f"Link for {email}")
    expect(link).to_have_value(re.compile(r"/invite/.+/$"))
    return str(link.input_value())


def join(page, name: str) -> None:
    """Accept the invitation that the page shows."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def log_in_again(page, email: str) -> None:
    """Log out, which a phone has on one's own page, and in with the password that was chosen."""
    page.get_by_role("link", name="You", exact=True).click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_an_owner_invites_promotes_and_lets_go(owner, new_page, assert_accessible):
    link = invite(owner, "dana@contoso.example", "Viewer")
    assert_accessible(owner)
    dana = new_page(width=390, scheme="light")
    dana.goto(link)
    expect(dana.get_by_role("heading", name="Join Northwind IT")).to_be_visible()
    assert_accessible(dana)
    join(dana, "Dana Ruiz")
    log_in_again(dana, "dana@contoso.example")
    expect(dana.get_by_role("link", name="Tickets")).to_have_count(0)

    owner.goto("/account/admin/team/?q=dana")
    owner.get_by_role("link", name="Dana Ruiz").click()
    owner.get_by_role("combobox", name="Role").select_option("Engineer")
    owner.get_by_role("button", name="Change role").click()
    expect(owner.get_by_text("Dana Ruiz is Engineer now.")).to_be_visible()
    assert_accessible(owner)
    dana.reload()
    expect(dana.get_by_role("link", name="Tickets")).to_be_visible()

    owner.get_by_role("link", name="Deactivate").click()
    owner.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(owner.get_by_text("Dana Ruiz is logged out everywhere")).to_be_visible()
    dana.get_by_role("link", name="Sessions").click()
    expect(dana.get_by_role("heading", name="Log in")).to_be_visible()

    owner.goto("/account/admin/audit/")
    expect(owner.get_by_text(re.compile("Checked: all .+ there and as written"))).to_be_visible()
    said = owner.locator("[data-audit]").first
    expect(said).to_contain_text("User deactivated Dana Ruiz")
    expect(said).to_contain_text("Olive Owens")
    assert_accessible(owner)


def choose(page, *, first: str, again: str, password: str) -> None:
    """Enter a new password twice."""
    page.get_by_label(first, exact=True).fill(password)
    page.get_by_label(again).fill(password)


def test_a_forgotten_password_and_a_changed_one(owner, new_page, assert_accessible):
    ravi = new_page()
    ravi.goto(invite(owner, "ravi@contoso.example", "Viewer"))
    join(ravi, "Ravi Shah")
    owner.goto("/account/admin/team/?q=ravi")
    owner.get_by_role("link", name="Ravi Shah").click()
    owner.get_by_role("button", name="Link to a new password").click()
    link = owner.get_by_label("Link for ravi@contoso.example")
    expect(link).to_have_value(re.compile(r"/password/.+/$"))
    assert_accessible(owner)

    elsewhere = new_page()
    elsewhere.goto("/login/")
    elsewhere.get_by_role("link", name="Forgotten your password?").click()
    expect(elsewhere.get_by_text("Ask an owner or admin of your account")).to_be_visible()
    assert_accessible(elsewhere)
    elsewhere.goto(str(link.input_value()))
    assert_accessible(elsewhere)
    choose(elsewhere, first="Password", again="The same password again", password="a new start 1")
    elsewhere.get_by_role("button", name="Save and log in").click()
    expect(elsewhere.get_by_role("heading", name="Dashboard")).to_be_visible()
    ravi.reload()
    expect(ravi.get_by_role("heading", name="Log in")).to_be_visible()

    elsewhere.get_by_role("link", name="Ravi Shah").click()
    elsewhere.get_by_role("link", name="Password").click()
    elsewhere.get_by_label("Present password").fill("a slip")
    choose(elsewhere, first="New password", again="The new password again", password=PASSWORD)
    elsewhere.get_by_role("button", name="Change password").click()
    expect(elsewhere.get_by_text("That is not your present password.")).to_be_visible()
    assert_accessible(elsewhere)
    elsewhere.get_by_label("Present password").fill("a new start 1")
    choose(elsewhere, first="New password", again="The new password again", password=PASSWORD)
    elsewhere.get_by_role("button", name="Change password").click()
    expect(elsewhere.get_by_text("Your new password counts.")).to_be_visible()
    elsewhere.goto(str(link.input_value()))
    expect(elsewhere.get_by_text("This link does not work any more")).to_be_visible()
    assert_accessible(elsewhere)
