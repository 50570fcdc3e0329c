"""The statuses of a board, for selects that depend on it."""

import pytest

from psa import catalog
from psa.models import PsaConnection

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def test_a_browser_gets_a_page_and_htmx_the_options(browser, connection):
    board = catalog.boards(connection)[0]
    statuses = catalog.statuses(connection, board.id)
    page = browser.get(f"/boards/{board.id}/statuses/").content.decode()
    options = browser.get(f"/boards/{board.id}/statuses/", headers=HTMX).content.decode()
    assert "<html" in page
    assert "<html" not in options
    assert options.count("<option ") == len(statuses)
    closed = next(status for status in statuses if status.is_closed)
    assert "Closed" in page
    assert f'<option value="{closed.id}">' in options
    assert "(closed)</option>" in options


@pytest.mark.parametrize("board", ["999999", "0", "20x", "-1", "99999999999999"])
def test_a_board_that_does_not_exist_is_not_found(browser, connection, board):
    assert browser.get(f"/boards/{board}/statuses/").status_code == 404


def test_without_a_connection_there_is_no_board(browser):
    assert browser.get("/boards/20/statuses/").status_code == 404


def test_a_paused_connection_is_said(browser, connection):
    PsaConnection.objects.update(is_active=False)
    answer = browser.get("/boards/20/statuses/", headers=HTMX)
    assert answer.status_code == 502
    assert "paused" in answer.content.decode()


def test_a_board_without_statuses_says_so(browser, connection, monkeypatch):
    monkeypatch.setattr(catalog, "statuses", lambda connection, board_id: ())
    assert "no active status" in browser.get("/boards/20/statuses/").content.decode()
