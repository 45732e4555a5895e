"""Addresses of articles: which of them is kept, and under which name the captures of an article meet.

Percent-encoding and case follow RFC 3986, section 6.2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from reader.identity.parameters import kept_fields, parted_fields
from reader.identity.sites import MOVED, medium_post, named_thing

_PORTS = {"http": 80, "https": 443}
_SAFE_PATH = "/:@!$&'()*+,;=~-._"
_SAFE_QUERY = _SAFE_PATH + "?"
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Addresses that were copied out of HTML without being read as HTML.
_ESCAPED_AND = re.compile(r"&(?:amp;)+")
_LINE_BREAKS = re.compile(r"[\t\r\n]+")
_SPACE = re.compile(r"\s")
# Host, path and query. Most addresses are spelt as they are kept, and this tells so sooner than taking them apart.
_PLAIN = re.compile(
    r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,})(/[A-Za-z0-9/._~@!$'()*,;:=+%-]*)(?:\?([A-Za-z0-9/._~@!$'()*,;:=+%?&-]+))?"
)
_HOST = re.compile(r"[A-Za-z0-9._-]+")
# What is encoded the one way already, as most addresses are: no escape of a sign that may stand plain.
_ENCODED = re.compile(r"(?:[A-Za-z0-9._~/:@!$&'()*+,;=-]|%[89A-F][0-9A-F])*")
_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+|[^%]+")
# A sign that was encoded twice or more.
_ENCODED_AGAIN = re.compile(r"%(?:25)+(?=[0-9A-Fa-f]{2})")
# Hosts of the same page for another screen, and pages of it for another renderer.
_OTHER_SCREENS = re.compile(r"(?:(?:www|m|mobile|amp)\.)+(?=[^.]*\.)")
_OTHER_RENDERERS = ("/amp", ".amp", "/index.html", "/index.htm", "/index.php", "/index.aspx", "/index.asp")
_AMP_ENDINGS = {".amp.html": ".html", ".amp.htm": ".htm"}
# Copies that name the address they are of.
_COPIES = (
    re.compile(r"web\.archive\.org/web/\d{4,14}(?:[a-z]{2}_)?/(.+)", re.DOTALL),
    re.compile(r"webcache\.googleusercontent\.com/search\?(?:.*&)?q=cache:(?:[\w-]{12}:)?([^&+\s]+).*", re.DOTALL),
    re.compile(r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})/amp/s/(.+)", re.DOTALL),
    re.compile(r"[\w-]+\.cdn\.ampproject\.org/[cv]/s/([^?]+).*", re.DOTALL),
)
_COPYING = re.compile(
    r"web\.archive\.org|webcache\.googleusercontent\.com|(?:www\.)?google\..*|.*\.cdn\.ampproject\.org"
)
_SLASHES = re.compile("/{2,}")
_SHORT_SEGMENT = re.compile(r"/[A-Za-z]{1,5}")
# Last segments of addresses of lists.
_LISTS = re.compile(
    r"(?i)(?:index|home|feed|rss|archives?|latest|list|category|tag|search|news|blog|posts|articles|releases|changelog"
    r"|release-notes)"
)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says of identity.

    Captures under one `key` may be one article. `named`: they are, as the key holds the thing's own id. `weak`: the
    shape of the address names no article, so that only their likeness tells. `rest` is what the key leaves out
    although it may name something: captures that differ in it are weak, too.
    """

    key: str
    named: bool = False
    weak: bool = False
    rest: str = ""


def canonical_url(url: str) -> str | None:
    """Return an address fit for keeping and opening: no tracking, host in lower case, no fragment that only scrolls.

    None where it is no address of the web. The way the address was written, http or https among it, stays.
    """
    if _plain(url):
        return url
    parts = _split(url)
    if parts is None:
        return None
    path = _BROKEN_PERCENT.sub("%25", parts.path)
    port = None if parts.port == _PORTS[parts.scheme] else parts.port
    return urlunsplit((parts.scheme, _authority(parts, port), path or "/", _query(parts), _fragment(parts)))


def read_address(url: str) -> Address | None:
    """Return what an address as it was written says of identity; None where it is no address of the web."""
    plain = _plain(url)
    if plain is not None and "%" not in url and not _COPYING.fullmatch(plain.group(1)):
        host, path, query = plain.groups()
        return _address(host, "", path, query or "")
    parts = _split(url)
    for _ in range(3):
        inner = None if parts is None else _copied(parts)
        if inner is None:
            break
        parts = _split(inner) or parts
    if parts is None:
        return None
    port = "" if parts.port is None or parts.port in _PORTS.values() else f":{parts.port}"
    path = _recode(_BROKEN_PERCENT.sub("%25", _decoded(parts.path)), _SAFE_PATH)
    query = _recode(_query(parts), _SAFE_QUERY)
    user = f"{parts.username}@" if parts.username else ""
    return _address(
        _in_ascii((parts.hostname or "").rstrip(".")), port, path, query, _fragment(parts), user, parts.fragment
    )


def _copied(parts: SplitResult) -> str | None:
    """Return the address that an archive, a cache or a renderer names in its own."""
    whole = f"{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    for pattern in _COPIES:
        if found := pattern.fullmatch(whole):
            inner = unquote(found[1]) if "//" not in found[1] else found[1]
            return inner if "://" in inner else f"https://{inner}"
    return None


def _decoded(path: str) -> str:
    """Decode what was percent-encoded twice or more until it is encoded once."""
    return _ENCODED_AGAIN.sub("%", path)


def _address(
    host: str, port: str, path: str, query: str, name: str = "", user: str = "", fragment: str = ""
) -> Address:
    """Name what these parts, percent-encoded one way, stand for; `name` is a fragment that is part of the address."""
    host, path = _folded_host(host), _folded_path(path)
    authority = host + port
    if thing := named_thing(host, f"{authority}{path}?{query}" if query else authority + path):
        return Address(thing, named=True)
    names, may_name = parted_fields(host, query)
    # A post of Medium has no field that names something; an address with one is of another site.
    if not (names or may_name or name) and (post := medium_post(path)):
        return Address(f"medium.com/p/{post}", named=True)
    weak = not name and _is_weak(path, names)
    if weak and may_name:
        names, may_name = [*names, *may_name], []
        weak = _is_weak(path, names)
    kept = f"?{'&'.join(names)}" if names else ""
    scrolls = name or fragment.startswith(":~:") or fragment == "rd"
    rest = "&".join(may_name) + user + (f"#{fragment}" if fragment and not scrolls else "")
    return Address(f"{authority}{path}{kept}" + (f"#{name}" if name else ""), weak=weak, rest=rest)


def _folded_host(host: str) -> str:
    """Return the name that a host has moved from, and not that for another screen."""
    if ":" in host:
        return f"[{host}]"
    if screens := _OTHER_SCREENS.match(host):
        host = host[screens.end() :]
    return MOVED.get(host, host)


def _folded_path(path: str) -> str:
    """Take the names of other renderers off the end of a path, without a copy for each: there may be thousands."""
    if "//" in path:
        path = _SLASHES.sub("/", path)
    path = path.rstrip("/")
    end, ending = len(path), ""
    while True:
        if ending and path.endswith("/index", 0, end):
            end, ending = end - len("/index"), ""
        elif taken := _end_of(path, end, (".amp",) if ending else _OTHER_RENDERERS):
            end -= len(taken)
        elif not ending and (taken := _end_of(path, end, _AMP_ENDINGS)):
            end, ending = end - len(taken), _AMP_ENDINGS[taken]
        else:
            return path[:end] + ending
        if not ending and path.endswith("/", 0, end):
            end -= 1


def _end_of(path: str, end: int, endings: Iterable[str]) -> str:
    return next((ending for ending in endings if path.endswith(ending, 0, end)), "")


def _is_weak(path: str, fields: list[str]) -> bool:
    """Say whether an address has no shape of an article's: nothing named, a section, a list, an empty value."""
    if any(field.endswith("=") and field.count("=") == 1 for field in fields):
        return True
    if fields:
        return False
    return not path or bool(_SHORT_SEGMENT.fullmatch(path)) or bool(_LISTS.fullmatch(path.rpartition("/")[2]))


def host_of(url: str) -> str | None:
    """Return the host of an address, without `www.`."""
    if plain := _plain(url):
        return plain.group(1).removeprefix("www.")
    parts = _split(url)
    return None if parts is None or parts.hostname is None else parts.hostname.removeprefix("www.")


@lru_cache(maxsize=8)
def _plain(url: str) -> re.Match[str] | None:
    """Match an address that is canonical as it stands, if that is plain to see: host, path and query."""
    plain = _PLAIN.fullmatch(url)
    if plain is None or ("%" in url and _BROKEN_PERCENT.search(url)) or "&amp;" in url:
        return None
    host, _, query = plain.groups()
    return plain if query is None or kept_fields(host, query) == query else None


def _split(url: str) -> SplitResult | None:
    """Take an address of the web apart; None for anything else, and for what is no address."""
    url = _SPACE.sub("%20", _LINE_BREAKS.sub("", url.strip()))
    url = _ESCAPED_AND.sub("&", url)
    if url.startswith("//"):
        url = f"https:{url}"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not (parts.hostname or "").rstrip("."):
        return None
    return parts


def _authority(parts: SplitResult, port: int | None) -> str:
    """Return host and port; names and passwords are not kept."""
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    return host if port is None else f"{host}:{port}"


def _in_ascii(authority: str) -> str:
    """Spell a host of another alphabet the way the network does."""
    if authority.isascii():
        return authority
    try:
        spelt = authority.encode("idna").decode("ascii")
    except UnicodeError:
        spelt = ""
    # A name that the network could not spell is no host of it, but still differs from others.
    return spelt if _HOST.fullmatch(spelt) else authority


def _query(parts: SplitResult) -> str:
    """Leave out of the query what only tells who came from where."""
    return _BROKEN_PERCENT.sub("%25", kept_fields(parts.hostname or "", parts.query))


def _fragment(parts: SplitResult) -> str:
    """Keep the fragment only where it is part of the address, as on pages that scripts put together."""
    return parts.fragment if parts.fragment.startswith(("!", "/")) else ""


def _recode(text: str, safe: str) -> str:
    """Percent-encode one way: unreserved characters plain, all others in capitals."""
    if _ENCODED.fullmatch(text):
        return text
    return _RUN.sub(lambda found: _recode_run(found.group(), safe), text)


@lru_cache(maxsize=1024)
def _recode_run(run: str, safe: str) -> str:
    if not run.startswith("%"):
        return quote(run, safe=safe)
    plain = unquote(run, errors="strict") if _is_utf8(run) else None
    if plain is None:
        return run.upper()
    return "".join(
        character if character.isascii() and (character.isalnum() or character in "-._~") else quote(character, safe="")
        for character in plain
    )


def _is_utf8(run: str) -> bool:
    try:
        unquote(run, errors="strict")
    except UnicodeDecodeError:
        return False
    return True
