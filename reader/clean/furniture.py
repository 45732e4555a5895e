"""Knows furniture by its markup: share bars, promotions, comment forms, what a theme sets round an article.

Every rule names where it was seen. A rule that could take a paragraph of an article is not here.
"""

from __future__ import annotations

import re

from bs4 import Tag

# Class names and ids, whole words, that only furniture wears.
_WORN = {
    # Words for screen readers only, and Drupal's hidden metadata (iyouport.org, pao-pao.net).
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

# The beginnings of ids and class names that carry a number.
_NUMBERED = re.compile(
    r"(?:^|\s)(?:atatags-\d|ads_\w|div-gpt-ad|google_ads|like-post-wrapper|BarrierFailsafe__)|AdContainer"
)
_ANSWER = re.compile(r"/comment/reply/")
_COLLECTION = re.compile(r"(?:^|\s)collection-list(?:\s|$)")
_ARTBOARD = re.compile(r"(?:^|\s)g-artboard(?:\s|$)")
_MANY = 800  # characters from which an element is weighed against the page before it is removed
_CERTAIN = frozenset(("hidden", "readers"))  # not weighed: spam can outweigh the article it stands under
_NO_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NO_SIGHT = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
# WeChat's articles are hidden until a script runs; so are other lazily shown bodies. They are the article.
_SHOWN_LATER = 200


def reason_to_remove(tag: Tag) -> str | None:
    """Say why an element is no part of the article; None keeps it."""
    reason = _reason(tag)
    return reason if reason in _CERTAIN or (reason and not _is_article(tag)) else None


def _reason(tag: Tag) -> str | None:
    attributes = tag.attrs
    worn = str(attributes.get("class") or "")
    name = str(attributes.get("id") or "")
    if worn or name:
        for word in worn.split():
            if word in _BY_WORD:
                return _BY_WORD[word]
        if name in _BY_WORD:
            return _BY_WORD[name]
        if _NUMBERED.search(worn) or _NUMBERED.search(name):
            return "advertisement"
        found = _structured(tag, worn)
        if found:
            return found
    if tag.name in ("nav", "share-button", "share-modal"):
        return "page"
    for attribute in attributes:
        if attribute.startswith("data-selfpromo") or attribute == "data-root-share":  # rfi.fr
            return "promotion"
    return _hidden(tag)


def _is_article(tag: Tag) -> bool:
    """Recognise, whatever it wears, an element that holds most of the page's words."""
    size = len(tag.get_text())
    if size < _MANY:
        return False
    root = next((parent for parent in tag.parents if parent.name == "body"), tag)
    return size * 2 > len(root.get_text())


def _structured(tag: Tag, worn: str) -> str | None:
    """Judge class names that both furniture and articles wear, by what the element holds."""
    if "comment-wrapper" in worn:
        # Readers' comments can be answered or pointed at (pao-pao.net); ChinaFile's essays cannot.
        return "readers" if tag.find("a", href=_ANSWER) or tag.find(class_="comment-permalink") else None
    if "links" in worn and worn.split()[:2] in (["links", "inline"], ["links"]) and tag.name == "ul":
        return "page"  # Drupal's links below a node: comment, read more (pao-pao.net)
    if "entry-footer" in worn:  # WordPress: categories and tags (iyouport.org, nei.st)
        return "page" if len(tag.get_text()) < _MANY and not tag.find("p") else None
    if "collection" in worn and tag.name == "section":  # nei.st: the cards below "Related"
        return "related" if tag.find("ul", class_=_COLLECTION) else None
    if "g-artboard" in worn:  # a chart that is drawn once for each width of screen (wsj.com by nei.st)
        return "hidden" if tag.find_previous_sibling(class_=_ARTBOARD) or _has_artboard_before(tag) else None
    if tag.name == "h2" and worn == "title" and tag.parent and tag.parent.get("class") == "comment-wrapper":
        return "comments"  # the heading over ChinaFile's essays says "Comments"
    return None


def _has_artboard_before(tag: Tag) -> bool:
    """Look for another drawing in the same chart, where each stands in a wrapper of its own."""
    parent = tag.parent
    return bool(
        parent
        and "ai2html-artboard" in str(parent.get("class"))
        and any(
            isinstance(sibling, Tag) and sibling.find(class_=_ARTBOARD)
            for sibling in parent.find_previous_siblings(limit=20)
        )
    )


def _hidden(tag: Tag) -> str | None:
    """Recognise what the page does not show; a lazy picture is often hidden itself, and is not meant."""
    attributes = tag.attrs
    if tag.name in ("img", "noscript", "body", "html"):
        return None
    style = attributes.get("style")
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return "hidden"
    if not style:
        return None
    if _NO_DISPLAY.search(str(style)):
        return "hidden"
    if _NO_SIGHT.search(str(style)) and len(tag.get_text()) < _SHOWN_LATER and not tag.find("img"):
        return "hidden"
    return None
