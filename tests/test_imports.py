"""Only `reader/fetching` may reach the network: read off every line of the program, hidden imports included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# What can open a connection, of Python's own and of Qt's; what the program does not need at all is forbidden to all.
NETWORK = frozenset((
    "socket", "_socket", "ssl", "_ssl", "http", "urllib.request", "urllib.robotparser", "ftplib", "smtplib",
    "poplib", "imaplib", "telnetlib", "nntplib", "xmlrpc", "asyncio", "socketserver", "selectors", "webbrowser",
    "wsgiref", "email.smtp", "requests", "httpx", "aiohttp", "urllib3", "ctypes", "cffi", "PySide6.QtNetwork",
    "PySide6.QtNetworkAuth", "PySide6.QtWebSockets", "PySide6.QtWebEngineCore", "PySide6.QtWebEngineWidgets",
    "PySide6.QtWebChannel", "PySide6.QtDBus", "PySide6.QtRemoteObjects", "multiprocessing.managers",
    "logging.config",
))  # fmt: skip
ALLOWED = {
    "reader/fetching": {"socket", "ssl", "http.client", "selectors"},
    # Sockets of the file system: the window of a second start speaks to the first.
    "ui/single_instance.py": {"PySide6.QtNetwork"},
}
# Of Qt's network library these two know the file system only.
LOCAL = {"QLocalServer", "QLocalSocket"}
# Ways to import, or to run, what no reader of the source sees.
HIDDEN = frozenset(
    {"__import__", "import_module", "exec", "eval", "find_spec", "spec_from_file_location", "run_module"}
)
LOGGING_OVER_THE_NETWORK = frozenset(
    {"SocketHandler", "DatagramHandler", "HTTPHandler", "SMTPHandler", "SysLogHandler"}
)


def files() -> list[Path]:
    """List the program's sources."""
    return sorted([ROOT / "main.py", *(ROOT / "reader").rglob("*.py"), *(ROOT / "ui").rglob("*.py")])


def imported(tree: ast.AST) -> Iterator[str]:
    """Name every module that a source imports, and what it takes from it, wherever in the source that stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def network_of(name: str) -> str | None:
    """Return which forbidden module a name is, or lies in."""
    parts = name.split(".")
    return next((".".join(parts[:n]) for n in range(1, len(parts) + 1) if ".".join(parts[:n]) in NETWORK), None)


def allowed(path: Path, name: str) -> bool:
    """Say whether the room that a file is in may import what `network_of` found."""
    place = path.relative_to(ROOT).as_posix()
    rooms = (modules for room, modules in ALLOWED.items() if place == room or place.startswith(f"{room}/"))
    return any(name == module or name.startswith(f"{module}.") for modules in rooms for module in modules)


def faults(path: Path, source: str) -> list[str]:
    """Say what a source has that could reach the network."""
    tree = ast.parse(source)
    found = [name for name in imported(tree) if network_of(name) and not allowed(path, name)]
    found += [f"a hidden import: {name}" for name in _named(tree) & HIDDEN]
    found += [f"a log that leaves: {name}" for name in _named(tree) & LOGGING_OVER_THE_NETWORK]
    return found


def _named(tree: ast.AST) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr != "exec"}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_room_but_fetching_can_reach_the_network(path: Path) -> None:
    assert faults(path, path.read_text("utf-8")) == []


def test_of_qts_network_only_the_local_sockets_are_used() -> None:
    taken = {
        name.rpartition(".")[2]
        for path in files()
        for name in imported(ast.parse(path.read_text("utf-8")))
        if name.startswith("PySide6.QtNetwork.")
    }
    assert taken == LOCAL


def test_the_desktop_is_asked_to_open_an_address_in_one_place() -> None:
    users = [path.relative_to(ROOT).as_posix() for path in files() if "openUrl" in path.read_text("utf-8")]
    assert users == ["ui/commands.py"]


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import http.client as c",
        "from urllib import request",
        "from urllib.request import urlopen",
        "from PySide6 import QtNetwork",
        "from PySide6.QtNetwork import QTcpSocket",
        "def f():\n    import ssl",
        "import asyncio.streams",
        "__import__('socket')",
        "import importlib\nimportlib.import_module('sock' + 'et')",
        "from importlib import import_module as f\nf('socket')\nimport_module('x')",
        "eval('1')",
        "import logging.handlers\nlogging.handlers.SocketHandler('x', 1)",
    ],
)
def test_each_way_to_the_network_is_seen(source: str) -> None:
    assert faults(ROOT / "reader" / "clean" / "page.py", source)


def test_what_is_no_network_is_no_fault() -> None:
    source = "import urllib.parse\nfrom http_like import x\napp.exec()\nimport multiprocessing.connection"
    assert faults(ROOT / "reader" / "clean" / "page.py", source) == []
