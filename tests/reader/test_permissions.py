"""Folders and files that may not be read or written: a sentence, nothing lost, and all is well once they may.

Root may do anything, so that here every process of root's gives that up first: then permissions hold for it, too.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.captures import write_feed
from tests.support.patience import PATIENCE_SECONDS, wait_until

if os.name == "nt":
    pytest.skip("permissions are another thing on Windows", allow_module_level=True)

AS_ROOT = os.getuid() == 0
_DROP_FROM_BOUNDING_SET = 24
_OVERRIDE, _READ_SEARCH = 1, 2


def heed_permissions() -> None:
    """Give up what lets root read and write everything, from the next program on."""
    libc = ctypes.CDLL(None)
    for capability in (_OVERRIDE, _READ_SEARCH):
        libc.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


class Heeding(CommandLine):
    """Runs `pressmark` as a user that permissions hold for."""

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(ROOT / "main.py"), "--data-dir", str(self.data), *map(str, arguments)]
        environment = {**os.environ, "HOME": str(self.data.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "TMPDIR"):
            environment[name] = str(self.data.parent)
        pipe, first = subprocess.PIPE, heed_permissions if AS_ROOT else None
        return subprocess.Popen(
            command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", preexec_fn=first
        )

    def run(self, *arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate(stdin, timeout=PATIENCE_SECONDS)
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


@pytest.fixture
def pressmark(png: bytes) -> Iterator[Heeding]:
    """Return the command line of a library of three articles, the first of which has a picture."""
    folder = Path(tempfile.mkdtemp(prefix="pressmark-permissions-"))
    for name in ("drop", "more"):
        for n in range(3 if name == "drop" else 1):
            body = f'<p>旧书市{n}。</p><img src="p.png">' if n == 0 else f"<p>旧书市{n}。</p>"
            address = f"https://news.example/{name}{n}"
            write_feed(folder / name, f"{n}.txt", title=f"第{n}篇", url=address, body=body)
    (folder / "drop" / "p.png").write_bytes(png)
    # Other bytes, the same picture.
    (folder / "more" / "p.png").write_bytes(png + b"\0")
    locked = folder / "locked"
    locked.write_text("")
    locked.chmod(0)
    with subprocess.Popen(
        ["cat", locked], preexec_fn=heed_permissions if AS_ROOT else None, stderr=subprocess.DEVNULL
    ) as cat:
        if cat.wait() == 0:
            pytest.skip("this system lets root read everything")
    pressmark = Heeding(folder / "library")
    done = pressmark.run("import", folder / "drop")
    assert done.returncode == 0, done.stderr
    yield pressmark
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | stat.S_IRWXU)
    shutil.rmtree(folder)


# What is forbidden, how, whether the articles can be read then, and what an import says.
FORBIDDEN = {
    "the library, to be written": (".", 0o555, True, "cannot be written here"),
    "the library, at all": (".", 0o000, False, "cannot be"),
    "the store, to be written": ("library.sqlite3", 0o444, True, "cannot be written here"),
    "the store, at all": ("library.sqlite3", 0o000, False, "cannot be"),
    "the index, to be written": ("index", 0o555, True, "The search index cannot be written"),
    "the index, at all": ("index", 0o000, True, "The search index cannot be"),
    "the pictures, to be written": ("images", 0o555, True, "The picture cannot be saved"),
    "the pictures, at all": ("images", 0o000, True, "The picture cannot be saved"),
    "the lock": ("writer.lock", 0o000, True, "cannot be written here"),
    "who holds the lock": ("writer.json", 0o000, True, ""),
}


QUICK = ("the library, to be written", "the index, at all", "the pictures, at all")


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=() if what in QUICK else pytest.mark.slow) for what in FORBIDDEN]
)
def test_what_is_forbidden_is_said_and_lost_is_nothing(pressmark: Heeding, what: str) -> None:
    name, mode, readable, said = FORBIDDEN[what]
    path = pressmark.data / name
    allowed = path.stat().st_mode
    path.chmod(mode)
    for command in (("search", ""), ("search", "旧书市"), ("verify",)):
        done = pressmark.run(*command)
        assert "Traceback" not in done.stderr, command
        assert done.returncode in (0, 1, 2)
        if command == ("search", ""):
            assert (done.returncode == 0) is readable, done.stderr
        if done.returncode == 2:
            assert done.stderr.startswith("pressmark: ")
    done = pressmark.run("import", pressmark.data.parent / "more")
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert (done.returncode == 0) is (said == "")
    path.chmod(allowed)
    done = pressmark.run("import", pressmark.data.parent / "more")
    assert done.returncode == 0, done.stderr
    assert pressmark.json("search", "--stdin", stdin="旧书市\n")[0]["total"] == 4
    assert pressmark.json("verify") == [{"articles": 4, "problems": []}]


@pytest.mark.parametrize("ending", [".toc", ".trm", ".text.col"])
def test_a_file_of_the_index_that_may_not_be_read_is_built_anew(pressmark: Heeding, ending: str) -> None:
    for path in (pressmark.data / "index").glob(f"*{ending}"):
        path.chmod(0)
    done = pressmark.run("search", "--stdin", stdin="旧书市\n")
    assert "The search index cannot be read. It has to be rebuilt." in done.stderr
    assert '"total": 3' in done.stdout


def test_a_picture_that_may_not_be_read_is_named_and_takes_nothing_with_it(pressmark: Heeding) -> None:
    (picture,) = (pressmark.data / "images").glob("??/*")
    picture.chmod(0)
    done = pressmark.run("verify")
    assert (done.returncode, "cannot be read: Permission denied." in done.stdout) == (1, True)
    assert pressmark.run("show", 1).returncode == 0
    picture.chmod(0o600)
    assert pressmark.json("verify")[0]["problems"] == []


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("settings.json", 0),
        ("window.ini", 0),
        ("pressmark.log", 0),
        ("index", 0),
        ("images", 0),
        (".", 0o555),
        (".", 0),
    ],
)
def test_a_window_opens_whatever_is_forbidden(pressmark: Heeding, name: str, mode: int) -> None:
    path = pressmark.data / name
    if not path.exists():
        path.write_text("{}", "utf-8")
    allowed = path.stat().st_mode
    path.chmod(mode)
    with pressmark.start() as window:
        # It listens for other starts once it is seen.
        sockets = pressmark.data.parent.glob
        wait_until(lambda: window.poll() is not None or any(path.is_socket() for path in sockets("pressmark-*")))
        assert window.poll() is None
        window.send_signal(signal.SIGTERM)
        _, said = window.communicate(timeout=PATIENCE_SECONDS)
    path.chmod(allowed)
    assert window.returncode == 0, said
    assert "Traceback" not in said
    assert pressmark.json("search", "--stdin", stdin="旧书市\n")[0]["total"] == 3
