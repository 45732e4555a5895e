"""Archives and folders that burst, lie, lead astray or never end."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import socket
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.support.captures import feed

WORD = "灯塔"
_LARGE = 60 * 2**20
# A path that a local socket can have has hardly a hundred characters.
_LONGEST_SOCKET = 100


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield archives of a few kilobytes that would unpack to gigabytes, and those that lead their reader round."""
    capture = feed(url="https://a.test/bomb", body=f"<p>{WORD}</p>")
    yield "bomb of forty.zip", _zip_of_one(zipfile.ZIP_DEFLATED, _LARGE, 40)
    yield "bomb of overlaps.zip", _overlapping(500)
    yield "bomb by bzip2.zip", _zip_of_one(zipfile.ZIP_BZIP2, 7 * _LARGE, 1)
    yield "bomb by lzma.zip", _zip_of_one(zipfile.ZIP_LZMA, 7 * _LARGE, 1)
    yield "bomb of gzips.tar.gz", gzip.compress(_one_of_tar(bytes(_LARGE)), 9) * 40
    yield "bomb of bzips.tar.bz2", bz2.compress(_one_of_tar(bytes(_LARGE))) * 40
    yield "bomb of a dictionary.tar.xz", xz_of_zeros(700, 2**29)
    yield "bomb of gaps.tar", b"".join(sparse(f"{n}.txt", 63 * 2**20) for n in range(300)) + bytes(1024)
    yield "bomb of pictures.zip", _page_of_bombs()
    yield "chain of long names.tar", chain(tarfile.GNUTYPE_LONGNAME, b"name\0") + tar({"a.txt": capture})
    yield "chain of attributes.tar", chain(tarfile.XHDTYPE, b"13 path=abcd\n") + tar({"a.txt": capture})
    yield "endless name.tar.gz", b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * 10_000_000
    yield "empty gzips.tar.gz", gzip.compress(b"") * 200_000
    yield "negative size.tar", _with_raw_size(capture, b"\xff" * 12)
    yield "size of words.tar", _with_raw_size(capture, b"elevenmany\0\0")
    yield "unknown method.zip", patched(zip_({"a.txt": capture}), 8, 10, 99)
    yield "locked.zip", patched(zip_({"a.txt": capture}), 6, 8, 1)
    yield "same names.zip", _same_names(capture)
    yield "no end.zip", zip_({"a.txt": capture})[:-10]


def zip_(members: dict[str, bytes]) -> bytes:
    """Pack a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def tar(members: dict[str, bytes]) -> bytes:
    """Pack a tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def write_traps(folder: Path, canary: Path) -> Iterator[Path]:
    """Write what is no file, and folders that lead round or out; yield what is to be dropped."""
    folder.mkdir()
    loops = folder / "loops"
    deep = loops.joinpath(*["deep"] * 60)
    deep.mkdir(parents=True)
    (deep / "a.md").write_bytes(
        feed(url="https://a.test/deep", body=f"<p>{WORD}</p><img src='{'../' * 70}etc/passwd'>")
    )
    for name, target in {
        "self": "self", "up": "..", "around": "deep/../../loops", "out": str(canary.parent), "canary.md": str(canary),
        "zero.md": "/dev/zero", "terminal.md": "/dev/tty", "memory.md": "/proc/self/mem", "nowhere.md": "/nowhere",
    }.items():  # fmt: skip
        (loops / name).symlink_to(target)
    os.mkfifo(loops / "pipe.md")
    yield loops
    os.mkfifo(folder / "pipe")
    yield folder / "pipe"
    yield Path("/dev/zero")
    yield Path("/dev/full")
    yield folder / "nothing here"
    yield from _sockets(folder)
    names = [
        "发票\u202egpj.md",
        "a\nCRITICAL forged.md",
        "\x1b]0;x\x07.md",
        "-rf.md",
        "<b>x<img src=x>.md",
        "a\u2028b.md",
    ]
    for number, name in enumerate(
        [*names, "%s{0}\\n.md", "名" * 80 + ".md", os.fsdecode(b"\xff\xfe.md"), " .md", "CON.md"]
    ):
        path = folder / name
        path.write_bytes(feed(url=f"https://a.test/name/{number}", title="", body=f"<p>{WORD}</p>"))
        yield path


def _sockets(folder: Path) -> Iterator[Path]:
    path = folder / "socket"
    if len(os.fsencode(path)) < _LONGEST_SOCKET:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
        yield path


def _zip_of_one(method: int, size: int, times: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method, compresslevel=9) as archive, archive.open("0.txt", "w") as member:
        for _ in range(size // 2**20):
            member.write(bytes(2**20))
    data = packed.getvalue()
    if times == 1:
        return data
    # The same bytes for each: packing them again takes a second.
    body, entry = data[: data.index(b"PK\1\2")], data[data.index(b"PK\1\2") : data.index(b"PK\5\6")]
    entries = b"".join(entry[:42] + struct.pack("<I", len(body) * n) + entry[46:] for n in range(times))
    return body * times + entries + _end_of_zip(times, len(entries), len(body) * times)


def _overlapping(times: int) -> bytes:
    data = _zip_of_one(zipfile.ZIP_DEFLATED, _LARGE, 1)
    begin = data.index(b"PK\1\2")
    entries = data[begin : data.index(b"PK\5\6")] * times
    return data[:begin] + entries + _end_of_zip(times, len(entries), begin)


def _end_of_zip(count: int, size: int, offset: int) -> bytes:
    return b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, size, offset, 0)


def _page_of_bombs() -> bytes:
    """Return a zip of one page that shows one large nothing by three thousand names."""
    images = "".join(f"<img src='x{n}/../b.png'>" for n in range(3_000))
    page = feed(url="https://a.test/pictures", body=f"<p>{WORD}</p>{images}")
    return zip_({"a.md": page, "b.png": b"\x89PNG\r\n\x1a\n" + bytes(_LARGE)})


def _one_of_tar(data: bytes) -> bytes:
    """Return a member of a tar without the end of the archive."""
    info = tarfile.TarInfo("a.txt")
    info.size = len(data)
    return info.tobuf(tarfile.GNU_FORMAT) + data


def xz_of_zeros(megabytes: int, dictionary: int) -> bytes:
    fast = {"mf": lzma.MF_HC3, "mode": lzma.MODE_FAST, "nice_len": 273}
    packer = lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2**20, **fast}])
    packed = b"".join(packer.compress(piece) for piece in [_head_of_tar(megabytes), *[bytes(2**20)] * megabytes])
    return _with_dictionary(packed + packer.flush(), dictionary)


def _head_of_tar(megabytes: int) -> bytes:
    info = tarfile.TarInfo("a.txt")
    info.size = megabytes * 2**20
    return info.tobuf(tarfile.GNU_FORMAT)


def _with_dictionary(packed: bytes, size: int) -> bytes:
    """Let the block of an xz file ask for another dictionary than it was made with."""
    # After 12 bytes of the stream's header: size, flags, the filter's id, one byte of its settings, the dictionary.
    data, block = bytearray(packed), 12
    length = (data[block] + 1) * 4
    at = data.index(b"\x21\x01", block, block + length) + 2
    data[at] = (size.bit_length() - 1 - 12) * 2
    data[block + length - 4 : block + length] = struct.pack("<I", zlib.crc32(bytes(data[block : block + length - 4])))
    return bytes(data)


def sparse(name: str, size: int) -> bytes:
    """Return the header of a file that is one gap of `size` bytes, and takes none in the archive."""
    info = tarfile.TarInfo(name)
    info.type = tarfile.GNUTYPE_SPARSE
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    head[386:410] = b"00000000000\0" * 2
    head[483:495] = b"%011o\0" % size
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head[:512])
    return bytes(head)


def chain(kind: bytes, body: bytes) -> bytes:
    """Return three thousand headers, each of which says something of the next."""
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, len(body)
    return (info.tobuf(tarfile.GNU_FORMAT) + body.ljust(512, b"\0")) * 3_000


def _with_raw_size(capture: bytes, size: bytes) -> bytes:
    head = bytearray(tarfile.TarInfo("a.txt").tobuf(tarfile.USTAR_FORMAT))
    head[124:136] = size
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head[:512])
    return bytes(head) + capture.ljust(10_240, b"\0")


def patched(zipped: bytes, local: int, central: int, value: int) -> bytes:
    """Change two bytes in both headers of a zip's only member."""
    data = bytearray(zipped)
    for place in (zipped.index(b"PK\3\4") + local, zipped.index(b"PK\1\2") + central):
        data[place : place + 2] = struct.pack("<H", value)
    return bytes(data)


def _same_names(capture: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(50):
            info = zipfile.ZipInfo(f"{number:02}.md")
            archive.writestr(info, capture.replace(b"bomb", b"same%d" % number))
    data = packed.getvalue()
    for number in range(50):
        data = data.replace(b"%02d.md" % number, b"00.md")
    return data
