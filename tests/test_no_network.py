"""The guard that forbids the network to tests sees each way out."""

from __future__ import annotations

import _socket
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.support.no_network import NetworkGuard


def _ask_by_tcp(family: int = socket.AF_INET, host: str = "192.0.2.1") -> None:
    with closing(socket.socket(family)) as sock:
        sock.connect((host, 80))


def _ask_by_c() -> None:
    with closing(_socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as sock:
        sock.connect_ex(("192.0.2.1", 80))


def _send_by_udp() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.sendto(b"x", ("192.0.2.1", 53))


def _listen() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))):
        pass


@pytest.mark.parametrize(
    "way",
    [
        _ask_by_tcp,
        lambda: _ask_by_tcp(socket.AF_INET6, "2001:db8::1"),
        _ask_by_c,
        _send_by_udp,
        _listen,
        lambda: socket.getaddrinfo("pictures.test", 80),
        lambda: socket.gethostbyname("pictures.test"),
    ],
)
def test_each_way_out_is_refused_and_counted(no_network: NetworkGuard, way: Callable[[], None]) -> None:
    with pytest.raises(OSError, match="tried the network"):
        way()
    assert len(no_network.attempts) == 1
    no_network.attempts.clear()


def test_loopback_passes_only_where_it_is_allowed(loopback: NetworkGuard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with suppress(OSError):
        _ask_by_tcp()
    assert len(loopback.attempts) == 1
    loopback.attempts.clear()


def test_sockets_of_the_file_system_are_no_network(tmp_path: Path, no_network: NetworkGuard) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
    assert no_network.attempts == []
