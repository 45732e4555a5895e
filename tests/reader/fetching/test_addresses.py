"""Which addresses are public, and which modules may talk to them at all."""

from __future__ import annotations

import ast
import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.fetching import wire
from reader.fetching.addresses import is_public

_ROOT = Path(__file__).parents[3]
_NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "asyncio", "requests", "socketserver"}


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "223.5.5.5", "2400:3200::1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_hosts_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
        *("192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1"),
        *("198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:a00:1::", "2002:7f00:1::1", "2002:808:808::1"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "fe80::1", "fe80::1%eth0", "fec0::1"),
        *("fc00::1", "fd12:3456::1", "ff02::1", "100::1", "5f00::1", "3fff::1", "3fff:fff::1", "192.0.0.8"),
    ],
)
def test_every_other_place_is_not(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_however_it_is_wrapped(address: ipaddress.IPv4Address) -> None:
    wrapped = [
        ipaddress.IPv6Address(0xFFFF << 32 | int(address)),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | int(address)),
    ]
    assert {is_public(other) for other in wrapped} == {is_public(address)}


@given(st.ip_addresses(v=6))
def test_what_python_calls_private_is_never_public(address: ipaddress.IPv6Address) -> None:
    if address.is_private and address.ipv4_mapped is None:
        assert not is_public(address)


def test_only_fetching_imports_what_opens_a_socket() -> None:
    """Local sockets, over which a second window hands its files to the first, are Qt's and no network."""
    guilty = {
        f"{path.relative_to(_ROOT)}: {name}"
        for path in _sources()
        if "fetching" not in path.parts
        for name in _imports(path)
        if any(name == network or name.startswith(network + ".") for network in _NETWORK)
    }
    assert guilty == set()


def test_nobody_but_a_test_allows_private_addresses() -> None:
    guilty = [
        f"{path.relative_to(_ROOT)}:{keyword.value.lineno}"
        for path in _sources()
        for call in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "allow_private" and not isinstance(keyword.value, ast.Name)
    ]
    assert guilty == []


def test_where_openssl_knows_no_certificates_those_of_the_system_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = _ROOT / "tests" / "data" / "tls" / "pictures.test.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(wire, "_CERTIFICATES", (str(tmp_path / "none"), str(bundle)))
    assert wire.trust().cert_store_stats()["x509_ca"] == 1


def _sources() -> list[Path]:
    return [*(_ROOT / "reader").rglob("*.py"), *(_ROOT / "ui").rglob("*.py"), _ROOT / "main.py"]


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names
