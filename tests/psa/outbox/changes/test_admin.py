"""Changes in the Django admin: to be read by the account's administrators, and nothing else."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

LIST = "/admin/psa/ticketchange/"


def test_changes_can_be_read_but_not_written_or_deleted(
    client_of, owner, super_admin, change_status
):
    change = change_status()
    address = reverse("admin:psa_ticketchange_change", args=[change.pk])
    for reader in (client_of(owner), client_of(super_admin)):
        assert "Completed" in reader.get(address).content.decode()
        assert reader.post(address, {"state": "failed"}).status_code == 403
        assert reader.get(f"{LIST}add/").status_code == 403
        delete = address.removesuffix("change/") + "delete/"
        assert reader.post(delete, {"post": "yes"}).status_code == 403
        listing = reader.get(LIST)
        assert listing.status_code == 200
        assert "Completed" in listing.content.decode()
        assert "delete_selected" not in listing.content.decode()


def test_changes_of_another_account_are_not_there(
    client_of, make_user, other_account, change_status
):
    change = change_status()
    theirs = client_of(make_user("Oscar", other_account, "owner"))
    assert "Completed" not in theirs.get(LIST).content.decode()
    address = reverse("admin:psa_ticketchange_change", args=[change.pk])
    assert theirs.get(address).status_code == 404
