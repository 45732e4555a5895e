"""The hostile set: captures and archives of every known class, small ones from `tests/data/hostile`, large ones made."""

from __future__ import annotations

import base64
import gzip
import io
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from tests.lab.hostile.bombs import WORD, bombs, tar, write_traps, zip_
from tests.reader.store.pictures import (
    apng_of_many_frames,
    bmp_of_runs,
    encoded,
    gif_of_many_frames,
    grey,
    jpeg_of_many_scans,
    jpeg_that_claims,
    png_of,
    png_with_text,
    webp_that_claims,
)
from tests.support.captures import feed

PAGES = Path(__file__).resolve().parents[2] / "data" / "hostile"
# An address that nobody answers, and that every guard would see asked for.
SERVER = "http://canary.test"

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
    "boilerplate": "<p>分享 :</p>" * 20_000,
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
    "rubies in rubies": "<ruby>字<rt>" * 3_000,
    "quotations in quotations": "<blockquote>" * 5_000 + "x",
    "quotes in quotes": "<q>" * 5_000 + "x",
    "ordered lists": "<ol><li>" * 3_000 + "x",
    "fonts": "<font size=7 color=red>" * 5_000 + "x",
    "bold paragraphs": "<b><p>" * 3_000 + "x",
    "links in tables": "<a href=https://a.test><table>" * 1_500 + "x",
    "tall table": "<table>" + "<tr><td>x" * 10_000,
    "spans that overlap": "<table>" + "<tr><td colspan=1000 rowspan=1000>x" * 300,
    "columns": "<table><colgroup>" + "<col span=1000>" * 5_000 + "<tr><td>x</table>",
    "captions": "<table><caption>" * 1_500 + "x",
    "named entities": "&CounterClockwiseContourIntegral;" * 20_000,
    "numbered entities": "&#x10FFFF;&#xD800;&#0;" * 20_000,
    "a long number": "&#" + "9" * 200_000 + ";",
    "instructions": "<?x" * 30_000,
    "sections": "<![CDATA[" * 30_000,
    "doctypes": "<!DOCTYPE x [<!ENTITY a 'b'>" * 10_000,
    "closing tags": "</p></div></b>" * 30_000,
    "attributes of one name": f"<p {'a=1 ' * 50_000}>x</p>",
    "scripts": "<script>" * 20_000,
    "open text areas": "<textarea><title>" * 10_000,
    "templates": "<template>" * 3_000 + "x",
    "drawings": "<svg><g>" * 3_000 + "x",
    "formulas": "<math><annotation-xml encoding='text/html'>" * 2_000 + "x",
    "choices": "<select><option>" * 3_000 + "x",
    "frames": "<iframe src=https://a.test></iframe>" * 5_000,
    "objects": "<object data=https://a.test>" * 3_000,
    "style sheets": f"<style>{'@import url(x);@font-face{src:url(y)}' * 20_000}</style><p>x</p>",
    "styles": "<p style='color:red;background:url(x)'>x</p>" * 10_000,
    "bold characters": "<b>字</b>" * 20_000,
    "places to break": "字<wbr>" * 30_000,
    "soft hyphens": "\u00ad" * 300_000,
    "overrides": "\u202e字\u202c" * 50_000,
    "joined emoji": "\U0001f468\u200d" * 30_000,
    "emoji": "\U0001f642" * 50_000,
    "variations": "字\ufe0f" * 50_000,
    "arabic": "\u0645" * 100_000,
    "hangul in pieces": "\u1100\u1161\u11a8" * 50_000,
    "conjuncts": "\u0915\u094d" * 50_000,
    "every character": "".join(map(chr, [*range(0xA0, 0xD800), *range(0xE000, 0x11000)])),
    "rare characters": "".join(map(chr, range(0x20000, 0x2A000))),
    "data pictures": "<img src='data:image/png;base64,iVBORw0KGgo='>" * 3_000,
    "pictures beside": "".join(f"<img src='x{n}.png' data-src='../y{n}.png'>" for n in range(3_000)),
    "long words": ("a" * 20_000 + " ") * 15,
    "tabs in a program": f"<pre>{chr(9) * 100_000}x</pre>",
    "ideographic spaces": "字" + "\u3000" * 200_000 + "字",
    "other spaces": "".join(f"字{space * 70_000}字" for space in "\u00a0\u1680\u2000\u2007\u202f\u205f"),
    "ideographic spaces in runs": "字" + "<b>\u3000</b><i>\u3000</i>" * 40_000 + "字",
    "spaces in a program": f"<pre>x{' ' * 200_000}x</pre>",
    "spaces in code": f"<p><code>x{'&nbsp;&#8195;' * 70_000}x</code></p>",
    "alternative spaces": f"<img src='https://a.test/a.png' alt='x{chr(0x3000) * 70_000}x'>",
    "lines of a program": "<pre>" + "x\n" * 50_000 + "</pre>",
    "one line of a program": f"<pre>{'x' * 300_000}</pre>",
    "lines": "字<br>" * 20_000,
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
    yield "gif of two bytes a frame", gif_of_many_frames(5_000)[:-7]
    yield "png of frames", apng_of_many_frames(5_000)
    yield "webp that claims", webp_that_claims(16_384, 16_384)
    yield "webp of frames", _webp_of_frames(300)
    yield "png of one by a thousand million", png_of(1, 1_000_000_000, filled=False)
    yield "png broken off", encoded(grey(), "PNG")[:-200]
    yield "jpeg broken off", encoded(grey(), "JPEG")[:900]
    yield "jpeg of many scans", jpeg_of_many_scans()
    yield "bmp of runs", bmp_of_runs(1_200, 1_200)
    yield "png of a bomb of text", png_with_text(b"zTXt", b"k\0\0" + zlib.compress(bytes(100 * 2**20), 1))


def _webp_of_frames(frames: int) -> bytes:
    pictures = [Image.new("RGB", (64, 64), (n % 256, n // 256, 0)) for n in range(frames)]
    return encoded(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], method=0, quality=10)


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
    yield "slip.zip", zip_({name: capture.replace(b"archive", b"z%d" % n) for n, name in enumerate(slip)})
    yield "slip.tar", tar({name: capture.replace(b"archive", b"t%d" % n) for n, name in enumerate(slip)})
    yield "links.tar", _tar_of_links(canary)
    yield "bomb.zip", zip_({f"{n}.txt": bytes(60 * 2**20) for n in range(6)})
    yield "bomb.tar.gz", gzip.compress(tar({"bomb.txt": bytes(120 * 2**20)}), 1)
    yield "quine.zip", zip_({"inner.zip": zip_({"inner.zip": zip_({"a.txt": capture})})})
    yield "many names.zip", zip_({f"{n}/": b"" for n in range(5_000)})
    zipped = zip_({"a.txt": capture * 50})
    yield "lie small.zip", _with_size(zipped, 10)
    yield "lie large.zip", _with_size(zipped, 2**31 - 1)
    yield "lie.tar", _tar_that_lies(capture)
    yield "overlap.zip", zipped + zipped
    yield "head only.zip", zipped[:40]


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
    put("front matter that steers.md", _steering_front_matter().encode())
    put("nothing but rules.md", b"---\n" * 50_000)
    put("front matter without end.md", b"---\n" + b"a: b\n" * 100_000)
    for name, data in _archives(canary):
        put(name, data)
    return [*written, *write_traps(folder / "traps", canary)]


def write_bombs(folder: Path) -> list[Path]:
    """Write what takes seconds to make; each path that is returned is one thing to import."""
    folder.mkdir(parents=True)
    written = []
    for name, data in bombs():
        written.append(folder / name)
        written[-1].write_bytes(data)
    return written


def _front_matter() -> str:
    anchors = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    return (
        f"---\nlayout: post\ntitle: !!python/object/apply:os.system ['touch /outside']\n{anchors}"
        f"date: 9999-99-99\nfrom: https://a.test/front\ntags: [ {', '.join(['<b>x</b>'] * 2_000)} ]\n---\n\n<p>{WORD}</p>"
    )


def _steering_front_matter() -> str:
    """Return a capture whose every fact would steer a terminal, a title bar or a line of a report."""
    steers = "<b>x</b>\u202e\x1b]0;x\x07\u2028CRITICAL: forged\x9b2J%s{0}"
    return (
        f'---\nlayout: post\ntitle: "{steers}"\ndate: 2023-07-12\nauthor: {steers}\nfrom: https://a.test/{steers}\n'
        f"tags: [ {steers}, ../../x, {'标' * 5_000} ]\ncategories: {steers}\n---\n\n<p>{WORD}</p>"
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
