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
    # entries.
    "related": (
        "jp-relatedposts", "yarpp", "yarpp-related", "crp_related", "wp_rp_wrap", "rp4wp-related-posts",
        "linkwithin_div", "related-posts", "relatedposts", "related_posts", "wumii-hook",
        "block-similarterms",
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
    # Navigation and the labels of a WordPress theme (iyouport.org: "0 Minutes", categories, tags, the
    # date again).
    "page": (
        "post-navigation", "nav-links", "breadcrumb", "breadcrumbs", "post-tags", "word-count",
        "cat-links", "tags-links", "edit-link", "entry-author-wrapper",
    ),
}  # fmt: skip
_BY_WORD = {word: reason for reason, words in _WORN.items() for word in words}

# The beginnings of ids and class names that carry a number.
_NUMBERED = re.compile(r"(?:^|\s)(?:atatags-\d|ads_\w|div-gpt-ad|google_ads|like-post-wrapper)")
_NO_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NO_SIGHT = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
# WeChat's articles are hidden until a script runs; so are other lazily shown bodies. They are the article.
_SHOWN_LATER = 200


def reason_to_remove(tag: Tag) -> str | None:
    """Say why an element is no part of the article; None keeps it."""
    attributes = tag.attrs
    worn = attributes.get("class")
    if worn:
        for word in str(worn).split():
            if word in _BY_WORD:
                return _BY_WORD[word]
    name = attributes.get("id")
    if name and str(name) in _BY_WORD:
        return _BY_WORD[str(name)]
    if (name or worn) and _NUMBERED.search(f"{name or ''} {worn or ''}"):
        return "advertisement"
    if tag.name in ("nav", "share-button", "share-modal"):
        return "page"
    for attribute in attributes:
        if attribute.startswith("data-selfpromo") or attribute == "data-root-share":  # rfi.fr
            return "promotion"
    return _hidden(tag)


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
