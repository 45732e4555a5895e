"""A drop of captures that is worth killing an import over: pictures, updates, twins, and what is none."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.support.captures import write_feed

_EPOCH = 1_600_000_000_000
_WORDS = ("河边", "旧书市", "清晨", "摊主", "渡船", "茶馆", "石桥", "秋收", "邮差", "灯会", "雨季", "车站")
WORD_OF_ALL = "旧书市"


@dataclass(frozen=True)
class Drop:
    """A folder to import. `digests` has, for each file in the order that it is met, its hash; None if it is none of ours."""

    folder: Path
    digests: tuple[bytes | None, ...]

    def captures(self, first: int) -> set[bytes]:
        """The hashes of the captures among the first files."""
        return {digest for digest in self.digests[:first] if digest is not None}


def make_drop(folder: Path, files: int) -> Drop:
    """Write so many captures: one in ten updates an earlier one, one in twelve is an earlier one's twin, one in six has pictures."""
    for n in range(files):
        write_feed(
            folder,
            f"{n // 100}/{n:04}.txt",
            title=f"{_WORDS[n % 12]}与{_WORDS[n // 12 % 12]}之{n}",
            url=f"https://news.example/{n - 5 if n % 10 == 9 else n}",
            body=_body(folder / f"{n // 100}", n),
            epoch=_EPOCH + n * 60_000,
        )
        if n % 12 == 11:
            twin = folder / f"{n // 100}/{n:04}-twin.txt"
            twin.write_bytes((folder / f"{n // 100}/{n:04}.txt").read_bytes())
    digests: list[bytes | None] = []
    for file in walk_sources([folder]):
        ours = isinstance(file, SavedFile) and file.name.endswith(".txt")
        digests.append(file.sha256() if ours and isinstance(file, SavedFile) else None)
    return Drop(folder, tuple(digests))


def _body(folder: Path, n: int) -> str:
    words = "，".join(_WORDS[(n * 7 + k * k) % 12] for k in range(30))
    text = f"<p>正文第{n}号，河边的{WORD_OF_ALL}。</p>" + f"<p>{words}。</p>" * (3 + n % 5)
    if n % 12 == 3:
        text += f'<p><img src="data:image/png;base64,{base64.b64encode(picture(n)).decode()}"></p>'
    if n % 12 == 9:
        pictures = folder / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        (pictures / f"{n}.png").write_bytes(picture(n))
        text += f'<p><img src="pictures/{n}.png"></p>'
    return text


def picture(seed: int, side: int = 80) -> bytes:
    """Return a PNG that no other seed has."""
    rows = b"".join(
        b"\0" + bytes((seed * 31 + x * 3 + y * part) % 256 for x in range(side) for part in (1, 2, 5))
        for y in range(side)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that so large a share of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
