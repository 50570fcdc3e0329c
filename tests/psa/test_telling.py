"""A PSA's failure is told to each reader as what that person can do about it."""

import pytest

from accounts.models import Role
from psa.providers import errors
from psa.telling import administrators_of, sentence_for
from tests.cases import Case
from tests.psa.connection_values import values_of
from tests.simulated import answer_instead

pytestmark = pytest.mark.django_db

FOR_ADMINISTRATORS = [
    errors.AuthFailed(),
    errors.AuthFailed("ConnectWise refused the client id.", field="client_id"),
    errors.PermissionMissing("Service Desk › Service Tickets: Add"),
    errors.SiteRefused(),
    errors.Redirected(),
    errors.Incompatible(),
]
FOR_EVERYBODY = [
    errors.ConnectionFailed(),
    errors.Busy(),
    errors.Timeout(),
    errors.ServerError(),
    errors.Intercepted(),
    errors.TooLarge(),
    errors.RateLimited(),
    errors.NotFound(),
    errors.InvalidRequest(),
    errors.Blocked(),
    errors.WriteUncertain(),
    errors.WriteNotApplied(),
    errors.Undecided(),
]


@pytest.mark.parametrize("error", FOR_ADMINISTRATORS, ids=lambda one: type(one).__name__)
def test_an_engineer_is_told_whom_to_tell(error, engineer, admin_user):
    said = sentence_for(engineer, error)
    assert said == f"{error.fact} Tell your administrator (Adam); they can mend it."
    assert "Integrations" not in said
    assert getattr(error, "right", "") in said
    assert sentence_for(admin_user, error) == error.sentence


@pytest.mark.parametrize("error", FOR_EVERYBODY, ids=lambda one: type(one).__name__)
def test_what_everybody_can_act_on_is_the_same_for_all(error, engineer, admin_user):
    assert sentence_for(engineer, error) == sentence_for(admin_user, error) == error.sentence


def test_every_error_that_only_an_administrator_can_mend_is_listed():
    """A class with a `fact` is told in two ways, so it belongs on the first list."""

    def below(cls):
        return {cls, *(one for sub in cls.__subclasses__() for one in below(sub))}

    told = {type(error) for error in FOR_ADMINISTRATORS + FOR_EVERYBODY}
    ours = {one for one in below(errors.PsaError) if one.__module__ == errors.__name__}
    assert {one for one in ours - told if one.default_fact} == set()


def test_administrators_are_named(account, make_user, stranger):
    assert administrators_of(account) == "an administrator"
    make_user("Olive", account, Role.OWNER)
    assert administrators_of(account) == "your administrator (Olive)"
    make_user("Gone", account, Role.ADMIN, is_active=False)
    make_user("Adam", account, Role.ADMIN)
    assert administrators_of(account) == "your administrators (Adam or Olive)"
    for name in ("Bea", "Cem", "Dan"):
        make_user(name, account, Role.ADMIN)
    assert administrators_of(account) == "your administrators (Adam, Bea or Cem)"


@pytest.mark.parametrize("address", ["/tickets/48291/", "/tickets/", "/tickets/48291/notes/"])
def test_pages_tell_the_reader(client_of, engineer, admin_user, simulator, connection, address):
    simulator.faults.add("unauthorized", times=None, path="/service/")
    for user, expected in (
        (engineer, "Tell your administrator (Adam); they can mend it."),
        (admin_user, "under Account, Integrations"),
    ):
        page = client_of(user).get(address, headers={"HX-Request": "true"})
        assert page.status_code == 502
        assert expected in page.content.decode()


def test_a_missing_right_is_told_to_its_reader(
    client_of, engineer, admin_user, simulator, connection
):
    simulator.faults.add("forbidden", times=None, path="/time/entries")
    for user, expected in (
        (engineer, "Tell your administrator (Adam), who can have its security role extended."),
        (admin_user, "Extend its security role in ConnectWise."),
    ):
        page = client_of(user).get("/tickets/48291/notes/", headers={"HX-Request": "true"})
        assert expected in page.content.decode()


# --- What a refused connection says beside which field ---------------------------------


@pytest.mark.parametrize(
    ("name", "number", "field", "says"),
    [
        (
            "cw-08-client-id-refused-with-400",
            0,
            "client_id",
            "ConnectWise refused the client id",
        ),
        (
            "cw-13-companyinfo-maintenance-or-gateway-text",
            1,
            "company_id",
            "does not route this company at this site",
        ),
    ],
)
def test_a_refused_connection_blames_the_field_that_is_to_blame(
    client_of, admin_user, simulator, monkeypatch, name, number, field, says
):
    answer_instead(monkeypatch, Case(name, number).answer)
    answer = client_of(admin_user).post(
        "/account/admin/integrations/connection/", values_of(simulator)
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page[page.index(f'id="id_{field}_error"') :][:600]


def test_a_maintenance_page_is_not_another_site(client_of, admin_user, simulator, monkeypatch):
    case = Case("cw-13-companyinfo-maintenance-or-gateway-text", 0)
    answer_instead(monkeypatch, case.answer)
    values = values_of(simulator, site_url="https://na.myconnectwise.net")
    answer = client_of(admin_user).post("/account/admin/integrations/connection/", values)
    assert "it may be under maintenance" in answer.content.decode()
