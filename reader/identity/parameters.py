"""Tables of query parameters that track the visitor and do not name the page.

`v`, `sid`, `full`, `source`, `fsrc` and `days` were seen in the archives that the rule was measured on; the other
rows are known from the sites. Some parameters are always dropped, also from the address that is stored and opened.
Others may name something: they are dropped from the naming key only, if the rest still names the article.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from reader.identity.sites import domains_of

_ALWAYS = re.compile(
    r"(?i)(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|igsh|mc_cid|mc_eid|_hsenc|_hsmi"
    r"|mkt_tok|oly_\w+|vero_id|wickedid|xtor|at_(?:medium|campaign|custom\d|link_\w+|ptr_\w+|bbc_team|format)"
    r"|ns_(?:mchannel|campaign|source|linkname|fee)|cmp|cmpid|ncid|smid|smtyp|mibextid|__cft__(?:\[\d+\])?|__tn__"
    r"|spm|scm|spm_id_from|vd_source|share_token|share_source|share_from|shareuid|ref_src|ref_url|replytocom)"
)
_ALWAYS_BY_VALUE = re.compile(
    r"(?i)from=(?:timeline|singlemessage|groupmessage|message)|source=rss-\w.*|sid=[0-9a-f]{32}"
)
_ALWAYS_ON_HOST = {
    "economist.com": re.compile(r"fsrc"),
    "matters.news": re.compile(r"referral"),
    "matters.town": re.compile(r"referral"),
    "medium.com": re.compile(r"source|sk|gi"),
    "mp.weixin.qq.com": re.compile(
        r"chksm|scene|srcid|sharer_\w+|from|isappinstalled|clicktime|enterid|ascene|devicetype|version|nettype"
        r"|lang|exportkey|pass_ticket|wx_header|fontgear|session_us|realreporttime|subscene|sessionid|key|uin"
    ),
    "spotify.com": re.compile(r"si"),
    "youtu.be": re.compile(r"feature|si"),
    "youtube.com": re.compile(r"feature|si|ab_channel|pp"),
}
_GIT_HOSTS = re.compile(r"(?:.*\.)?(?:github|gitlab|gitee|codeberg|bitbucket)\.\w+")
# Dropped from the naming key if the rest of the address still names the article.
_MAY_NAME = re.compile(r"(?i)source|from|via|referrer|share|f|nb|preview|print|amp|mobile")
_MAY_NAME_BY_VALUE = re.compile(r"(?i)view=print|output(?:type)?=amp")
_MAY_NAME_ON_HOST = {
    "blogspot.com": re.compile(r"m"),
    "cn.ft.com": re.compile(r"full|archive"),
    "ftchinese.com": re.compile(r"full|archive"),
    "substack.com": re.compile(r"s"),
}


def kept_fields(host: str, query: str) -> str:
    """Return a query without the parameters that are always dropped."""
    if not query:
        return query
    on_host = _of_host(_ALWAYS_ON_HOST, host)
    return "&".join(field for field in query.split("&") if field and not _is_dropped(field, on_host))


def parted_fields(host: str, query: str) -> tuple[list[str], list[str]]:
    """Split the fields of a canonical query into those that name something and those that may."""
    names: list[str] = []
    may_name: list[str] = []
    on_host = _of_host(_MAY_NAME_ON_HOST, host)
    for field in query.split("&") if query else ():
        (may_name if _may_name(field, host, on_host) else names).append(field)
    return names, may_name


def _may_name(field: str, host: str, on_host: re.Pattern[str] | None) -> bool:
    name = unquote(field.partition("=")[0])
    if name == "ref":
        return not _GIT_HOSTS.fullmatch(host)
    return bool(
        _MAY_NAME.fullmatch(name) or _MAY_NAME_BY_VALUE.fullmatch(field) or (on_host and on_host.fullmatch(name))
    )


def _is_dropped(field: str, on_host: re.Pattern[str] | None) -> bool:
    name = field.partition("=")[0]
    return bool(
        _tracks_anywhere(name) or _ALWAYS_BY_VALUE.fullmatch(field) or (on_host and on_host.fullmatch(unquote(name)))
    )


@lru_cache(maxsize=512)
def _tracks_anywhere(name: str) -> bool:
    """Say whether a parameter is dropped on every site; cached, as the names are few and recur."""
    return bool(_ALWAYS.fullmatch(unquote(name)))


def _of_host(table: dict[str, re.Pattern[str]], host: str) -> re.Pattern[str] | None:
    """Return the entry for a host, or else for the nearest domain above it."""
    return next((table[domain] for domain in domains_of(host) if domain in table), None)
