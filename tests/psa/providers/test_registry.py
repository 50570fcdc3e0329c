import gc

import pytest
from django.core.exceptions import ImproperlyConfigured

from psa.providers.base import PsaProvider
from psa.providers.errors import SiteRefused
from psa.providers.registry import known_providers, open_provider, trusted_sites
from psa.providers.types import Credentials, RightsReport


def credentials(site="na.myconnectwise.net"):
    return Credentials(
        site_url=site, company_id="c", public_key="pub", private_key="pri", client_id="cid"
    )


def test_the_known_providers_are_a_forms_choices():
    assert known_providers() == (("connectwise", "ConnectWise PSA"),)


def test_an_unknown_provider_is_a_mistake():
    with pytest.raises(LookupError):
        open_provider("autotask", credentials())


def test_opening_connects_to_nothing():
    provider = open_provider("connectwise", credentials())
    assert provider.setup.name == "connectwise"
    provider.close()


def test_a_site_that_cannot_be_read_is_refused():
    with pytest.raises(SiteRefused):
        open_provider("connectwise", credentials("not a site"))


def test_trusted_sites_come_from_the_settings(settings):
    settings.PSA_TRUSTED_SITES = ["https://cw.example.com", "http://127.0.0.1:9400"]
    assert [str(origin) for origin in trusted_sites()] == settings.PSA_TRUSTED_SITES


def test_a_site_that_names_an_account_is_trusted_for_that_account_alone(settings):
    own, everybodys = "https://cw.northwind.example", "https://cw.example.com"
    settings.PSA_TRUSTED_SITES = [f"Northwind IT={own}", everybodys]
    assert [str(origin) for origin in trusted_sites("Northwind IT")] == [own, everybodys]
    for other in ("", "Northwind", "northwind it", "Contoso"):
        assert [str(origin) for origin in trusted_sites(other)] == [everybodys]


def test_a_trusted_site_that_cannot_be_read_is_a_mistake_of_the_operator(settings):
    settings.PSA_TRUSTED_SITES = ["https://cw.example.com/path"]
    with pytest.raises(ImproperlyConfigured, match="PSA_TRUSTED_SITES"):
        trusted_sites()


def test_a_provider_that_nobody_holds_closes_its_sockets(simulator):
    opened = open_provider("connectwise", credentials("https://cw.northwind.example"))
    client = vars(opened)["_client"]
    pool = client._pool(client.site)
    del opened
    gc.collect()
    assert pool.is_closed


def test_rights_are_empty_where_a_psa_has_none():
    opened = open_provider("connectwise", credentials())
    assert PsaProvider.check_rights(opened) == RightsReport()


def test_credentials_show_no_secret():
    assert repr(credentials()) == ("Credentials(site_url='na.myconnectwise.net', company_id='c')")
