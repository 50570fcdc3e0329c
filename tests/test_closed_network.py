import socket

import pytest

from tests.closed_network import NetworkClosed


def test_no_test_leaves_this_machine():
    with pytest.raises(NetworkClosed):
        socket.create_connection(("example.com", 80), timeout=1)
    with socket.socket() as outward, pytest.raises(NetworkClosed):
        outward.connect(("192.0.2.1", 80))


def test_loopback_stays_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
