"""The history as CSV: all rows of the filter, safe in a spreadsheet, in constant memory."""

import csv
import tracemalloc
from io import StringIO

from psa.history import export, search
from sessions_app.models import SessionPost

URL = "/account/admin/integrations/posts/"


def table_of(client, **wanted):
    answer = client.get(URL, {**wanted, "format": "csv"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="posts-' in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_it_holds_each_post_of_the_filter_newest_first(
    make_post, session, client_of, admin_user, monkeypatch
):
    monkeypatch.setattr(export, "BATCH", 2)
    older = [make_post(content=f"Note {n}", day=f"2026-04-0{9 - n}") for n in range(3)]
    twins = [make_post(content="At once", day="2026-04-10") for _ in range(2)]
    make_post(state="failed")
    SessionPost.objects.create(session=session, post=older[0])

    rows = table_of(client_of(admin_user), status="posted")

    twin_ids = sorted((str(post.pk) for post in twins), reverse=True)
    assert [row["post id"] for row in rows] == [*twin_ids, *(str(post.pk) for post in older)]
    assert [row["session"] for row in rows] == ["", "", session.reference, "", ""]
    assert rows[2]["created (UTC)"] == "2026-04-09 00:00:00"
    assert (rows[2]["person"], rows[2]["ticket"], rows[2]["state"]) == ("Erin", "48291", "Posted")


def test_it_begins_with_a_mark_that_spreadsheets_need(client_of, admin_user, account):
    answer = client_of(admin_user).get(URL, {"format": "csv"})

    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbfcreated (UTC),")


def test_no_cell_is_calculated(make_post, client_of, admin_user):
    signs = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
    for sign in signs:
        make_post(content=sign, posted_by_name="=cmd|' /C calc'!A0")

    rows = table_of(client_of(admin_user))

    assert {row["text"] for row in rows} == {f"'{sign}" for sign in signs}
    assert {row["person"] for row in rows} == {"'=cmd|' /C calc'!A0"}


def test_quotes_lines_and_commas_stay_in_their_cell(make_post, client_of, admin_user):
    make_post(content='He said "no",\nthen left.')

    assert table_of(client_of(admin_user))[0]["text"] == 'He said "no",\nthen left.'


def test_a_large_table_is_made_piece_by_piece(make_post, account, monkeypatch):
    monkeypatch.setattr(export, "BATCH", 2)
    for _ in range(30):
        make_post(content="x" * 100_000)

    pieces = export.lines(search.matching(account, {}).by_time)
    next(pieces)
    tracemalloc.start()
    length = sum(len(piece) for piece in pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert length > 3_000_000
    assert peak < length / 2
