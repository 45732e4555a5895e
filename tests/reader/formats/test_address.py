"""Addresses: what is kept of them, and which mean the same article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.formats.address import canonical_url, host_of, identity_of


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://News.Example/a?utm_source=x&id=3&fbclid=y", "https://news.example/a?id=3"),
        ("http://news.example:80/a#top", "http://news.example/a"),
        ("https://news.example", "https://news.example/"),
        ("https://app.example/#!/story/3", "https://app.example/#!/story/3"),
        ("//news.example/a", "https://news.example/a"),
        (" https://news.example/a b\n", "https://news.example/a%20b"),
        ("https://news.example/a\nb", "https://news.example/ab"),
        ("https://news.example/a?x=1&amp;y=2&amp;amp;z=3", "https://news.example/a?x=1&y=2&z=3"),
        ("https://news.example/a?from=timeline&isappinstalled=0", "https://news.example/a?isappinstalled=0"),
        ("https://news.example/a?from=2020", "https://news.example/a?from=2020"),
        ("http://news.example:443/a", "http://news.example:443/a"),
        ("https://news.example/100%", "https://news.example/100%25"),
        ("https://user:secret@news.example/a", "https://news.example/a"),
        (
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1&sn=ab&chksm=cd&scene=27#rd",
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1&sn=ab",
        ),
        ("https://a.medium.com/x-1?source=rss-3----2", "https://a.medium.com/x-1"),
        ("https://www.youtube.com/watch?v=abc&feature=share", "https://www.youtube.com/watch?v=abc"),
        ("https://news.example/?source=3", "https://news.example/?source=3"),
    ],
)
def test_an_address_is_kept_without_its_tracking(written: str, kept: str) -> None:
    assert canonical_url(written) == kept


@pytest.mark.parametrize(
    "text", ["", "javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "http://[", "河"]
)
def test_what_is_no_address_of_the_web_is_none(text: str) -> None:
    assert canonical_url(text) is None
    assert host_of(text) is None
    assert identity_of(text) == text


@pytest.mark.parametrize(
    "twin",
    [
        "http://news.example/河边/1",
        "https://news.example/%E6%B2%B3%E8%BE%B9/1",
        "https://news.example/%e6%b2%b3%e8%be%b9/1/",
        "HTTPS://NEWS.example:443/河边/1?utm_medium=rss#more",
    ],
)
def test_twins_share_an_identity(twin: str) -> None:
    assert identity_of(twin) == identity_of("https://news.example/河边/1")


def test_a_host_in_either_alphabet_is_the_same() -> None:
    assert identity_of("https://bücher.example/1") == identity_of("http://xn--bcher-kva.example/1/")
    assert identity_of("https://河.example:8080") == identity_of("https://xn--ovw.example:8080/")
    assert identity_of(f"https://{'河' * 90}.example/1").startswith("河")


def test_different_articles_do_not() -> None:
    addresses = ["https://n.example/1", "https://n.example/2", "https://n.example/1?p=2", "https://m.example/1"]
    assert len({identity_of(address) for address in addresses}) == 4
    assert identity_of("https://n.example/a%2Fb") != identity_of("https://n.example/a/b")


def test_the_host_is_told_without_www() -> None:
    assert host_of("https://www.News.example:8080/a") == "news.example"


ADDRESSES = st.builds(
    lambda scheme, host, path, query, fragment: f"{scheme}://{host}/{path}?{query}#{fragment}",
    st.sampled_from(["http", "https"]),
    st.sampled_from(
        ["news.example", "WWW.News.example:8080", "河.example", "mp.weixin.qq.com", "[::1]", "news.example:443"]
    ),
    *[st.text(alphabet="aZ0/%2F%E6河&=?.~ utm_source=+;,!&amp;  ", max_size=20)] * 3,
)


@given(ADDRESSES)
def test_what_was_made_canonical_stays_so(address: str) -> None:
    canonical = canonical_url(address)
    assert canonical is not None
    assert canonical_url(canonical) == canonical
    assert identity_of(canonical) == identity_of(address)


@given(st.text())
def test_any_text_at_all_has_an_answer(text: str) -> None:
    identity_of(text)
    canonical = canonical_url(text)
    if canonical is not None:
        assert canonical_url(canonical) == canonical


PIECES = st.lists(
    st.sampled_from(list("aZ9/?#&=%:@.[]\\ \t;+~'()河ß：／"))
    | st.sampled_from(["%41", "%2f", "%E6%B2%B3", "&amp;", "&amp;amp;", "%26amp;", "utm_source=x", "from=timeline"])
    | st.sampled_from(["http://", "//", "www.", "n.example", ":80", ":443", "..", "#!/", "xn--"]),
    max_size=12,
).map("".join)


@given(st.sampled_from(["", "http://", "https://n.example/"]), PIECES)
def test_however_an_address_is_broken_its_names_agree(begin: str, pieces: str) -> None:
    address = begin + pieces
    canonical = canonical_url(address)
    if canonical is None:
        assert host_of(address) is None
        return
    assert canonical_url(canonical) == canonical
    assert identity_of(canonical) == identity_of(address)
    assert identity_of(f"https://{identity_of(address)}") == identity_of(address)
