"""Addresses of articles: the canonical form to store and open, and the naming key under which captures meet.

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
# In addresses that were copied out of HTML without being unescaped.
_ESCAPED_AND = re.compile(r"&(?:amp;)+")
_LINE_BREAKS = re.compile(r"[\t\r\n]+")
_SPACE = re.compile(r"\s")
# Host, path and query. Most addresses are canonical already, and matching this is faster than parsing them.
_PLAIN = re.compile(
    r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,})(/[A-Za-z0-9/._~@!$'()*,;:=+%-]*)(?:\?([A-Za-z0-9/._~@!$'()*,;:=+%?&-]+))?"
)
_HOST = re.compile(r"[A-Za-z0-9._-]+")
# Text that `_recode` would leave alone, as most is: no character is escaped that may stand unescaped.
_ENCODED = re.compile(r"(?:[A-Za-z0-9._~/:@!$&'()*+,;=-]|%[89A-F][0-9A-F])*")
_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+|[^%]+")
# A character that was percent-encoded twice or more.
_ENCODED_AGAIN = re.compile(r"%(?:25)+(?=[0-9A-Fa-f]{2})")
# Prefixes of hosts that serve the same page for another screen, and endings of paths for another renderer.
_OTHER_SCREENS = re.compile(r"(?:(?:www|m|mobile|amp)\.)+(?=[^.]*\.)")
_OTHER_RENDERERS = ("/amp", ".amp", "/index.html", "/index.htm", "/index.php", "/index.aspx", "/index.asp")
_AMP_ENDINGS = {".amp.html": ".html", ".amp.htm": ".htm"}
# Copies of pages whose address contains the address of the original.
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
# Last segments of the addresses of lists of articles.
_LISTS = re.compile(
    r"(?i)(?:index|home|feed|rss|archives?|latest|list|category|tag|search|news|blog|posts|articles|releases|changelog"
    r"|release-notes)"
)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says about identity.

    Captures with the same `key` may be one article. With `named` they certainly are, as the key holds the article's own
    id. With `weak` the address does not look like that of an article, so only the likeness of the captures decides.
    `rest` is the part that the key leaves out although it may name something: where captures differ in it, the address
    is weak, too.
    """

    key: str
    named: bool = False
    weak: bool = False
    rest: str = ""


def canonical_url(url: str) -> str | None:
    """Return an address fit to store and open: no tracking, host in lower case, no fragment that only scrolls.

    None if it is not a web address. Its spelling is kept otherwise, including http or https.
    """
    if _match_plain(url):
        return url
    parts = _split(url)
    if parts is None:
        return None
    path = _BROKEN_PERCENT.sub("%25", parts.path)
    port = None if parts.port == _PORTS[parts.scheme] else parts.port
    return urlunsplit((parts.scheme, _authority(parts, port), path or "/", _query(parts), _fragment(parts)))


def read_address(url: str) -> Address | None:
    """Return what an address, as it was written, says about identity; None if it is not a web address."""
    plain = _match_plain(url)
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
    """Return the original's address inside the address of a copy (an archive, a cache, AMP); None if there is none."""
    whole = f"{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    for pattern in _COPIES:
        if found := pattern.fullmatch(whole):
            inner = unquote(found[1]) if "//" not in found[1] else found[1]
            return inner if "://" in inner else f"https://{inner}"
    return None


def _decoded(path: str) -> str:
    """Undo repeated percent-encoding until one level is left."""
    return _ENCODED_AGAIN.sub("%", path)


def _address(
    host: str, port: str, path: str, query: str, name: str = "", user: str = "", fragment: str = ""
) -> Address:
    """Return the identity of an address in parts, percent-encoded by `_recode`; `name` is a fragment that is kept."""
    host, path = _folded_host(host), _folded_path(path)
    authority = host + port
    if thing := named_thing(host, f"{authority}{path}?{query}" if query else authority + path):
        return Address(thing, named=True)
    names, may_name = parted_fields(host, query)
    # A Medium post has no field in its query that names something; an address with one belongs to another site.
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
    """Strip prefixes for other screens from a host; return the former name of a host that has moved."""
    if ":" in host:
        return f"[{host}]"
    if screens := _OTHER_SCREENS.match(host):
        host = host[screens.end() :]
    return MOVED.get(host, host)


def _folded_path(path: str) -> str:
    """Strip endings for other renderers from a path, without copying it for each: there may be thousands."""
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
    """Say whether an address does not look like an article's: no path, a section, a list, a field without a value."""
    if any(field.endswith("=") and field.count("=") == 1 for field in fields):
        return True
    if fields:
        return False
    return not path or bool(_SHORT_SEGMENT.fullmatch(path)) or bool(_LISTS.fullmatch(path.rpartition("/")[2]))


def host_of(url: str) -> str | None:
    """Return the host of an address, without `www.`; None if it is not a web address."""
    if plain := _match_plain(url):
        return plain.group(1).removeprefix("www.")
    parts = _split(url)
    return None if parts is None or parts.hostname is None else parts.hostname.removeprefix("www.")


@lru_cache(maxsize=8)
def _match_plain(url: str) -> re.Match[str] | None:
    """Match an address that is clearly canonical already, as host, path and query; None if it must be parsed."""
    plain = _PLAIN.fullmatch(url)
    if plain is None or ("%" in url and _BROKEN_PERCENT.search(url)) or "&amp;" in url:
        return None
    host, _, query = plain.groups()
    return plain if query is None or kept_fields(host, query) == query else None


def _split(url: str) -> SplitResult | None:
    """Parse a web address; None for anything else."""
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
    """Return host and port, without user name and password."""
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    return host if port is None else f"{host}:{port}"


def _in_ascii(authority: str) -> str:
    """Return a non-ASCII host in its IDNA spelling."""
    if authority.isascii():
        return authority
    try:
        spelt = authority.encode("idna").decode("ascii")
    except UnicodeError:
        spelt = ""
    # A name that IDNA cannot spell is no real host, but must still differ from others.
    return spelt if _HOST.fullmatch(spelt) else authority


def _query(parts: SplitResult) -> str:
    """Return the query without tracking parameters."""
    return _BROKEN_PERCENT.sub("%25", kept_fields(parts.hostname or "", parts.query))


def _fragment(parts: SplitResult) -> str:
    """Return the fragment if it is part of the address, as on pages built by scripts; else ""."""
    return parts.fragment if parts.fragment.startswith(("!", "/")) else ""


def _recode(text: str, safe: str) -> str:
    """Normalise percent-encoding (RFC 3986, section 6.2.2): unreserved characters plain, hexadecimal in capitals."""
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
