"""Decides which addresses a picture may be fetched from: http(s), on the usual ports, public hosts only."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from reader.errors import FetchError
from reader.page import WEB_SCHEMES

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Returns the numeric addresses of a host and port, or raises OSError.
Resolver = Callable[[str, int], Sequence[str]]

_PORTS = frozenset({80, 443, 8080, 8443})
_MAX_LENGTH = 8_192
_HOST = re.compile(r"[a-z0-9_.-]{1,253}")
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Networks without hosts that some versions of Python call public: 6to4 relays (RFC 7526), protocol assignments
# (RFC 6890), and addresses for documentation (RFC 9637).
_NO_HOSTS_V4 = (ipaddress.IPv4Network("192.88.99.0/24"), ipaddress.IPv4Network("192.0.0.0/24"))
_FOR_BOOKS = ipaddress.IPv6Network("3fff::/20")


def is_public(address: IPAddress) -> bool:
    """Say whether an address belongs to a public host; an IPv4 address inside an IPv6 one is checked, too."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _NO_HOSTS_V4)
    inner = address.ipv4_mapped
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    # 6to4 is deprecated (RFC 7526) and leads to its inner address; newer versions of Python call it private.
    tunnelled = address.teredo is not None or address.sixtofour is not None
    return address in _GLOBAL_V6 and address.is_global and not tunnelled and address not in _FOR_BOOKS


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses from the system's resolver.

    Raises:
        OSError: the host cannot be found.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed address: the host to connect to, and the path to request."""

    url: str
    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str, *, any_port: bool) -> Target:
        """Parse an address.

        Raises:
            FetchError: it is not http(s), holds a user name, or names an unusual port (unless `any_port`).
        """
        try:
            parts = urlsplit(url.strip())
            host, port = _ascii_host(parts.hostname or ""), parts.port
            path = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*")
            query = quote(parts.query, safe="/%:=&~+!$,;'@()*?")
        except ValueError as error:
            raise FetchError("The address of the picture is not one of the web.") from error
        if parts.scheme not in WEB_SCHEMES or not host or len(url) > _MAX_LENGTH:
            raise FetchError("The address of the picture is not one of the web.")
        if "@" in parts.netloc:
            raise FetchError("The address of the picture holds a user's name, and is not asked for.")
        secure = parts.scheme == "https"
        port = (443 if secure else 80) if port is None else port
        if port not in _PORTS and not any_port:
            raise FetchError("{host} is not asked for a picture on port {port}.", host=host, port=port)
        return cls(url.strip(), secure, host, port, path + (f"?{query}" if query else ""))

    @property
    def host_header(self) -> str:
        """The value of the Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"


def _ascii_host(host: str) -> str:
    """Return a host's name as it is resolved, in ASCII.

    Raises:
        ValueError: it is not a valid name.
    """
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    name = host if host.isascii() else host.encode("idna").decode("ascii")
    if name and not _HOST.fullmatch(name):
        raise ValueError(host)
    return name


def redirected(url: str, location: str) -> str:
    """Return the target of a redirect; http.client reads headers as Latin-1, but hosts write UTF-8."""
    try:
        return urljoin(url, location.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return urljoin(url, location)
