"""Addresses of articles: which of them is to be kept, and which of them mean the same article.

Percent-encoding and case follow RFC 3986, section 6.2.2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?i)^(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|igsh|mc_cid|mc_eid|_hsenc|_hsmi"
    r"|mkt_tok|oly_enc_id|oly_anon_id|vero_id|wickedid|spm|scm|ref_src|ref_url|share_token|share_source|share_from"
    r"|at_medium|at_campaign|ns_mchannel|ns_campaign|ns_source|ns_linkname|cmpid|ncid|xtor)$"
)
# What a share adds on some sites and what is part of the address on others.
_TRACKING_ON_HOST = {
    "medium.com": re.compile(r"^(source|sk|gi)$"),
    "mp.weixin.qq.com": re.compile(
        r"^(chksm|scene|srcid|sharer_\w+|from|isappinstalled|clicktime|enterid|ascene|devicetype|version|nettype"
        r"|lang|exportkey|pass_ticket|wx_header|fontgear|session_us|realreporttime|subscene|sessionid|key|uin)$"
    ),
    "youtube.com": re.compile(r"^(feature|si|ab_channel|pp)$"),
    "youtu.be": re.compile(r"^(feature|si)$"),
    "matters.news": re.compile(r"^(referral)$"),
    "weibo.com": re.compile(r"^(refer_flag|from|type)$"),
}
# What a share adds to any address: a parameter of this name is tracking only with such a value.
_SHARED_FROM = re.compile(r"(?i)^from=(timeline|singlemessage|groupmessage|message)$")
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
# Percent-encoding that may be spelt otherwise in an identity: of ASCII, in small letters, or broken.
_UNEVEN_PERCENT = re.compile(r"%(?![89A-F][0-9A-F])")


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


def identity_of(url: str) -> str:
    """Return the name under which all spellings of an address meet.

    They differ in http or https, a last slash, percent-encoding, and the alphabet of the host. It is not for
    opening. A text that is no address of the web names itself.
    """
    plain = _plain(url)
    if plain and ("%" not in url or not _UNEVEN_PERCENT.search(url)):
        host, path, query = plain.groups()
        path = path.rstrip("/")
        return f"{host}{path}?{query}" if query else host + path
    canonical = canonical_url(url)
    parts = None if canonical is None else _split(canonical)
    if parts is None:
        return url.strip()
    path = _recode(parts.path, _SAFE_PATH).rstrip("/")
    query = _recode(parts.query, _SAFE_QUERY)
    port = None if parts.port in _PORTS.values() else parts.port
    authority = _in_ascii(_authority(parts, port))
    return urlunsplit(("", authority, path, query, parts.fragment)).removeprefix("//")


def host_of(url: str) -> str | None:
    """Return the host of an address, without `www.`."""
    if plain := _plain(url):
        return plain.group(1).removeprefix("www.")
    parts = _split(url)
    return None if parts is None or parts.hostname is None else parts.hostname.removeprefix("www.")


def _plain(url: str) -> re.Match[str] | None:
    """Match an address that is canonical as it stands, if that is plain to see: host, path and query."""
    plain = _PLAIN.fullmatch(url)
    if plain is None or ("%" in url and _BROKEN_PERCENT.search(url)) or "&amp;" in url:
        return None
    host, _, query = plain.groups()
    return plain if query is None or _kept_fields(host, query) == query else None


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
        return authority.encode("idna").decode("ascii")
    except UnicodeError:
        # No host of the network, but still a name that differs from others.
        return authority


def _query(parts: SplitResult) -> str:
    """Leave out of the query what only tells who came from where."""
    return _BROKEN_PERCENT.sub("%25", _kept_fields(parts.hostname or "", parts.query))


def _kept_fields(host: str, query: str) -> str:
    host = host.removeprefix("www.").removeprefix("m.")
    on_host = _TRACKING_ON_HOST.get(host) or _TRACKING_ON_HOST.get(host.partition(".")[2])
    kept = []
    for field in query.split("&"):
        name = field.partition("=")[0]
        tracking = _is_tracking(name) or _SHARED_FROM.match(field) or (on_host and on_host.match(unquote(name)))
        if field and not tracking:
            kept.append(field)
    return "&".join(kept)


@lru_cache(maxsize=512)
def _is_tracking(name: str) -> bool:
    """Say whether a parameter of this name tracks on every site; names are few, and asked for again and again."""
    return bool(_TRACKING.match(unquote(name)))


def _fragment(parts: SplitResult) -> str:
    """Keep the fragment only where it is part of the address, as on pages that scripts put together."""
    return parts.fragment if parts.fragment.startswith(("!", "/")) else ""


def _recode(text: str, safe: str) -> str:
    """Percent-encode one way: unreserved characters plain, all others in capitals."""
    return re.sub(
        r"(?:%[0-9A-Fa-f]{2})+|[^%]+",
        lambda found: _recode_run(found.group(), safe),
        text,
    )


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
