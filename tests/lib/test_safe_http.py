"""The HTTP door against real sockets on loopback, and against streams with a fake clock."""

import datetime
import gzip
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from resolutionflow.lib import call_bounds, pinned_sockets, safe_http
from resolutionflow.lib.safe_http import Origin, Policy

NAME = "cw.example.test"


class Server(ThreadingHTTPServer):
    """Gives every request the same answer, and remembers what it was asked."""

    daemon_threads = True
    block_on_close = False
    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")
    posted = b""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen = []
        self.names = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.posted = self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args):
        pass


@contextmanager
def served(context=None):
    server = Server()
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server():
    with served() as running:
        yield running


def client_to(server, scheme="http", host="127.0.0.1", monkeypatch=None):
    origin = Origin(scheme, host, server.server_port)
    if monkeypatch:
        monkeypatch.setattr(safe_http, "transport_factory", to_loopback)
    return safe_http.open_client(origin, policy=Policy(trusted=(origin,)))


def to_loopback(origin, *, trusted):
    return pinned_sockets.pinned_transport(
        origin, trusted=trusted, resolver=lambda host, port: ["127.0.0.1"]
    )


def test_it_brings_back_status_headers_and_body(server):
    server.answer = (418, {"X-Kind": "teapot"}, b'{"short": true}')
    with client_to(server) as client:
        answer = safe_http.exchange(client, "GET", "/pot", params={"a": "b c&d"})
    assert (answer.status, answer.headers["x-kind"]) == (418, "teapot")
    assert answer.body == b'{"short": true}'
    assert server.seen[0][:2] == ("GET", "/pot?a=b+c%26d")


def test_a_body_is_sent_as_json_in_ascii(server):
    with client_to(server) as client:
        safe_http.exchange(client, "POST", "/", body={"text": "Käse 🧀 \ud800"})
    assert server.posted == b'{"text": "K\\u00e4se \\ud83e\\uddc0 \\ud800"}'
    assert server.seen[0][2]["Content-Type"] == "application/json"


def test_an_upload_is_sent_as_a_form_with_its_bytes_as_they_are(server):
    upload = safe_http.Upload(
        fields={"title": "Käse"}, name="a.png", content_type="image/png", content=b"\x00\r\n\xff"
    )
    with client_to(server) as client:
        safe_http.exchange(client, "POST", "/", body=upload, headers={"X-Kind": "teapot"})
    headers = server.seen[0][2]
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert headers["X-Kind"] == "teapot"
    assert b'name="title"\r\n\r\nK\xc3\xa4se\r\n' in server.posted
    head, _, rest = server.posted.partition(b'name="file"; filename="a.png"\r\n')
    assert rest.startswith(b"Content-Type: image/png\r\n\r\n\x00\r\n\xff\r\n--")
    assert head


def test_a_redirect_is_an_answer_like_any_other(server):
    server.answer = (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b"")
    with client_to(server) as client:
        answer = safe_http.exchange(client, "GET", "/")
    assert answer.status == 302
    assert len(server.seen) == 1


def test_proxies_of_the_environment_are_ignored(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with client_to(server) as client:
        assert safe_http.exchange(client, "GET", "/").status == 200


def test_connections_are_used_again(server):
    with client_to(server) as client:
        for _ in range(3):
            safe_http.exchange(client, "GET", "/")
        assert len(client._transport._pool.connections) == 1


def test_a_body_beyond_the_limit_is_not_read_to_its_end(server, monkeypatch):
    monkeypatch.setattr(safe_http, "MAX_BODY", 1000)
    server.answer = (200, {}, b"x" * 1001)
    with client_to(server) as client, pytest.raises(safe_http.AnswerTooLarge):
        safe_http.exchange(client, "GET", "/")


def test_a_body_in_more_pieces_than_its_size_explains_is_not_read(monkeypatch):
    monkeypatch.setattr(safe_http, "MOST_PIECES", 100)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    stream = httpcore.MockStream([head, b"1\r\n \r\n" * 200])
    with (
        pinned(monkeypatch, lambda h, p: ["10.0.0.1"], Scripted(["10.0.0.1"], stream)) as client,
        pytest.raises(safe_http.AnswerTooLarge),
    ):
        safe_http.exchange(client, "GET", "/")


def test_an_answer_is_asked_for_uncompressed(server):
    with client_to(server) as client:
        safe_http.exchange(client, "GET", "/", headers={"accept-encoding": "gzip"})
    assert server.seen[0][2]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "coding", ["gzip", "identity, gzip", "DEFLATE", "br", "zstd", "x", "gzip,"]
)
def test_a_compressed_answer_is_refused_before_it_is_read(server, monkeypatch, coding):
    monkeypatch.setattr(safe_http, "_pieces", lambda response: pytest.fail("it was read"))
    server.answer = (200, {"Content-Encoding": coding}, gzip.compress(b"{}"))
    with client_to(server) as client, pytest.raises(safe_http.AnswerEncoded):
        safe_http.exchange(client, "GET", "/")


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
def test_an_answer_may_say_that_it_is_not_compressed(server, coding):
    server.answer = (200, {"Content-Encoding": coding}, b"{}")
    with client_to(server) as client:
        assert safe_http.exchange(client, "GET", "/").body == b"{}"


def test_cookies_are_not_kept(server):
    server.answer = (200, {"Set-Cookie": "a=b; Path=/"}, b"{}")
    with client_to(server) as client:
        for _ in range(2):
            safe_http.exchange(client, "GET", "/")
        assert not client.cookies
    assert "Cookie" not in server.seen[1][2]


def test_what_several_answers_have_together_is_bounded(server, monkeypatch):
    server.answer = (200, {}, b"x" * 1000)
    with client_to(server) as client, call_bounds.Bounds(most_bytes=2500).applied():
        for _ in range(2):
            safe_http.exchange(client, "GET", "/")
        with pytest.raises(safe_http.AnswerTooLarge):
            safe_http.exchange(client, "GET", "/")


@pytest.mark.parametrize("interim", [b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", b"HTTP/1.1 200 "])
def test_a_head_without_an_end_is_not_read_to_its_end(monkeypatch, interim):
    class Endless(httpcore.MockStream):
        received = 0

        def read(self, max_bytes, timeout=None):
            Endless.received += max_bytes
            return interim * (max_bytes // len(interim))

    endless = Scripted(["10.0.0.1"], Endless([]))
    with (
        pinned(monkeypatch, lambda h, p: ["10.0.0.1"], endless) as client,
        pytest.raises(httpx.TransportError),
    ):
        safe_http.exchange(client, "GET", "/")
    assert Endless.received < 1024 * 1024


# --- Names and certificates ----------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return the path of a certificate for NAME, with its key, that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names = []
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    with served(context) as running:
        running.names = names
        yield running


def test_tls_names_and_host_stay_those_of_the_name(tls_server, certificate, monkeypatch):
    trusting = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(pinned_sockets, "tls_context", lambda: trusting)
    with client_to(tls_server, "https", NAME, monkeypatch) as client:
        assert safe_http.exchange(client, "GET", "/").status == 200
    assert tls_server.names == [NAME]
    assert tls_server.seen[0][2]["Host"] == f"{NAME}:{tls_server.server_port}"


def test_an_unknown_certificate_ends_the_connection(tls_server, monkeypatch):
    with (
        client_to(tls_server, "https", NAME, monkeypatch) as client,
        pytest.raises(httpx.ConnectError, match="certificate verify failed"),
    ):
        safe_http.exchange(client, "GET", "/")
    assert tls_server.seen == []


def test_a_certificate_for_another_name_ends_the_connection(tls_server, certificate, monkeypatch):
    trusting = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(pinned_sockets, "tls_context", lambda: trusting)
    with (
        client_to(tls_server, "https", "other.example.test", monkeypatch) as client,
        pytest.raises(httpx.ConnectError, match="Hostname mismatch"),
    ):
        safe_http.exchange(client, "GET", "/")


def test_there_is_one_tls_context_and_it_verifies():
    context = pinned_sockets.tls_context()
    assert context is pinned_sockets.tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


# --- Names and addresses -------------------------------------------------------------


class Scripted(httpcore.NetworkBackend):
    """Connects to the addresses that are said to be up, to an answer that is given."""

    def __init__(self, up=(), stream=None):
        self.up, self.stream, self.tried = up, stream, []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.tried.append((host, round(timeout, 3)))
        if host not in self.up:
            raise httpcore.ConnectTimeout("down")
        return self.stream or httpcore.MockStream(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"]
        )


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands still until it is moved."""

    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now

    standing = Clock()
    monkeypatch.setattr(call_bounds, "_clock", standing)
    return standing


def pinned(monkeypatch, resolver, sockets):
    origin = Origin("http", NAME, 80)
    monkeypatch.setattr(
        safe_http,
        "transport_factory",
        lambda origin, trusted: pinned_sockets.pinned_transport(
            origin, trusted=trusted, resolver=resolver, sockets=sockets
        ),
    )
    return safe_http.open_client(origin, policy=Policy(trusted=(origin,)))


def test_the_next_address_is_tried_when_one_is_down(monkeypatch, clock):
    sockets = Scripted(up=["10.0.0.2"])
    with pinned(monkeypatch, lambda h, p: ["10.0.0.1", "10.0.0.2"], sockets) as client:
        assert safe_http.exchange(client, "GET", "/").status == 200
    assert [host for host, _ in sockets.tried] == ["10.0.0.1", "10.0.0.2"]


def test_many_dead_addresses_share_the_time_to_connect(monkeypatch, clock):
    sockets = Scripted()
    with (
        pinned(monkeypatch, lambda h, p: [f"10.0.0.{n}" for n in range(1, 9)], sockets) as client,
        pytest.raises(httpx.ConnectTimeout),
    ):
        safe_http.exchange(client, "GET", "/")
    assert sockets.tried == [("10.0.0.1", 1.667), ("10.0.0.2", 2.5), ("10.0.0.3", 5.0)]


def test_a_name_without_an_address_is_a_failed_connection(monkeypatch):
    with (
        pinned(monkeypatch, lambda h, p: [], Scripted()) as client,
        pytest.raises(httpx.ConnectError),
    ):
        safe_http.exchange(client, "GET", "/")


def test_a_name_that_does_not_resolve_is_a_failed_connection(monkeypatch):
    def unknown(host, port):
        raise OSError("no such name")

    with (
        pinned(monkeypatch, unknown, Scripted()) as client,
        pytest.raises(httpx.ConnectError, match="does not resolve"),
    ):
        safe_http.exchange(client, "GET", "/")


def test_the_system_resolver_knows_loopback():
    assert pinned_sockets.system_resolver("127.0.0.1", 80) == ["127.0.0.1"]


# --- Time ----------------------------------------------------------------------------


class Trickle(httpcore.MockStream):
    """Sends one byte a second, for ever, after good headers."""

    def __init__(self, clock, head=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"):
        super().__init__([])
        self.clock, self.head, self.sent = clock, head, 0

    def read(self, max_bytes, timeout=None):
        if self.head:
            head, self.head = self.head, b""
            return head
        self.clock.now += 1.0
        self.sent += 1
        return b"x"


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 2"]
)
def test_a_trickling_answer_meets_the_deadline(monkeypatch, clock, head):
    stream = Trickle(clock, head)
    with (
        pinned(monkeypatch, lambda h, p: ["10.0.0.1"], Scripted(["10.0.0.1"], stream)) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        safe_http.exchange(client, "GET", "/")
    assert stream.sent == safe_http.TOTAL


def test_a_slow_resolver_means_that_nothing_is_sent(monkeypatch, clock):
    def slow(host, port):
        clock.now += safe_http.TOTAL
        return ["10.0.0.1"]

    sockets = Scripted(up=["10.0.0.1"])
    with pinned(monkeypatch, slow, sockets) as client, pytest.raises(httpx.ConnectTimeout):
        safe_http.exchange(client, "POST", "/", body={})
    assert sockets.tried == []


def test_a_peer_that_drains_slowly_meets_the_deadline(clock):
    class Slow(httpcore.MockStream):
        sent = 0

        def write(self, buffer, timeout=None):
            clock.now += 4.0
            Slow.sent += len(buffer)

    stream = pinned_sockets.BoundedStream(Slow([]))
    with safe_http.deadline(), pytest.raises(httpcore.WriteTimeout):
        stream.write(b"x" * 1_000_000, 5.0)
    assert Slow.sent == 7 * 16 * 1024


def test_deadlines_inside_others_never_extend_them(clock):
    with safe_http.deadline(10):
        with safe_http.deadline(60):
            assert safe_http.time_left() == 10
        with safe_http.deadline(5):
            assert safe_http.time_left() == 5
        clock.now += 4
        assert safe_http.time_left() == 6
    assert safe_http.time_left() == safe_http.TOTAL


def test_a_step_without_a_timeout_has_what_is_left(clock):
    class Asked(httpcore.MockStream):
        def read(self, max_bytes, timeout=None):
            return str(timeout).encode()

    with safe_http.deadline(7):
        assert pinned_sockets.BoundedStream(Asked([])).read(1) == b"7.0"


def test_a_call_ends_before_the_lease_that_covers_it():
    lease = settings.POST_LEASE.total_seconds()
    assert sum(step or lease for step in safe_http.TIMEOUT.as_dict().values()) < lease
    assert lease > safe_http.TOTAL
