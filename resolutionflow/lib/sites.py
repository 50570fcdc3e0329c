"""Which sites we connect to: what an address may look like, and where it may lead.

Sites are typed by people, so an address is hostile until shown otherwise. A site is
allowed when it is https on port 443 under one of the vendor's own domains, or exactly one
of the origins that the operator trusts. Nothing here touches the network.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"https": 443, "http": 80}


class SiteNotAllowed(Exception):
    """The address is not one we connect to; `reason` is a sentence for people."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


# --- What a site is ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, in their one canonical spelling."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Return the origin as browsers write it, without a default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = _DEFAULT_PORTS[self.scheme] == self.port
        return f"{self.scheme}://{host}" + ("" if default else f":{self.port}")

    def with_host(self, host: str) -> "Origin":
        """Return the same scheme and port on another host."""
        return Origin(self.scheme, host, self.port)


_ORIGIN = re.compile(
    r"(?:(?P<scheme>https?)://)?"
    r"(?P<host>[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])"
    r"(?::(?P<port>[0-9]{1,5}))?/?",
    re.ASCII,
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)


def parse_origin(text: str) -> Origin:
    """Return the origin that the text names; a bare host means https.

    Accepts nothing but scheme, host and port. Raises SiteNotAllowed for everything that
    two readers could understand differently: user names, paths, queries, fragments,
    backslashes, control and non-ASCII characters, punycode, trailing dots, and IP
    addresses in any but the usual spelling.
    """
    match = _ORIGIN.fullmatch(text.strip(" ").lower()) if text.isascii() else None
    if match is None:
        raise SiteNotAllowed("Give only the address of the site, such as https://psa.example.com.")
    scheme = match["scheme"] or "https"
    port = int(match["port"] or _DEFAULT_PORTS[scheme])
    if not 0 < port < 65536:
        raise SiteNotAllowed("The port of this site address does not exist.")
    return Origin(scheme, _canonical_host(match["host"]), port)


def _canonical_host(host: str) -> str:
    """Return the host in its one spelling; raises SiteNotAllowed if it has others."""
    last = host.rpartition(".")[2]
    try:
        if host.startswith("["):
            return str(ipaddress.IPv6Address(host[1:-1]))
        if last.isdigit() or last.startswith("0x"):
            # What inet_aton would read as a number is an address, and only "1.2.3.4" is.
            return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise SiteNotAllowed("This site address is not a valid IP address.") from None
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise SiteNotAllowed("The host name of this site address is not valid.")
    if any(label.startswith("xn--") for label in labels):
        raise SiteNotAllowed("Internationalised host names are not allowed here.")
    return host


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which sites are allowed: a vendor's domains, and origins the operator trusts."""

    suffixes: tuple[str, ...] = ()
    trusted: tuple[Origin, ...] = ()

    def under_suffix(self, host: str) -> bool:
        """Tell whether the host lies, label by label, under one of the vendor's domains."""
        return any(host.endswith("." + suffix) for suffix in self.suffixes)

    def admit(self, origin: Origin) -> bool:
        """Return whether the origin is a trusted one; raises SiteNotAllowed if refused."""
        if origin in self.trusted:
            return True
        if not self.under_suffix(origin.host):
            raise SiteNotAllowed(
                "This site is neither a cloud address of the vendor nor one that your "
                "operator trusts (PSA_TRUSTED_SITES)."
            )
        if origin.scheme != "https" or origin.port != 443:
            raise SiteNotAllowed("Cloud sites are reached by https on its usual port only.")
        return False


# --- Which addresses it may resolve to -----------------------------------------------

_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
# Globally routed on paper, but they carry or relay an IPv4 address of the sender's choice.
_TUNNELS = tuple(ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32", "192.88.99.0/24"))


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 6 and address not in _GLOBAL_V6:
        return False
    return not any(address in net for net in _TUNNELS if net.version == address.version)


# Metadata services and the like of clouds that are not link-local: AWS by IPv6, Azure's
# WireServer, Alibaba, Oracle. Whoever reaches them from inside gets keys of the machine.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("fd00:ec2::254", "168.63.129.16", "100.100.100.200", "192.0.0.192"))
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# RFC 8215, where the IPv4 address may stand at any of the places of RFC 6052.
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def _is_never_a_server(address: Address) -> bool:
    """Metadata is for no name, not even a trusted one, whatever form the address has."""
    return any(
        one.is_link_local or one.is_multicast or one.is_unspecified or one in _METADATA
        for one in (address, *_carried(address))
    )


def _carried(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses that an IPv6 address stands for, or may be relayed to."""
    if not isinstance(address, ipaddress.IPv6Address):
        return
    bits = int(address)
    known = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    yield from (one for one in known if one is not None)
    if address in _NAT64 or (address in _COMPATIBLE and bits > 0xFFFF):
        yield ipaddress.IPv4Address(bits & 0xFFFFFFFF)
    if address in _LOCAL_NAT64:
        after_48 = (bits >> 64 & 0xFFFF) << 16 | bits >> 40 & 0xFFFF
        after_56 = (bits >> 64 & 0xFF) << 24 | bits >> 32 & 0xFFFFFF
        after_64 = bits >> 24 & 0xFFFFFFFF
        for found in (bits & 0xFFFFFFFF, after_48, after_56, after_64):
            yield ipaddress.IPv4Address(found)


def check_addresses(found: Iterable[str], *, trusted: bool) -> tuple[str, ...]:
    """Return the addresses if every one is allowed; raises SiteNotAllowed otherwise.

    Cloud names must resolve to public addresses only; trusted origins may be private.
    """
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
    for address in addresses:
        mapped = getattr(address, "ipv4_mapped", None)
        if _is_never_a_server(mapped or address) or not (trusted or _is_public(address)):
            raise SiteNotAllowed("This site's name leads to an address that is not public.")
    return tuple(str(address) for address in addresses)
