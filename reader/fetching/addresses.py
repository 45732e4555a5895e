"""Decides which addresses may be asked for a picture: http(s), on the ports of the web, public hosts only."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from reader.errors import FetchError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Answers a host's name and port with numeric addresses, or raises OSError.
Resolver = Callable[[str, int], Sequence[str]]

_PORTS = frozenset({80, 443, 8080, 8443})
_MAX_LENGTH = 8_192
_HOST = re.compile(r"[a-z0-9_.-]{1,253}")
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# No place for a picture, though a Python may know it as public: the relays of 6to4, what protocols were given, and
# addresses for books, which came later than some Pythons.
_NO_HOSTS_V4 = (ipaddress.IPv4Network("192.88.99.0/24"), ipaddress.IPv4Network("192.0.0.0/24"))
_FOR_BOOKS = ipaddress.IPv6Network("3fff::/20")


def is_public(address: IPAddress) -> bool:
    """Say whether an address is a host of the internet's own, also where it carries one within."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _NO_HOSTS_V4)
    inner = address.ipv4_mapped
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    # 6to4 was given up (RFC 7526), and leads where its inner address is; newer Pythons call it private.
    tunnelled = address.teredo is not None or address.sixtofour is not None
    return address in _GLOBAL_V6 and address.is_global and not tunnelled and address not in _FOR_BOOKS


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Ask the system for a host's addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: whom to ask, and for what."""

    url: str
    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str, *, any_port: bool) -> Target:
        """Take an address apart.

        Raises:
            FetchError: it is not http(s), holds a user's name, or asks a port that is not one of the web.
        """
        try:
            parts = urlsplit(url.strip())
            host, port = _ascii_host(parts.hostname or ""), parts.port
            path = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*")
            query = quote(parts.query, safe="/%:=&~+!$,;'@()*?")
        except ValueError as error:
            raise FetchError("The address of the picture is not one of the web.") from error
        if parts.scheme not in ("http", "https") or not host or len(url) > _MAX_LENGTH:
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
        """Write the host as the request names it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"


def _ascii_host(host: str) -> str:
    """Return a host's name as it is asked for; raise ValueError if it is none."""
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    name = host if host.isascii() else host.encode("idna").decode("ascii")
    if name and not _HOST.fullmatch(name):
        raise ValueError(host)
    return name


def redirected(url: str, location: str) -> str:
    """Return where a redirect leads; http.client reads headers as Latin-1, hosts write UTF-8."""
    try:
        return urljoin(url, location.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return urljoin(url, location)
