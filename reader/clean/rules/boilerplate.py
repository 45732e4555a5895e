"""Recognises boilerplate by its markup: share bars, promotions, comment forms, what a theme adds around an article.

Every rule names where it was seen. No rule may remove a paragraph of an article.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from reader.clean.dom.dom import Lengths, has, named

# Class names and ids, as whole words, that only boilerplate has.
_WORN = {
    # Text for screen readers only, and Drupal's hidden metadata (iyouport.org, pao-pao.net).
    "hidden": (
        "screen-reader-text", "sharing-screen-reader-text", "element-invisible", "element-hidden",
        "visually-hidden", "sr-only",
    ),
    # Jetpack (iyouport.org), AddToAny, ShareThis, Shareaholic, Heateor, Simple Share Buttons, Social
    # Warfare.
    "share": (
        "sharedaddy", "sd-sharing", "sd-sharing-enabled", "robots-nocontent",
        "addtoany_share_save_container", "addtoany_content", "a2a_kit", "a2a_dd",
        "sharethis-inline-share-buttons", "shareaholic-canvas", "heateor_sss_sharing_container", "ssba",
        "ssba-wrap", "swp_social_panel", "social-share", "share-buttons", "sharing-buttons", "share-bar",
        "social-sharing", "post-share", "entry-share", "jiathis_style", "bshare-custom",
        "bdsharebuttonbox", "social-share-buttons", "simplesocialbuttons", "essb_links",
        "mashsb-container", "et_social_inline",
    ),
    # Jetpack's likes, and LikeCoin and clap counters.
    "like": (
        "sd-like", "jetpack-likes-widget-wrapper", "likes-widget-placeholder", "wp-ulike", "post-like",
        "likebtn_container",
    ),
    # Jetpack (iyouport.org), YARPP, Contextual Related Posts, WP-RP, LinkWithin, and Drupal's similar
    # entries (pao-pao.net).
    "related": (
        "jp-relatedposts", "yarpp", "yarpp-related", "crp_related", "wp_rp_wrap", "rp4wp-related-posts",
        "linkwithin_div", "related-posts", "relatedposts", "related_posts", "wumii-hook",
        "block-similarterms", "view-articles-related",
    ),
    # WordPress's and Disqus's comment forms. Never "comment-wrapper": ChinaFile keeps its essays in it.
    "comments": (
        "comment-respond", "comment-form", "respond", "commentform", "disqus_thread", "fb-comments",
        "comment_forbidden",
    ),
    # Google's, WordPress.com's (iyouport.org), RFI's and DW's.
    "advertisement": (
        "adsbygoogle", "wordads-ad-wrapper", "wp-block-ad", "AdContainer", "ad-container", "adcontainer",
        "advertisement", "google-auto-placed",
    ),
    # Jetpack, Mailchimp for WordPress, Substack.
    "subscribe": (
        "jetpack_subscription_widget", "wp-block-jetpack-subscriptions", "mc4wp-form", "mc_embed_signup",
        "subscription-widget-wrap", "subscription-widget", "subscribe-widget", "paywall-jump",
    ),
    # WordPress's and Drupal's polls, which can nest whole other articles.
    "poll": (
        "wp-polls", "PDS_Poll", "pds-box", "node-poll", "block-poll",
    ),
    # Navigation and the labels of a WordPress theme (iyouport.org: "0 Minutes", categories, tags, the
    # date again), Drupal's pager (pao-pao.net), nei.st's banner in big figures.
    "page": (
        "post-navigation", "nav-links", "breadcrumb", "breadcrumbs", "post-tags", "word-count",
        "cat-links", "tags-links", "edit-link", "entry-author-wrapper", "pager", "Lede__Hed",
    ),
}  # fmt: skip
_BY_WORD = {word: reason for reason, words in _WORN.items() for word in words}

# Beginnings of ids and class names that end in a number.
_NUMBERED = re.compile(
    r"(?:^|\s)(?:atatags-\d|ads_\w|div-gpt-ad|google_ads|like-post-wrapper|BarrierFailsafe__)|AdContainer"
)
_ANSWER = re.compile(r"/comment/reply/")
_COLLECTION = re.compile(r"(?:^|\s)collection-list(?:\s|$)")
_ARTBOARD = re.compile(r"(?:^|\s)g-artboard(?:\s|$)")
_NEAR = 20  # how many wrappers back another drawing of the same chart is looked for
_MANY = 800  # characters; an element with at least this many is compared with the page before it is removed
_CERTAIN = frozenset(("hidden", "readers"))  # never compared: spam can be longer than the article above it
_NO_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NO_SIGHT = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
# WeChat's articles and other lazily shown bodies are hidden until a script runs, though they are the article.
_SHOWN_LATER = 200


class Boilerplate:
    """Decides which elements of one page are boilerplate; asked about them in document order."""

    def __init__(self, lengths: Lengths) -> None:
        self._lengths = lengths
        self._rows: dict[Element, _Siblings] = {}

    def reason_to_remove(self, element: Element, attributes: Mapping[str, str], above: Sequence[Element]) -> str | None:
        """Return why an element is not part of the article; None to keep it.

        `above` are its ancestors, outermost first.
        """
        reason = self._reason(element, attributes, above)
        return reason if reason in _CERTAIN or (reason and not self._is_article(element, above)) else None

    def _reason(self, element: Element, attributes: Mapping[str, str], above: Sequence[Element]) -> str | None:
        worn = attributes.get("class", "")
        name = attributes.get("id", "")
        if worn or name:
            for word in worn.split():
                if word in _BY_WORD:
                    return _BY_WORD[word]
            if name in _BY_WORD:
                return _BY_WORD[name]
            if (worn and _NUMBERED.search(worn)) or (name and _NUMBERED.search(name)):
                return "advertisement"
            found = self._structured(element, worn, above)
            if found:
                return found
        if element.tag in ("nav", "share-button", "share-modal"):
            return "page"
        for attribute in attributes:
            if attribute.startswith("data-selfpromo") or attribute == "data-root-share":  # rfi.fr
                return "promotion"
        return self._hidden(element, attributes, above)

    def _is_article(self, element: Element, above: Sequence[Element]) -> bool:
        """Say whether an element holds most of the page's text, and so is the article whatever its class."""
        if not self._lengths.reaches(_MANY, element, above):
            return False
        bodies = [position for position, parent in enumerate(above) if parent.tag == "body"]
        if not bodies:
            return True
        return self._lengths.of(element, above) * 2 > self._lengths.of(above[bodies[-1]], above[: bodies[-1]])

    def _structured(self, element: Element, worn: str, above: Sequence[Element]) -> str | None:
        """Judge class names that both boilerplate and articles have, by the element's content."""
        if "comment-wrapper" in worn:
            # Readers' comments have a reply link or a permalink (pao-pao.net); ChinaFile's essays do not.
            return "readers" if _can_be_answered(element) else None
        if "links" in worn and worn.split()[:2] in (["links", "inline"], ["links"]) and element.tag == "ul":
            return "page"  # Drupal's links below a node: comment, read more (pao-pao.net)
        if "entry-footer" in worn:  # WordPress: categories and tags (iyouport.org, nei.st)
            return "page" if not self._lengths.reaches(_MANY, element, above) and not has(element, "p") else None
        if "collection" in worn and element.tag == "section":  # nei.st: the cards below "Related"
            lists = [found.get("class", "") for found in named(element, "ul")]
            return "related" if any(map(_COLLECTION.search, lists)) else None
        if "g-artboard" in worn:  # a chart that is drawn once per screen width (wsj.com by nei.st)
            return "hidden" if self._follows_artboard(element, above) else None
        if element.tag == "h2" and worn == "title" and above[-1].get("class") == "comment-wrapper":
            return "comments"  # the heading over ChinaFile's essays says "Comments"
        return None

    def _follows_artboard(self, element: Element, above: Sequence[Element]) -> bool:
        """Say whether an earlier drawing of the same chart exists, even if each has a wrapper of its own."""
        row = self._row(above[-1])
        if row.place[element] > row.first_artboard:
            return True
        if len(above) == 1 or "ai2html-artboard" not in above[-1].get("class", ""):
            return False
        row = self._row(above[-2])
        place = row.place[above[-1]]
        before = row.elements[max(0, place - _NEAR) : place]
        return any(found is not wrapper and _is_artboard(found) for wrapper in before for found in wrapper.iter())

    def _hidden(self, element: Element, attributes: Mapping[str, str], above: Sequence[Element]) -> str | None:
        """Recognise elements that the page hides; not a picture, which lazy loaders often hide themselves."""
        if element.tag in ("img", "noscript", "body", "html"):
            return None
        style = attributes.get("style")
        if "hidden" in attributes and attributes["hidden"] != "until-found":
            return "hidden"
        if not style:
            return None
        if _NO_DISPLAY.search(style):
            return "hidden"
        if not _NO_SIGHT.search(style) or self._lengths.reaches(_SHOWN_LATER, element, above) or has(element, "img"):
            return None
        return "hidden"

    def _row(self, parent: Element) -> _Siblings:
        if parent not in self._rows:
            self._rows[parent] = _Siblings(parent)
        return self._rows[parent]


class _Siblings:
    """The child elements of one parent and their positions; computed once, as there may be thousands of them."""

    def __init__(self, parent: Element) -> None:
        self.elements = [element for element in parent if isinstance(element.tag, str)]
        self.place = {element: number for number, element in enumerate(self.elements)}
        artboards = (number for number, element in enumerate(self.elements) if _is_artboard(element))
        self.first_artboard = next(artboards, len(self.elements))


def _can_be_answered(element: Element) -> bool:
    return any(
        found is not element
        and (found.get("class") == "comment-permalink" or (found.tag == "a" and _ANSWER.search(found.get("href", ""))))
        for found in element.iter()
        if isinstance(found.tag, str)
    )


def _is_artboard(element: Element) -> bool:
    return isinstance(element.tag, str) and bool(_ARTBOARD.search(element.get("class", "")))
