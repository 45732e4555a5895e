"""Try what `make package` built as a person would: start, import, find; install the .deb and remove it.

Runs the built program only, never the source. Needs no display. The .deb is tried as root, where dpkg is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "dist" / "pressmark" / ("pressmark-cli.exe" if sys.platform == "win32" else "pressmark")
WINDOW_SECONDS = 60.0
APP_ID = "org.pressmark.Pressmark"
VERSION = metadata.version("pressmark")

CAPTURES = {
    "灯塔看守人的笔记.md": """<!--1700000000000-->
[灯塔看守人的笔记](https://lamp.example/notes/1)
------

<p>天黑以前，他把灯塔的玻璃擦了三遍。</p><p>信天翁停在栏杆上，谁也没有说话。</p>
""",
    "harbour.txt": """<!--1700000100000-->
[The harbour in winter](https://lamp.example/notes/2)
------

<p>Ice came early, and the ferry stayed in the harbour until April.</p>
""",
}


class TrialError(Exception):
    """Something did not happen as it should."""


def main() -> int:
    """Try everything that can be tried here; return 0 when all of it went well."""
    with tempfile.TemporaryDirectory(prefix="pressmark-trial-") as folder:
        try:
            _try_folder(Path(folder))
            _try_deb(Path(folder))
        except TrialError as error:
            sys.stderr.write(f"FAILED: {error}\n")
            return 1
    return 0


def _try_folder(folder: Path) -> None:
    if not PROGRAM.exists():
        raise TrialError("there is no dist/pressmark: run `make package` first")
    try_command_line(str(PROGRAM), folder / "by-command")
    try_window(str(PROGRAM), folder / "by-window")


def try_command_line(program: str, folder: Path) -> None:
    """Import, find and show with the command line."""
    captures, library = _write_captures(folder), ["--data-dir", str(folder / "library")]
    expect(run(program, "--version") == f"Pressmark {VERSION}\n", "--version says the version")
    counts = json.loads(run(program, *library, "import", "--json", str(captures)).splitlines()[-1])
    expect(counts["added"] == len(CAPTURES) == counts["seen"], f"{len(CAPTURES)} captures are imported")
    again = json.loads(run(program, *library, "import", "--json", str(captures)).splitlines()[-1])
    expect(again["duplicate"] == len(CAPTURES), "importing them again changes nothing")
    for query, title in (
        ("信天翁", "灯塔看守人的笔记"),
        ("燈", "灯塔看守人的笔记"),
        ("ferry", "The harbour in winter"),
    ):
        found = [json.loads(line) for line in run(program, *library, "search", "--json", query).splitlines()]
        expect([hit["title"] for hit in found] == [title], f"{query!r} finds the one article")
    article = json.loads(run(program, *library, "show", "--json", str(found[0]["id"])))
    expect("until April" in article["text"], "the article can be read")


def try_window(program: str, folder: Path) -> None:
    """Open the window on the captures, and wait until its worker has imported them."""
    captures, data = _write_captures(folder), folder / "library"
    arguments = [program, "--data-dir", str(data), *map(str, sorted(captures.iterdir()))]
    with subprocess.Popen(arguments, env=_environment(), stderr=subprocess.PIPE, text=True) as window:
        try:
            _wait_for(lambda: _found(program, data) == 1 or window.poll() is not None)
            stays, found = window.poll() is None, _found(program, data)
        finally:
            window.terminate()
            said = window.communicate()[1]
    if "Traceback" in said or not stays:
        raise TrialError(f"the window ended: {said}")
    expect(found == 1, "the window imports the files it was started with")


def _try_deb(folder: Path) -> None:
    """Install the .deb, use the command on PATH, remove it, and look for what stayed behind."""
    packages = sorted((ROOT / "dist").glob(f"pressmark_{VERSION}_*.deb"))
    if shutil.which("dpkg") is None or sys.platform != "linux" or os.geteuid() != 0 or not packages:
        sys.stdout.write("skipped: the .deb is tried as root, where dpkg is\n")
        return
    if subprocess.run(["dpkg", "-s", "pressmark"], capture_output=True, check=False).returncode == 0:
        raise TrialError("pressmark is installed on this machine already; remove it first")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "install", "-y", "-q", "--no-install-recommends", str(packages[-1]), env=quiet)
    try:
        listed = [Path(line) for line in run("dpkg", "-L", "pressmark").splitlines()]
        program = shutil.which("pressmark")
        expect(program == "/usr/bin/pressmark", "the .deb installs the command")
        try_command_line("pressmark", folder / "by-package")
        _try_desktop()
    finally:
        run("dpkg", "--purge", "pressmark")
    left = [path for path in listed if path.is_file() or path.is_symlink()]
    expect(not left and not Path("/usr/lib/pressmark").exists(), "removing it leaves nothing behind")
    expect(not _desktop_knows_us(), "the desktop forgets it")


def _try_desktop() -> None:
    entry = Path(f"/usr/share/applications/{APP_ID}.desktop")
    expect("Exec=pressmark %F" in entry.read_text("utf-8"), "the menu entry is installed")
    if validate := shutil.which("desktop-file-validate"):
        run(validate, str(entry))
    if shutil.which("update-mime-database"):
        expect(_desktop_knows_us(), "the desktop knows the MIME type")
    expect(Path(f"/usr/share/icons/hicolor/scalable/apps/{APP_ID}.svg").exists(), "the icon is installed")


def _desktop_knows_us() -> bool:
    magic = Path("/usr/share/mime/magic")
    return magic.exists() and b"application/x-pressmark-capture" in magic.read_bytes()


def _found(program: str, data: Path) -> int:
    """Return how many articles the library finds; none while there is no library yet."""
    command = [program, "--data-dir", str(data), "search", "--json", "信天翁"]
    done = subprocess.run(command, env=_environment(), capture_output=True, check=False)
    return len(done.stdout.splitlines())


def _wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WINDOW_SECONDS
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.5)


def _write_captures(folder: Path) -> Path:
    captures = folder / "captures"
    captures.mkdir(parents=True)
    for name, text in CAPTURES.items():
        (captures / name).write_text(text, "utf-8")
    return captures


def _environment() -> dict[str, str]:
    """Return an environment without a display and without this checkout's Python."""
    dropped = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "QT_QPA_PLATFORM": "offscreen"}


def run(*command: str, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it wrote; TrialError if it did not end well."""
    done = subprocess.run(command, env=env or _environment(), capture_output=True, check=False)
    if done.returncode:
        raise TrialError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout.decode("utf-8")


def expect(condition: bool, sentence: str) -> None:
    """Say that something is as it should be; TrialError if it is not."""
    if not condition:
        raise TrialError(sentence)
    sys.stdout.write(f"ok: {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
