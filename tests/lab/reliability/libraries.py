"""Makes libraries that are worth keeping, and looks at what they hold."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from reader.library import Library
from reader.maintenance.backup import _read_manifest
from reader.paths import AppPaths
from tests.lab.reliability.corpus import WORD_OF_ALL, make_drop
from tests.lab.reliability.power.upkeep_session import hash_of
from tests.support.captures import write_feed


def make_library(folder: Path, files: int) -> None:
    """Import twice: the second time new articles, and later captures of some of the first."""
    make_drop(folder / "a", files)
    for n in range(0, files, 7):
        later = {"url": f"https://news.example/{n}", "epoch": 1_700_000_000_000 + n}
        write_feed(folder / "b", f"{n}.txt", title=f"改过的{n}", body=f"<p>{WORD_OF_ALL}，又{n}。</p>", **later)
        new = {"url": f"https://news.example/new/{n}", "epoch": 1_650_000_000_000 + n}
        write_feed(folder / "b", f"new{n}.txt", title=f"新的{n}", body=f"<p>{WORD_OF_ALL}，新{n}。</p>", **new)
    bring(folder / "library", folder / "a", folder / "b")
    for drop in ("a", "b"):
        shutil.rmtree(folder / drop)


def bring(data: Path, *drops: Path) -> None:
    """Import one drop after the other."""
    library = Library.open(AppPaths(data))
    for drop in drops:
        with library.writer("a test") as writer:
            list(writer.import_paths([drop]))
            list(writer.catch_up())
    library.close()


def put_older_store_into(file: Path, store: bytes, version: int) -> None:
    """Make a backup one that an older version wrote."""
    manifest = _read_manifest(file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in manifest["members"]}
    members["library.sqlite3"] = store
    manifest["library_format"] = version
    manifest["members"]["library.sqlite3"] = {"size": len(store), "sha256": hashlib.sha256(store).hexdigest()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(zipfile.ZipInfo(name), data)


def library_hash_of(paths: AppPaths, *, content: bool = False) -> str:
    """Return the hash of all that a library holds, or of what it was given, whenever and in whichever order."""
    library = Library.open(paths)
    try:
        return hash_of(library, content=content)
    finally:
        library.close()


def originals_of(paths: AppPaths, where: str = "") -> set[bytes]:
    """Return the hashes of what was captured."""
    library = Library.open(paths)
    sql = (
        "SELECT sha256 FROM original JOIN revision ON revision.original = original.id"
        f" JOIN article ON article.id = revision.article {where}"
    )
    try:
        return {row[0] for row in library._store.rows(sql)}
    finally:
        library.close()


def binned_in(folder: Path) -> int:
    """Count what is in the bin of the library in a folder."""
    library = Library.open(AppPaths(folder / "library"))
    try:
        return library.bin.count()
    finally:
        library.close()


def shown_in(folder: Path) -> list[Any]:
    """Return what each article shows, and whether it is in the bin."""
    library = Library.open(AppPaths(folder / "library"))
    sql = "SELECT bucket, article.revision, deleted IS NULL, published FROM article ORDER BY bucket, revision"
    try:
        return library._store.rows(sql)
    finally:
        library.close()


def fetched_in(folder: Path) -> set[str]:
    """Return the addresses whose pictures are held."""
    library = Library.open(AppPaths(folder / "library"))
    try:
        return {row[0] for row in library._store.rows("SELECT url FROM web_picture WHERE sha256 IS NOT NULL")}
    finally:
        library.close()
