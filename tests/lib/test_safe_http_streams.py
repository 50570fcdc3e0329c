"""Answers that are read while they arrive: the same door, the same limits."""

import httpcore
import httpx
import pytest

from resolutionflow.lib import safe_http
from tests.lib.test_safe_http import Scripted, Trickle, clock, pinned

__all__ = ["clock"]


def streamed(client, seconds=30.0):
    return safe_http.stream(client, "POST", "/", headers={}, content=b"{}", seconds=seconds)


def opened(monkeypatch, stream):
    return pinned(monkeypatch, lambda h, p: ["10.0.0.1"], Scripted(["10.0.0.1"], stream))


def answer(*pieces):
    head = b"HTTP/1.1 200 OK\r\nX-Kind: tea\r\nContent-Length: 8\r\n\r\n"
    return httpcore.MockStream([head, *pieces])


def test_the_pieces_come_as_they_arrive(monkeypatch):
    with opened(monkeypatch, answer(b"half", b"half")) as client:
        stream = streamed(client)
        assert (stream.status, stream.headers["x-kind"]) == (200, "tea")
        assert list(stream.pieces) == [b"half", b"half"]


def test_the_time_for_all_pieces_is_bounded_however_they_trickle(monkeypatch, clock):
    trickle = Trickle(clock)
    with opened(monkeypatch, trickle) as client:
        stream = streamed(client, seconds=40)
        with pytest.raises(httpx.ReadTimeout):
            list(stream.pieces)
    assert trickle.sent == 40


def test_a_reader_that_pauses_leaves_no_deadline_behind(monkeypatch, clock):
    with opened(monkeypatch, Trickle(clock)) as client:
        stream = streamed(client, seconds=5)
        next(stream.pieces)
        assert safe_http.time_left() == safe_http.TOTAL
        stream.close()


def test_more_than_the_limit_is_not_handed_on(monkeypatch):
    monkeypatch.setattr(safe_http, "MAX_BODY", 4)
    with opened(monkeypatch, answer(b"half", b"half")) as client:
        stream = streamed(client)
        assert next(stream.pieces) == b"half"
        with pytest.raises(safe_http.AnswerTooLarge):
            next(stream.pieces)


def test_an_end_half_way_is_a_failed_request(monkeypatch):
    with opened(monkeypatch, answer(b"half")) as client, pytest.raises(httpx.RemoteProtocolError):
        list(streamed(client).pieces)


def test_a_compressed_stream_is_refused_before_a_piece_is_read(monkeypatch):
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 8\r\n\r\n"
    stream = httpcore.MockStream([head, b"halfhalf"])
    with opened(monkeypatch, stream) as client, pytest.raises(safe_http.AnswerEncoded):
        streamed(client)
