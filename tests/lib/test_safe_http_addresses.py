"""Hostile site addresses: each one is refused, and nothing is ever connected to."""

import httpcore
import httpx
import pytest

from resolutionflow.lib import pinned_sockets, safe_http
from resolutionflow.lib.safe_http import Policy, SiteNotAllowed, parse_origin
from resolutionflow.lib.sites import check_addresses

POLICY = Policy(
    suffixes=("myconnectwise.net", "connectwisedev.com"),
    trusted=(parse_origin("https://cw.example.com"), parse_origin("http://127.0.0.1:9400")),
)


class CountingSockets(httpcore.NetworkBackend):
    """Counts what would have been connected to, and connects to nothing."""

    def __init__(self):
        self.connected = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.connected.append((host, port))
        raise httpcore.ConnectError("counted")


@pytest.fixture
def sockets(monkeypatch):
    return CountingSockets()


@pytest.fixture
def visit(monkeypatch, sockets):
    """Return a function that opens the address as the product does, with this resolver."""

    def open_(text, *resolved):
        def transport(origin, *, trusted):
            return pinned_sockets.pinned_transport(
                origin, trusted=trusted, resolver=lambda host, port: resolved, sockets=sockets
            )

        monkeypatch.setattr(safe_http, "transport_factory", transport)
        with safe_http.open_client(parse_origin(text), policy=POLICY) as client:
            return safe_http.exchange(client, "GET", "/login/companyinfo/x")

    return open_


HOSTILE_ADDRESSES = [
    # Nothing, or not an address at all
    "",
    " ",
    "/",
    "https://",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://na.myconnectwise.net",
    "gopher://na.myconnectwise.net:70/_",
    "//na.myconnectwise.net",
    "https:na.myconnectwise.net",
    # Another site that looks like ours
    "https://evilmyconnectwise.net",
    "https://myconnectwise.net.evil.com",
    "https://na.myconnectwise.net.evil.com",
    "https://na-myconnectwise.net",
    "https://myconnectwise.net",
    "https://.myconnectwise.net",
    "https://na..myconnectwise.net",
    "https://myconnectwise.com",
    "https://connectwisedev.com.co",
    "https://na.myconnectwise.net-evil.com",
    "https://-na.myconnectwise.net",
    "https://na_1.myconnectwise.net",
    "https://*.myconnectwise.net",
    # What two readers could understand differently
    "https://na.myconnectwise.net@evil.com",
    "https://user:pw@na.myconnectwise.net",
    "https://evil.com#na.myconnectwise.net",
    "https://evil.com?na.myconnectwise.net",
    "https://evil.com/na.myconnectwise.net",
    "https://evil.com\\.myconnectwise.net",
    "https://na.myconnectwise.net\\@evil.com",
    "https:\\\\na.myconnectwise.net",
    "https://evil.com%2f.myconnectwise.net",
    "https://evil.com%00.myconnectwise.net",
    "https://evil.com;.myconnectwise.net",
    "https://evil.com,na.myconnectwise.net",
    "https://na.myconnectwise.net/v4_6_release/apis/3.0",
    "https://na.myconnectwise.net/../",
    # Control characters, spaces, other alphabets
    "https://na.myconnectwise.net\r\nHost: evil.com",
    "https://na.myconnectwise.net\n",
    "https://na.myconnectwise.net\x00.evil.com",
    "\thttps://na.myconnectwise.net",
    "https://na .myconnectwise.net",
    "https://nа.myconnectwise.net",
    "https://na.myconnectwise。net",
    "https://na.myconnectwise.net\u2025",
    "https://ⓜyconnectwise.net",
    "https://xn--n-7sb.myconnectwise.net",
    "https://na.xn--myconnectwise-abc.net",
    "https://na.myconnectwise.net\u200b",
    # A trailing dot, ports, schemes
    "https://na.myconnectwise.net.",
    "https://na.myconnectwise.net:444",
    "https://na.myconnectwise.net:80",
    "https://na.myconnectwise.net:0",
    "https://na.myconnectwise.net:65536",
    "https://na.myconnectwise.net:99999",
    "https://na.myconnectwise.net:-1",
    "https://na.myconnectwise.net:",
    "https://na.myconnectwise.net:443:443",
    "http://na.myconnectwise.net",
    "http://na.myconnectwise.net:443",
    # Addresses instead of names, in every spelling
    "https://127.0.0.1",
    "https://127.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.0.0.1",
    "https://0177.0.0.1",
    "https://127.0.0.01",
    "https://0",
    "https://0.0.0.0",
    "https://10.0.0.1",
    "https://192.168.1.1",
    "https://169.254.169.254",
    "http://169.254.169.254/latest/meta-data",
    "https://8.8.8.8",
    "https://1.2.3.4.myconnectwise.1",
    "https://[::1]",
    "https://[::]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[fe80::1%25eth0]",
    "https://[fd00::1]",
    "https://[2606:4700::1111]",
    "https://[::1",
    "https://[]",
    "https://[127.0.0.1]",
    "https://localhost",
    "https://localhost.localdomain",
    "https://metadata.google.internal",
    # Nearly an origin that the operator trusts
    "https://cw.example.com:8443",
    "http://cw.example.com",
    "https://evil.cw.example.com",
    "https://cw.example.com.evil.com",
    "https://example.com",
    "http://127.0.0.1:9401",
    "http://127.0.0.1",
    "https://127.0.0.1:9400",
    "http://127.0.0.2:9400",
    "http://localhost:9400",
    "http://[::ffff:127.0.0.1]:9400",
]

# What the name of an allowed cloud site may resolve to when its DNS is in hostile hands.
HOSTILE_ANSWERS = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.10",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "100::1",
]


def test_there_are_at_least_sixty_hostile_addresses():
    assert len(set(HOSTILE_ADDRESSES)) >= 60


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_a_hostile_address_is_refused_without_a_connection(visit, sockets, address):
    with pytest.raises(SiteNotAllowed) as refused:
        visit(address, "8.8.8.8")
    assert refused.value.reason.endswith(".")
    assert sockets.connected == []


@pytest.mark.parametrize("answer", HOSTILE_ANSWERS)
def test_a_cloud_name_that_resolves_to_a_private_address_is_refused(visit, sockets, answer):
    with pytest.raises(SiteNotAllowed, match="not public"):
        visit("na.myconnectwise.net", answer)
    assert sockets.connected == []


@pytest.mark.parametrize("answer", HOSTILE_ANSWERS)
def test_one_bad_address_among_good_ones_spoils_them_all(visit, sockets, answer):
    with pytest.raises(SiteNotAllowed):
        visit("na.myconnectwise.net", "8.8.8.8", "2606:4700::1111", "1.1.1.1", "9.9.9.9", answer)
    assert sockets.connected == []


@pytest.mark.parametrize("answer", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::"])  # noqa: S104
def test_not_even_a_trusted_name_leads_to_the_metadata_service(visit, sockets, answer):
    with pytest.raises(SiteNotAllowed):
        visit("https://cw.example.com", answer)
    assert sockets.connected == []


@pytest.mark.parametrize("one", ["fd00:ec2::254", "168.63.129.16", "100.100.100.200"])
def test_nor_to_those_that_are_not_link_local(visit, sockets, one):
    with pytest.raises(SiteNotAllowed):
        visit("https://cw.example.com", one)
    assert sockets.connected == []


@pytest.mark.parametrize(
    "mapped",
    [
        *("::ffff:169.254.169.254", "::ffff:0.0.0.0", "::169.254.169.254", "::ffff:168.63.129.16"),
        # NAT64 (RFC 6052), its local prefix (RFC 8215), 6to4 and Teredo.
        *("64:ff9b::a9fe:a9fe", "64:ff9b::a83f:8110", "64:ff9b:1::a9fe:a9fe"),
        *("64:ff9b:1:a9fe:a9:fe00::", "64:ff9b:1:00a9:fe:a9fe::", "64:ff9b:1:0:a9:fea9:fe00:0"),
        *("2002:a9fe:a9fe::1", "2002:a83f:8110::", "2001:0:a9fe:a9fe::1", "2001:0::5601:5601"),
    ],
)
def test_nor_when_it_is_written_as_ipv6(mapped):
    with pytest.raises(SiteNotAllowed):
        check_addresses([mapped], trusted=True)


@pytest.mark.parametrize("answer", ["10.1.2.3", "127.0.0.1", "::1", "fd00::1", "8.8.8.8"])
def test_a_trusted_origin_may_be_private(visit, sockets, answer):
    with pytest.raises(httpx.ConnectError):
        visit("https://cw.example.com", answer)
    assert sockets.connected == [(answer, 443)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("na.myconnectwise.net", ("8.8.8.8", 443)),
        (" HTTPS://NA.MyConnectWise.NET:443/ ", ("8.8.8.8", 443)),
        ("https://api-eu.myconnectwise.net", ("8.8.8.8", 443)),
        ("staging.connectwisedev.com", ("8.8.8.8", 443)),
        ("http://127.0.0.1:9400/", ("8.8.8.8", 9400)),
    ],
)
def test_an_allowed_site_is_connected_to_at_the_address_that_was_checked(
    visit, sockets, text, address
):
    with pytest.raises(httpx.ConnectError):
        visit(text, "8.8.8.8")
    assert sockets.connected == [address]


def test_a_name_that_changes_between_check_and_connection_gains_nothing(monkeypatch, sockets):
    """The rebinding resolver: a public address first, loopback ever after."""
    answers = iter([["8.8.8.8"]])

    def rebinding(host, port):
        return next(answers, ["127.0.0.1"])

    transport = pinned_sockets.pinned_transport(
        parse_origin("na.myconnectwise.net"), trusted=False, resolver=rebinding, sockets=sockets
    )
    monkeypatch.setattr(safe_http, "transport_factory", lambda origin, trusted: transport)
    with safe_http.open_client(parse_origin("na.myconnectwise.net"), policy=POLICY) as client:
        with pytest.raises(httpx.ConnectError):
            safe_http.exchange(client, "GET", "/")
        with pytest.raises(SiteNotAllowed):
            safe_http.exchange(client, "GET", "/")
    assert sockets.connected == [("8.8.8.8", 443)]


@pytest.mark.parametrize(
    "path", ["https://eu.myconnectwise.net/x", "http://na.myconnectwise.net/", "http://127.0.0.1/"]
)
def test_a_client_of_one_site_reaches_no_other(monkeypatch, sockets, path):
    def transport(origin, *, trusted):
        return pinned_sockets.pinned_transport(
            origin, trusted=trusted, resolver=lambda host, port: ["8.8.8.8"], sockets=sockets
        )

    monkeypatch.setattr(safe_http, "transport_factory", transport)
    with (
        safe_http.open_client(parse_origin("na.myconnectwise.net"), policy=POLICY) as client,
        pytest.raises(SiteNotAllowed),
    ):
        safe_http.exchange(client, "GET", path)
    assert sockets.connected == []


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("na.myconnectwise.net", "https://na.myconnectwise.net"),
        ("HTTPS://Na.MyConnectWise.net:443/", "https://na.myconnectwise.net"),
        ("http://cw.example.com:8080", "http://cw.example.com:8080"),
        ("http://127.0.0.1:9400", "http://127.0.0.1:9400"),
        ("https://[0:0:0:0:0:0:0:1]:9400", "https://[::1]:9400"),
    ],
)
def test_an_origin_has_one_spelling(text, canonical):
    assert str(parse_origin(text)) == canonical


def test_an_origin_keeps_scheme_and_port_on_another_host():
    moved = parse_origin("http://cw.example.com:8080").with_host("api.example.com")
    assert str(moved) == "http://api.example.com:8080"
