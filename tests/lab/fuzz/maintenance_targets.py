"""What is fuzzed of keeping a library: the reader of a damaged store's raw pages, and the reader of backups."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

from reader.errors import BackupError
from reader.library import Library
from reader.long_work import drive
from reader.maintenance.backup import restore_backup
from reader.maintenance.readable_rows import read_rows
from reader.paths import AppPaths
from tests.lab.fuzz.mutating import Mutator

_LIBRARY = Path(__file__).resolve().parents[2] / "data" / "libraries" / "v1"
_PAGE = 4096


def raw_pages(folder: Path) -> tuple[Path, bytes]:
    """Return where to write a damaged store, and a sound one."""
    folder.mkdir()
    return folder / "library.sqlite3", (_LIBRARY / "library.sqlite3").read_bytes()


def damage_a_page(mutator: Mutator, path: Path, sound: bytes) -> None:
    """Change some bytes of one page, or of the file's head or end, and read what is left."""
    at = mutator.random.randrange(0, len(sound), _PAGE)
    page = mutator.data([sound[at : at + _PAGE]])
    if mutator.random.randrange(8):
        page = page[:_PAGE].ljust(_PAGE, b"\0")
    path.write_bytes(sound[:at] + page + sound[at + _PAGE :])
    read_rows(path)


def backup_of(folder: Path) -> bytes:
    """Return a backup of a small library."""
    shutil.copytree(_LIBRARY, folder)
    library = Library.open(AppPaths(folder))
    target = folder.with_suffix(".pressmark-backup")
    drive(library.back_up(target, lambda: False))
    library.close()
    return target.read_bytes()


def damage_a_backup(mutator: Mutator, path: Path, sound: bytes) -> None:
    """Change some bytes, or what the list of members says; restore it."""
    path.write_bytes(_with_other_list(mutator, sound) if mutator.random.randrange(2) else mutator.data([sound]))
    try:
        with tempfile.TemporaryDirectory() as folder:
            drive(restore_backup(path, AppPaths(Path(folder)), lambda: False))
    except BackupError:
        return


def _with_other_list(mutator: Mutator, sound: bytes) -> bytes:
    """Put a value of another kind somewhere into the list of members."""
    draw = mutator.random
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(packed, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        place = draw.choice([manifest, manifest["members"], *manifest["members"].values()])
        place[draw.choice([*place, "x"])] = draw.choice(
            [None, "", "x", -1, 1e300, 2**70, True, [], {}, [[]], {"x": {}}]
        )
        text = json.dumps(manifest) if draw.randrange(4) else mutator.text([json.dumps(manifest)])
        for info in old.infolist():
            new.writestr(info, text if info.filename == "manifest.json" else old.read(info))
    return packed.getvalue()
