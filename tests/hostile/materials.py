"""The hostile set: captures and archives of every known class, small ones from `tests/data/hostile`, large ones made."""

from __future__ import annotations

import base64
import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.captures import feed
from tests.reader.store.pictures import encoded, gif_of_many_frames, grey, jpeg_that_claims, png_of

PAGES = Path(__file__).resolve().parents[1] / "data" / "hostile"
# An address that nobody answers, and that every guard would see asked for.
SERVER = "http://canary.test"
WORD = "灯塔"

TITLES = {
    "html": "<img src=http://canary.test/t.png><b>粗</b><script>alert(1)</script>",
    "rich": "<qt><table><tr><td background='http://canary.test/t.png'>x</table>",
    "override": "发票\u202egpj.exe\u2066x\u200f",
    "controls": "一\x1b]0;x\x07二\x00三\x9b2J四\x7f",
    "lines": "一&#10;2026-01-01 00:00:00,000 CRITICAL reader: forged&#13;&#8232;三",
    "long": "长" * 10_000,
    "mnemonic": "A && B & C %s %1 {0} {title} \\n",
    "path": "../../../outside/of/the/library",
    "device": "CON",
    "combining": "a" + "\u0301" * 3_000,
    "spaces": "\u200b\u200b\u3000\u2003",
    "entities": "&lt;img src=http://canary.test/e.png&gt;",
    "private": "\ue000\ufffe\uffff\U0010ffff",
}

# Each bait is quadratic or worse for a pattern that goes back over what it has read.
BAITS = {
    "open tags": "<" * 100_000,
    "open comments": "<!--" * 50_000,
    "spaces": f"<p>{' ' * 200_000}x</p>",
    "spaces in tag": f"<p {' ' * 200_000}>x</p>",
    "breaks": "<br>\n" * 50_000,
    "entities": "&" * 200_000,
    "long entity": "&" + "a" * 200_000,
    "quotes": "<p a='" * 30_000,
    "headings": "<h1>" * 50_000,
    "rules": "\n---" * 50_000,
    "brackets": "[" * 100_000,
    "link heads": "[](" * 50_000 + "\n---\n",
    "srcset": f"<img srcset='{'a.jpg 1x,' * 30_000}'>",
    "commas": f"<img srcset='{',' * 200_000}'>",
    "classes": f"<p class='{'comment-' * 50_000}'>x</p>",
    "style": f"<p style='{'display:' * 50_000}'>x</p>",
    "dates": "2023-01-01 " * 20_000,
    "furniture": "<p>分享 :</p>" * 20_000,
    "hidden": "<div style='display:none'>" * 5_000 + "x",
    "links": "<a href='https://a.test/x'>x</a>" * 10_000,
    "one word": "a" * 300_000,
    "zero widths": "\u200b" * 300_000,
    "marks": "\u0301" * 300_000,
    "pictures": "<img src='https://a.test/x.png'>" * 5_000,
    "lists": "<ul><li>" * 3_000 + "x",
    "misnested": "<b><i><p>" * 3_000 + "x",
    "attributes": f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>x</p>",
    "cells": "<table><tr>" + "<td>x</td>" * 20_000,
    "spans": "<table><tr><td colspan=1000000 rowspan=1000000>x</td></tr></table>" * 200,
    "definitions": "<dl><dt>" * 3_000,
    "attributes in quotes": "<p " + " ".join(f"a{n}='>'" for n in range(30_000)) + ">x</p>",
    "many tables": "<table><tr><td>a</td><td>b</td></tr></table>" * 5_000,
    "quotations": "<blockquote>x</blockquote>" * 10_000,
    "programs": "<pre>x</pre>" * 10_000,
    "open links": "<a href=https://a.test>" * 30_000,
    "rubies": "<ruby>字<rt>zì</rt></ruby>" * 5_000,
}


def _large_pages() -> Iterator[tuple[str, str]]:
    yield "tables a thousand deep", "<table><tr><td>" * 1_000 + WORD
    yield "twenty thousand divs", "<div>" * 20_000 + WORD
    yield "twenty thousand divs closed", "<div>" * 20_000 + WORD + "</div>" * 20_000
    yield "attribute of ten megabytes", f'<p title="{"x" * 10_000_000}">{WORD}</p>'
    yield "address of ten megabytes", f'<a href="https://a.test/{"x" * 10_000_000}">{WORD}</a>'
    yield "picture address of ten megabytes", f'<img src="https://a.test/{"x" * 10_000_000}"><p>{WORD}</p>'
    yield "alt of a megabyte", f'<img src="https://a.test/x.png" alt="{"描述" * 300_000}"><p>{WORD}</p>'
    for name, bait in BAITS.items():
        yield f"bait {name}", f"<p>{WORD}</p>{bait}"


def _pictures() -> Iterator[tuple[str, bytes]]:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://canary.test/x.png"/></svg>'
    yield "svg named png", svg
    yield "bomb of megapixels", png_of(20_000, 20_000)
    yield "bomb of lies", png_of(2**31 - 1, 2**31 - 1, 16, 6, filled=False)
    yield "jpeg that claims", jpeg_that_claims(65_500, 65_500, encoded(grey(), "JPEG"))
    yield "gif of many frames", gif_of_many_frames(20_000)
    yield "html named png", b"<!doctype html><script>alert(1)</script>"


def _archives(canary: Path) -> Iterator[tuple[str, bytes]]:
    capture = feed(url="https://a.test/archive", body=f"<p>{WORD}</p>")
    slip = [
        "../../outside/slip.txt",
        "/tmp/../outside/slip2.txt",
        "..\\..\\slip3.txt",
        "C:\\slip4.txt",
        "a/../../slip5.txt",
    ]
    slip += [str(canary), "\\\\canary.test\\share\\slip6.txt", "x\x00.txt", "名" * 60 + ".txt", "con.txt", "~/.profile"]
    yield "slip.zip", _zip({name: capture.replace(b"archive", b"z%d" % n) for n, name in enumerate(slip)})
    yield "slip.tar", _tar({name: capture.replace(b"archive", b"t%d" % n) for n, name in enumerate(slip)})
    yield "links.tar", _tar_of_links(canary)
    yield "bomb.zip", _zip({f"{n}.txt": bytes(60 * 2**20) for n in range(6)})
    yield "bomb.tar.gz", gzip.compress(_tar({"bomb.txt": bytes(120 * 2**20)}), 1)
    yield "quine.zip", _zip({"inner.zip": _zip({"inner.zip": _zip({"a.txt": capture})})})
    yield "many names.zip", _zip({f"{n}/": b"" for n in range(5_000)})
    zipped = _zip({"a.txt": capture * 50})
    yield "lie small.zip", _with_size(zipped, 10)
    yield "lie large.zip", _with_size(zipped, 2**31 - 1)
    yield "lie.tar", _tar_that_lies(capture)
    yield "overlap.zip", zipped + zipped
    yield "head only.zip", zipped[:40]


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def _tar_of_links(canary: Path) -> bytes:
    """Return a tar of links out of the archive, and a capture whose path leads through one of them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        kinds = {"soft": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "pipe": tarfile.FIFOTYPE, "device": tarfile.CHRTYPE}
        for name, kind in kinds.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, str(canary)
            archive.addfile(info)
        folder = tarfile.TarInfo("out")
        folder.type, folder.linkname = tarfile.SYMTYPE, str(canary.parent)
        archive.addfile(folder)
        data = feed(url="https://a.test/through", body=f"<p>{WORD}</p><img src='../../{canary.name}'>")
        through = tarfile.TarInfo(f"out/{canary.name}")
        through.size = len(data)
        archive.addfile(through, io.BytesIO(data))
    return packed.getvalue()


def _with_size(zipped: bytes, size: int) -> bytes:
    """Let both headers of a zip's only member claim another size."""
    local, central = zipped.index(b"PK\x03\x04") + 22, zipped.index(b"PK\x01\x02") + 24
    lie = bytearray(zipped)
    for place in (local, central):
        lie[place : place + 4] = struct.pack("<I", size)
    return bytes(lie)


def _tar_that_lies(capture: bytes) -> bytes:
    """Return a tar whose only member claims eight gigabytes."""
    info = tarfile.TarInfo("a.txt")
    info.size = 8 * 2**30 - 1
    return info.tobuf(tarfile.USTAR_FORMAT) + capture.ljust(10_240, b"\0")


def write_hostile(folder: Path, canary: Path) -> list[Path]:
    """Write the whole set below `folder`; each path that is returned is one thing to import."""
    folder.mkdir(parents=True)
    written: list[Path] = []

    def put(name: str, data: bytes) -> None:
        path = folder / name
        path.write_bytes(data)
        written.append(path)

    def page(name: str, body: str, title: str = "", url: str | None = None) -> None:
        address = url or f"https://a.test/{len(written)}"
        put(f"{name}.md", feed(title=title or name, url=address, body=body, epoch=1_600_000_000_000 + len(written)))

    for path in sorted(PAGES.glob("*.html")):
        text = path.read_text("utf-8").replace("CANARY", str(canary)).replace("PAGE", SERVER)
        page(path.stem, text)
    for name, body in _large_pages():
        page(name, body)
    for name, title in TITLES.items():
        page(f"title {name}", f"<p>{WORD}</p>", title)
    for number, url in enumerate(
        (f"file://{canary}", "javascript:alert(1)", "\\\\canary.test\\x", "http://[", "x" * 9_000)
    ):
        page(f"address {number}", f"<p>{WORD}</p><a href='x'>x</a>", url=url)
    for name, picture in _pictures():
        data = base64.b64encode(picture).decode()
        (folder / "beside").mkdir(exist_ok=True)
        (folder / "beside" / f"{name}.png").write_bytes(picture)
        page(f"picture {name}", f'<p>{WORD}</p><img src="data:image/png;base64,{data}"><img src="beside/{name}.png">')
    put("nul.md", feed(body=f"<p>{WORD}\0\0<b>\0</b></p>", url="https://a.test/nul").replace("旧".encode(), b"\0"))
    put(
        "surrogates.md",
        feed(body=f"<p>{WORD}SURROGATE</p>", url="https://a.test/s").replace(b"SURROGATE", b"\xed\xa0\x80\xed\xb0\x80"),
    )
    put(
        "utf-16 surrogates.md",
        "\ufeff".encode("utf-16-le") + feed(url="https://a.test/utf-16").decode().encode("utf-16-le") + b"\x00\xd8",
    )
    put("utf-7.md", feed(body=f"<p>{WORD}</p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-", url="https://a.test/utf-7"))
    put("front matter.md", _front_matter().encode())
    put("nothing but rules.md", b"---\n" * 50_000)
    put("front matter without end.md", b"---\n" + b"a: b\n" * 100_000)
    for name, data in _archives(canary):
        put(name, data)
    return written


def _front_matter() -> str:
    anchors = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    return (
        f"---\nlayout: post\ntitle: !!python/object/apply:os.system ['touch /outside']\n{anchors}"
        f"date: 9999-99-99\nfrom: https://a.test/front\ntags: [ {', '.join(['<b>x</b>'] * 2_000)} ]\n---\n\n<p>{WORD}</p>"
    )


def links_worth_trying() -> list[str]:
    """List addresses of every scheme that a page could name."""
    schemes = (
        "javascript vbscript data file ftp ftps sftp ssh smb nfs telnet gopher ldap qrc blob about view-source jar "
    )
    schemes += (
        "chrome ms-msdt search-ms ms-word steam tel sms facetime feed itms magnet irc intent android-app shell help "
    )
    schemes += "res mk wyciwyg tbd x-apple revision more img cid mid news nntp snews webcal git svn ws wss dns urn"
    rests = ["x", "//a.test/x", "///etc/passwd", "alert(1)", "//a.test/%0d%0ax", "\\\\a.test\\x"]
    ways: list[Callable[[str], str]] = [
        str,
        str.upper,
        lambda s: f" {s}",
        lambda s: f"{s[:1]}\t{s[1:]}",
        lambda s: f"\x01{s}",
    ]
    plain = [f"{way(scheme)}:{rest}" for scheme in schemes.split() for rest in rests for way in ways]
    return [
        *plain,
        "//a.test",
        "\\\\a.test\\x",
        "x",
        "#x",
        "?x",
        "",
        ":",
        "http:",
        "https:",
        "http:x",
        "mailto:",
        "/etc/passwd",
        "C:\\x",
    ]
