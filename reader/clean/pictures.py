"""Finds the real picture behind lazily loaded, scaled and proxied ones; uses no network."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from reader.article import PageImage, ReadFile
from reader.clean.dom.white_space import visible
from reader.clean.links import absolute

# Attributes in which lazy loaders put the real address, the most reliable first.
_LAZY = (
    "data-src", "data-original", "data-lazy-src", "data-cfsrc", "data-actualsrc", "data-original-src",
    "data-lazy", "data-echo", "data-url", "data-hi-res-src", "data-large-file", "data-orig-file",
    "data-croporisrc", "zoomfile", "file",
)  # fmt: skip
_SETS = ("data-srcset", "data-lazy-srcset", "data-cfsrcset", "srcset")
_ATTRIBUTES = (*_LAZY, "src")

_PLACEHOLDER = re.compile(
    r"\A(?:data:image/svg|about:|javascript:|blob:|chrome-extension:)"
    r"|/(?:blank|spacer|transparent|placeholder|pixel|loading|lazyload|grey|1x1|1px)\.(?:gif|png|svg|jpe?g)(?:\Z|[?#])",
    re.IGNORECASE,
)
# Tracking pixels: Medium's feed, WordPress.com, FeedBurner, Facebook, Google.
_COUNTER = re.compile(
    r"//(?:medium\.com/_/stat|(?:pixel|stats)\.(?:wp|wordpress)\.com/|feeds\.wordpress\.com/1\.0/"
    r"|feeds\.feedburner\.com/~|(?:www\.)?facebook\.com/tr\b|(?:www\.|ssl\.)?google-analytics\.com/"
    r"|[a-z.]*scorecardresearch\.com/|[a-z.]*doubleclick\.net/)"
)
_EMOJI_CLASS = re.compile(r"(?:^|[\s_-])(?:wp-smiley|emoji|emoticon|smiley|face)(?:$|[\s_-])")
_EMOJI_ADDRESS = re.compile(
    r"//s\.w\.org/images/core/emoji/|/twemoji/|/images/smilies/|/m/emoticon/|/emoji/", re.IGNORECASE
)
_AVATAR = re.compile(
    r"(?:^|[\s_/.-])(?:g?r?avatars?|profile-image|profile-pic|author-photo|headshot)(?:$|[\s_/.-])",
    re.IGNORECASE,
)
_PENDING = re.compile(r"(?:&amp;|&|\?)is-pending-load=1(?:#038;ssl=1)?|#038;ssl=1\Z")
_SIZE_SUFFIX = re.compile(r"-(\d{2,4})x(\d{2,4})(?=\.(?:jpe?g|png|gif|webp|bmp)\Z)", re.IGNORECASE)
_PHOTON = re.compile(r"\A(?:i\d|s\d)\.wp\.com\Z")
_OF_PROXIES = ("weserv.nl", "wsrv.nl", "/_next/image", ".wp.com")
_HOST_PATH = re.compile(r"\A[\w-]+(?:\.[\w-]+)+(?::\d+)?/.", re.ASCII)
_PIXELS = re.compile(r"\A\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*\Z")
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px")
_AVATAR_SIDE = 128
_FUNNY_ALT = re.compile(r"<[^>]*>?")
_TINY_DATA = 4096
_LONGEST_SET = 65_536


def alt_text(attributes: Mapping[str, str]) -> str:
    """Return a picture's alternative text on one line, without markup that leaked into it."""
    return " ".join(visible(_FUNNY_ALT.sub(" ", attributes.get("alt", "")[:2000])).split())


def is_emoji(attributes: Mapping[str, str]) -> bool:
    """Say whether an `img` is an emoji in the text (WordPress, Weibo, WeChat) rather than a picture."""
    if _EMOJI_CLASS.search(attributes.get("class", "").lower()):
        width, height = said_size(attributes)
        return max(width or 0, height or 0) <= _AVATAR_SIDE
    return bool(_EMOJI_ADDRESS.search(attributes.get("src", "")))


def said_size(attributes: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Return width and height in pixels as the page declares them; None for what it does not declare."""
    said: dict[str, int] = {}
    for name in ("width", "height"):
        if name in attributes and (match := _PIXELS.match(attributes[name])):
            said[name] = int(match.group(1))
    for name, pixels in _STYLE_SIZE.findall(attributes["style"]) if "style" in attributes else ():
        said.setdefault(name, int(pixels))
    return said.get("width"), said.get("height")


def _is_ornament(attributes: Mapping[str, str], address: str, size: tuple[int | None, int | None]) -> bool:
    """Recognise tracking pixels, spacers, and the small avatars next to a byline."""
    if _COUNTER.search(address) or any(side is not None and side <= 2 for side in size):
        return True
    known = [side for side in size if side is not None]
    if _AVATAR.search(attributes.get("class", "")) or "gravatar.com/avatar" in address:
        return not known or max(known) <= _AVATAR_SIDE
    return bool(known) and max(known) <= _AVATAR_SIDE and bool(_AVATAR.search(urlsplit(address).path))


def find_image(attributes: Mapping[str, str], base: str | None, asset: ReadFile, sources: str = "") -> PageImage | None:
    """Return the picture that an `img` shows; None for a placeholder, a tracking pixel or an avatar.

    Args:
        attributes: the attributes of the `img`.
        base: the page's address.
        asset: reads the files that came with the capture; an address found there is kept as it is written.
        sources: the srcset of the `source` elements next to it in a `picture`.
    """
    size = said_size(attributes)
    for written in _candidates(attributes, sources):
        address = _resolve(written, base, asset)
        if address is None:
            continue
        try:
            ornament = _is_ornament(attributes, address, size)
        except ValueError:
            continue
        if ornament:
            return None
        return PageImage(url=address, alt=alt_text(attributes), width=size[0], height=size[1])
    return None


def _candidates(attributes: Mapping[str, str], sources: str) -> list[str]:
    """List the addresses of an `img`, best first: the largest of each srcset, then lazy ones, then src."""
    found = [attributes[name] for name in _ATTRIBUTES if attributes.get(name)]
    sets = [_largest(attributes[name]) for name in _SETS if attributes.get(name)]
    if sources:
        sets.append(_largest(sources))
    largest = [address for address in sets if address and not _PLACEHOLDER.search(address[:300])]
    usable = [address for address in found if not _PLACEHOLDER.search(address[:300])]
    return largest + usable


def _largest(srcset: str) -> str | None:
    """Return the address with the greatest width or density in a srcset; addresses may hold commas."""
    best: tuple[float, str] | None = None
    tokens = srcset[:_LONGEST_SET].split()
    position = 0
    while position < len(tokens):
        address = tokens[position].lstrip(",")
        position += 1
        weight = 1.0
        if address.endswith(","):
            address = address.rstrip(",")
        elif position < len(tokens):
            descriptor, comma, rest = tokens[position].partition(",")
            weight = _weight(descriptor)
            position += 1
            if comma and rest:
                position -= 1
                tokens[position] = rest
        if address and (best is None or weight > best[0]):
            best = (weight, address)
    return best[1] if best else None


def _weight(descriptor: str) -> float:
    try:
        return float(descriptor[:-1])
    except ValueError:
        return 1.0


def _resolve(written: str, base: str | None, asset: ReadFile) -> str | None:
    """Return an asset's name, a data: picture, or the unwrapped http(s) address; None for anything else."""
    written = written.strip()
    for name in _name_spellings(written):
        if asset(name) is not None:
            return name
    if written[:5].lower() == "data:":
        return written if _is_data_picture(written) else None
    if _SIZELESS_SCHEME.match(written):
        return None
    address = absolute(_PENDING.sub("", written[:20_000].replace("&amp;", "&")), base)
    return unwrapped(address.partition("#")[0]) if address else None


def _name_spellings(written: str) -> tuple[str, ...]:
    return (written, unquote(written)) if "%" in written else (written,)


_SIZELESS_SCHEME = re.compile(r"(?!https?:)[A-Za-z][A-Za-z0-9+.\-]*:(?!\d)", re.IGNORECASE)


def _is_data_picture(address: str) -> bool:
    """Say whether a data: address holds a real picture: not SVG, which is a placeholder, and not a dot."""
    head, _, body = address.partition(",")
    if not head.lower().startswith("data:image/") or "svg" in head.lower():
        return False
    if len(body) > _TINY_DATA:
        return True
    try:
        plain = unquote(body)
        data = base64.b64decode(plain) if "base64" in head.lower() else plain.encode("latin-1", "replace")
    except (binascii.Error, ValueError):
        return False
    return _is_larger_than_dot(data)


def _is_larger_than_dot(data: bytes) -> bool:
    if data[:3] == b"GIF" and len(data) >= 10:
        width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        return width > 2 and height > 2 and len(data) > 100
    if data[:4] == b"\x89PNG" and len(data) >= 24:
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        return width > 2 and height > 2 and len(data) > 150
    return len(data) > 100


def unwrapped(address: str) -> str:
    """Return the address behind picture proxies: weserv, Photon (i0.wp.com), Next.js."""
    for _ in range(3):
        inner = _inner(address)
        if inner is None:
            return address
        address = inner
    return address


def _inner(address: str) -> str | None:
    lower = address.lower()
    if not any(part in lower for part in _OF_PROXIES):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    target = None
    if parts.hostname in ("images.weserv.nl", "wsrv.nl", "images.weserv.nl.") or parts.path == "/_next/image":
        target = next(iter(parse_qs(parts.query).get("url", [])), None)
        if target and target.startswith("/") and not target.startswith("//"):
            target = f"{parts.scheme}://{parts.netloc}{target}"
    elif _PHOTON.match(parts.hostname or ""):
        rest = parts.path.lstrip("/")
        target = rest if _HOST_PATH.match(rest) else None
    if not target:
        return None
    target = target.removeprefix("ssl:").lstrip("/")
    return absolute(target if "://" in target[:10] else f"https://{target}", None)


def same_picture(address: str) -> str:
    """Return a key that is equal for addresses of one picture: without the scheme, www and any scaling."""
    if address[:5] == "data:":
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    path = _SIZE_SUFFIX.sub("", parts.path)
    scaled = "resize=" in parts.query or "w=" in parts.query[:2] or "fit=" in parts.query[:4]
    return f"{(parts.hostname or '').removeprefix('www.')}{path}" + (
        "" if scaled or not parts.query else f"?{parts.query}"
    )


def is_thumbnail(address: str) -> bool:
    """Say whether the address names a scaled copy (`…-300x200.jpg`)."""
    return bool(_SIZE_SUFFIX.search(urlsplit(address).path))
