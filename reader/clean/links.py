"""Resolves the addresses in a page against the page's own, and lets only safe ones through."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from reader.page import MAIL, WEB_SCHEMES

_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")
# Including invisible characters, and those that change the direction and make one address look like another.
_UNSAFE = re.compile(
    r'[\x00-\x20"<>\\^`{|}\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]'
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_HOST = re.compile(r"(?:[^@/\s]*@)?(?:[\w.\-]+|\[[0-9a-fA-F:.]+\])(?::\d*)?")
_LONGEST = 8192
# Most addresses are absolute and need no mending; matching them is quicker than parsing them.
_PLAIN = re.compile(
    r"https?://[a-z0-9\-]+(?:\.[a-z0-9\-]+)+(?:/[A-Za-z0-9/._~!$&'()*+,;=:@%\-]*(?:\?[A-Za-z0-9/._~!$&'()*+,;=:@%?\-]*)?)?"
)


def _quote(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))


def absolute(address: str, base: str | None) -> str | None:
    """Resolve an address to an absolute http(s) one; None if it is not http(s), or cannot be resolved."""
    if len(address) <= _LONGEST and _PLAIN.fullmatch(address):
        return address
    address = address[: _LONGEST + 1].strip().replace("\t", "").replace("\n", "").replace("\r", "")
    address = _UNSEEN.sub(lambda match: "" if match.group()[0] > " " else match.group(), address)
    if not address or len(address) > _LONGEST:
        return None
    try:
        if base and not _SCHEME.match(address):
            address = urljoin(base, address)
        elif address.startswith("//"):
            address = "https:" + address
        parts = urlsplit(address)
        if parts.scheme not in WEB_SCHEMES or not _HOST.fullmatch(parts.netloc) or (parts.port or 0) < 0:
            return None
    except ValueError:
        return None
    return _UNSAFE.sub(_quote, parts.scheme + address[len(parts.scheme) :])


def link(address: str, base: str | None) -> str | None:
    """Return a link's target: http, https or mailto; None for anything else and for the page itself."""
    address = address.strip()
    if not address or address[0] == "#":
        return None
    if address[: len(MAIL)].lower() == MAIL:
        return MAIL + _UNSAFE.sub(_quote, address[len(MAIL) :].strip()[:_LONGEST]) if "@" in address else None
    target = absolute(address, base)
    if target and base and "#" in target and target.partition("#")[0] == base.partition("#")[0]:
        return None
    return target


def site_of(address: str) -> str:
    """Return the host of an address without www; "" if there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
