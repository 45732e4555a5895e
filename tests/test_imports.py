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
    "logging.config", "PySide6.QtCore.QProcess",
    # They run other programs, or modules by a name that no reader of the source sees.
    "subprocess", "_posixsubprocess", "pty", "runpy", "pkgutil", "builtins", "code", "codeop", "zipimport", "pydoc",
    "pip", "ensurepip", "venv", "distutils", "cgi", "asyncore", "asynchat", "tkinter", "turtle", "idlelib", "xml.sax", "xml.dom",
))  # fmt: skip
ALLOWED = {
    "reader/fetching": {"socket", "ssl", "http.client", "selectors"},
    # Sockets of the file system: the window of a second start speaks to the first.
    "ui/system/single_instance.py": {"PySide6.QtNetwork"},
    # It starts the worker, which is this program.
    "ui/background/worker_process.py": {"PySide6.QtCore.QProcess"},
}
# It keeps a module of the network out.
EXCEPTED = {
    ("reader/index/_whoosh_import.py", "a hidden import: sys.modules"),
    # It starts the same program again, in another mode of Python's.
    ("main.py", "a hidden import: execve"),
}
# Who downloads, and by what alone.
USERS_OF_FETCHING = {"reader/library/writer.py"}
DOOR_OF_FETCHING = "reader.fetching.web_pictures"
# Of Qt's network library these two know the file system only.
LOCAL = {"QLocalServer", "QLocalSocket"}
# Ways to import, or to run, what no reader of the source sees.
HIDDEN = frozenset((
    "__import__", "import_module", "exec", "eval", "find_spec", "spec_from_file_location", "run_module", "run_path",
    "resolve_name", "load_module", "exec_module", "__builtins__", "__dict__", "popen", "posix_spawn",
    "posix_spawnp", "execv", "execve", "execvp", "execl", "spawnl", "spawnv", "startfile", "Client", "Listener",
    "DataSource", "globals", "vars",
))  # fmt: skip
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
    names = list(imported(tree))
    found = [name for name in names if network_of(name) and not allowed(path, name)]
    hidden = [*_hidden_calls(tree), *(f"a hidden import: {name}" for name in _named(tree) & HIDDEN)]
    found += [fault for fault in hidden if (path.relative_to(ROOT).as_posix(), fault) not in EXCEPTED]
    found += [f"a log that leaves: {name}" for name in _named(tree) & LOGGING_OVER_THE_NETWORK]
    found += [f"out of another module: {name}" for name in names if _taken_along(name) and not allowed(path, name)]
    return found + list(_wrong_rooms(path, tree, names))


def _taken_along(name: str) -> bool:
    """Say whether a name is a module of the network that another module had imported."""
    module, _, last = name.rpartition(".")
    return bool(module) and last in NETWORK and name not in NETWORK


def _hidden_calls(tree: ast.AST) -> Iterator[str]:
    """Find what asks a module for a name put together, the modules by their names, or compiles a text."""
    modules = {
        (a.asname or a.name).partition(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "modules":
            yield "a hidden import: sys.modules"
        if isinstance(node, ast.Attribute) and node.attr == "system" and _last_name(node.value) == "os":
            yield "another program: os.system"
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "compile":
            yield "a hidden import: compile"
        of_module = bool(node.args) and isinstance(node.args[0], ast.Name) and node.args[0].id in modules
        if node.func.id == "getattr" and of_module and not isinstance(node.args[1], ast.Constant):
            yield "a hidden import: getattr of a module"


def _last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _wrong_rooms(path: Path, tree: ast.AST, names: list[str]) -> Iterator[str]:
    """Find relative imports, which this reader does not follow, and those who reach into the room that downloads."""
    place = path.relative_to(ROOT).as_posix()
    if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree)):
        yield "a relative import"
    if not place.startswith("reader/fetching/") and any(name.startswith("reader.fetching") for name in names):
        inside = {name for name in names if name.startswith("reader.fetching") and DOOR_OF_FETCHING not in name}
        yield from (f"inside of fetching: {name}" for name in inside)
        if place not in USERS_OF_FETCHING:
            yield "fetching, by another than who downloads"


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
    assert users == ["ui/commands/reading.py"]


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
        "import sys\nsys.modules['socket']",
        "import importlib as i\ngetattr(i, 'import_' + 'module')('socket')",
        "import runpy\nrunpy.run_path('x')",
        "import pkgutil\npkgutil.resolve_name('socket:socket')",
        "__builtins__['__import__']('socket')",
        "import builtins",
        "from urllib.parse import socket",
        "import os\nos.system('curl x')",
        "import os\nos.popen('x')",
        "import subprocess",
        "compile('import socket', '', 'exec')",
        "from PySide6.QtCore import QProcess",
        "import multiprocessing.connection\nmultiprocessing.connection.Client(('192.0.2.1', 1))",
        "import xml.sax",
        "from ..fetching import wire",
        "from reader.fetching.wire import Wire",
        "from reader.fetching import fetch_pictures",
    ],
)
def test_each_way_to_the_network_is_seen(source: str) -> None:
    assert faults(ROOT / "reader" / "clean" / "page.py", source)


def test_what_is_no_network_is_no_fault() -> None:
    source = "import urllib.parse\nfrom http_like import x\napp.exec()\nimport multiprocessing.connection"
    assert faults(ROOT / "reader" / "clean" / "page.py", source) == []
